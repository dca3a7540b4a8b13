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
    private let family: KernelFamily
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
            [
                "include/common.cl", "movement/copy.cl", "movement/transpose_\(family).cl",
                "movement/index.cl", "movement/scatter_add_\(family).cl",
                "training/random.cl", "training/random_\(family).cl",
            ] + (family == .gpu ? ["movement/wide_gpu.cl"] : []), options: lanes)
        rows = .files(
            "rows",
            [
                "include/common.cl", "reduce/arg_reduce_\(family).cl",
                "normalization/softmax_\(family).cl", "training/cross_entropy_\(family).cl",
                "normalization/batch_normalization_\(family).cl",
            ], options: lanes)
        sort = .files(
            "sort",
            ["include/common.cl", "reduce/arg_sort.cl"]
                + (family == .gpu ? ["reduce/arg_sort_gpu.cl"] : []), options: lanes)
        window = .files(
            "window",
            [
                "include/common.cl", "convolution/geometry.cl", "movement/patches.cl",
                "convolution/pooling.cl", "convolution/depthwise.cl",
            ] + (family == .gpu ? ["convolution/pooling_apart_gpu.cl"] : []), options: lanes)
        roofline = .files(
            "roofline", ["include/common.cl", "linalg/roofline_\(family).cl"], options: lanes)
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
        let options = "-DT=\(type) -DIDENTITY=\(identity) -DFUNCTION=\(number)"
        let files = ["include/common.cl", "reduce/functions.cl", "reduce/reduce_\(family).cl"]
        return .files(
            "reduce", files,
            options: family == .gpu ? "\(options) -DT4=\(type)4 \(lanes)" : options)
    }

    /// Panels of the recurrent kernel's transpose: vectors side by side.
    var sequencePanelVectors: Int { family == .gpu ? 1 : 4 }

    /// Recurrent sequences of one kind of cell.
    func sequence(_ cell: RecurrentSequence.Cell, hasDropout: Bool) -> KernelProgram {
        let number =
            switch cell {
            case .simple: 0
            case .lstm: 1
            case .gru: 2
            case .gruResetBefore: 3
            }
        // Eight registers' worth of a narrow vector hold three rows of four gates, not six.
        let tileRows = sequenceLanes == 8 ? 3 : sequenceRows
        return .files(
            "sequence", ["include/common.cl", "recurrent/cells.cl", "recurrent/sequence.cl"],
            options: "-DCELL=\(number) -DDROPOUT=\(hasDropout ? 1 : 0) -DLANES_U=\(sequenceLanes)"
                + " -DTILE_ROWS=\(tileRows)"
                + " -DPANEL_VECTORS=\(sequencePanelVectors) -DGROUPED=\(family == .gpu ? 1 : 0)")
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
        let sequences = RecurrentSequence.Cell.allCases.flatMap { cell in
            [false, true].map { sequence(cell, hasDropout: $0) }
        }
        return [movement, rows, sort, window, product, attention, roofline] + reductions + sequences
    }
}
