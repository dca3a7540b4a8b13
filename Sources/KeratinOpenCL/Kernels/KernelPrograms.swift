import KeratinCore

/// The programs that kernel files form: few, because each costs a compiler run, and only those that a
/// plan uses are built.
struct KernelPrograms {
    let movement: KernelProgram
    let rows: KernelProgram
    let sort: KernelProgram
    let window: KernelProgram
    let product: KernelProgram
    let attention: KernelProgram
    /// Rows and depths of the blocks that a work-item of the cpu family packs.
    let attentionTile: (rows: Int, depth: Int)
    let roofline: KernelProgram
    /// Rows of A that a work-item of the cpu family packs.
    let blockRows: Int
    /// Units that a kernel of recurrent sequences handles at a time, and samples of its smallest slice.
    let sequenceLanes: Int
    let sequenceRows: Int
    let family: KernelFamily
    private let lanes: String

    init(
        family: KernelFamily, vectorLanes: Int, sequenceLanes: Int, localMemoryBytes: Int
    ) {
        self.family = family
        lanes = family == .gpu ? "-DLANES=1" : ""
        self.sequenceLanes = family == .gpu ? 1 : sequenceLanes
        sequenceRows = family == .gpu ? 4 : 6
        movement = .files(
            "movement",
            ["include/common.cl", "movement/copy.cl", "movement/index.cl", "training/random.cl"],
            options: lanes)
        rows = .files(
            "rows",
            [
                "include/common.cl", "reduce/arg_reduce.cl", "normalization/softmax.cl",
                "training/cross_entropy.cl", "normalization/batch_normalization.cl",
            ], options: lanes)
        sort = .files("sort", ["include/common.cl", "reduce/arg_sort.cl"], options: lanes)
        window = .files(
            "window",
            [
                "include/common.cl", "convolution/geometry.cl", "movement/patches.cl",
                "convolution/pooling.cl", "convolution/depthwise.cl",
            ], options: lanes)
        roofline = .files("roofline", ["include/common.cl", "linalg/roofline.cl"], options: lanes)
        // The panels of A must fit local memory.
        let hasRoom = localMemoryBytes >= 96 * 256 * 4
        blockRows = hasRoom ? 96 : 48
        attentionTile = hasRoom ? (96, 256) : (48, 128)
        switch family {
        case .cpu:
            let block = hasRoom ? "-DMC=96 -DKC=256" : "-DMC=48 -DKC=128"
            product = .files(
                "product",
                [
                    "include/common.cl", "convolution/geometry.cl", "linalg/tile_cpu.cl",
                    "linalg/gemm_cpu.cl", "convolution/pack_cpu.cl", "linalg/small.cl",
                ], options: "\(block) -DVECTOR_LANES=\(vectorLanes)")
            attention = .files(
                "attention",
                [
                    "include/common.cl", "linalg/tile_cpu.cl", "attention/pattern.cl",
                    "attention/attention_cpu.cl",
                ], options: "\(block) -DVECTOR_LANES=\(vectorLanes)")
        case .gpu:
            product = .files(
                "product",
                [
                    "include/common.cl", "convolution/geometry.cl", "linalg/gemm_gpu.cl",
                    "convolution/load_gpu.cl", "linalg/small.cl",
                ], options: lanes)
            attention = .files(
                "attention",
                ["include/common.cl", "attention/pattern.cl", "attention/attention_gpu.cl"],
                options: lanes)
        }
    }

    /// Reductions by one function over one element type.
    func reduce(_ function: ReduceFunction, _ dtype: DType) -> KernelProgram {
        // Unsigned sums and products wrap around; signed ones may do anything in C.
        let wraps = function == .sum || function == .product
        let type = dtype == .float32 ? "float" : wraps ? "uint" : "int"
        let (number, identity) =
            switch function {
            case .sum: (0, "0")
            case .product: (1, "1")
            case .maximum: (2, dtype == .float32 ? "-INFINITY" : "INT_MIN")
            case .minimum: (3, dtype == .float32 ? "INFINITY" : "INT_MAX")
            }
        return .files(
            "reduce", ["include/common.cl", "reduce/reduce.cl"],
            options: "-DT=\(type) -DIDENTITY=\(identity) -DFUNCTION=\(number)"
                + (lanes.isEmpty ? "" : " \(lanes)"))
    }

    /// Where a merged launch finds a launch's kernel: kernels beside those that need local memory have a
    /// program of their own there.
    func part(_ launch: KernelLaunch) -> KernelProgram {
        guard launch.program == product, ["matmul_small", "split_sum"].contains(launch.kernel)
        else {
            return launch.program
        }
        return .files("small", ["include/common.cl", "linalg/small.cl"], options: lanes)
    }

    /// Every program that is made of files, for the lint.
    func all() -> [KernelProgram] {
        let reductions = ReduceFunction.allCases.flatMap { function in
            [DType.float32, .int32].map { reduce(function, $0) }
        }
        return [movement, rows, sort, window, product, attention, roofline] + reductions
            + sequences()
    }
}
