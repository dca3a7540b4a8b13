import KeratinCore

/// The programs that kernel files form: few, because each costs a compiler run, and only those that a
/// plan uses are built.
struct KernelPrograms {
    let movement: KernelProgram
    let rows: KernelProgram
    let sort: KernelProgram
    let window: KernelProgram
    /// Products of the cpu family; the gpu family has a program for each tile and form.
    let processorProduct: KernelProgram
    /// Small products, and sums of products' parts.
    let small: KernelProgram
    let attention: KernelProgram
    /// Rows and depths of the blocks that a work-item of the cpu family packs.
    let attentionTile: (rows: Int, depth: Int)
    let roofline: KernelProgram
    /// Rows of A that a work-item of the cpu family packs.
    let blockRows: Int
    /// Units that a kernel of recurrent sequences handles at a time, and samples of its smallest slice.
    let sequenceLanes: Int
    let sequenceRows: Int
    let localMemoryBytes: Int
    let family: KernelFamily
    let lanes: String

    /// - Parameter isProcessor: whether the device is a processor, of whichever family its kernels are.
    init(
        family: KernelFamily, isProcessor: Bool, vectorLanes: Int, sequenceLanes: Int,
        localMemoryBytes: Int
    ) {
        self.family = family
        self.localMemoryBytes = localMemoryBytes
        // Whoever has a processor run the GPUs' kernels tests them, and its compiler would take ten
        // times as long to make them fast.
        let haste = isProcessor ? " -DROLLED -cl-opt-disable" : ""
        let plain = family == .gpu ? "-DLANES=1" : ""
        lanes = family == .gpu ? plain + haste : ""
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
            "roofline", ["include/common.cl", "linalg/roofline_\(family).cl"], options: plain)
        // The panels of A must fit local memory.
        let hasRoom = localMemoryBytes >= 96 * 256 * 4
        blockRows = hasRoom ? 96 : 48
        attentionTile = hasRoom ? (96, 256) : (48, 128)
        small = .files("small", ["include/common.cl", "linalg/small.cl"], options: lanes)
        let block =
            (hasRoom ? "-DMC=96 -DKC=256" : "-DMC=48 -DKC=128") + " -DVECTOR_LANES=\(vectorLanes)"
        processorProduct = .files(
            "product",
            [
                "include/common.cl", "convolution/geometry.cl", "linalg/tile_cpu.cl",
                "linalg/gemm_cpu.cl", "convolution/pack_cpu.cl",
            ], options: block)
        switch family {
        case .cpu:
            attention = .files(
                "attention",
                [
                    "include/common.cl", "linalg/tile_cpu.cl", "attention/pattern.cl",
                    "attention/attention_cpu.cl",
                ], options: block)
        case .gpu:
            attention = .files(
                "attention",
                ["include/common.cl", "attention/pattern.cl", "attention/attention_gpu.cl"],
                options: lanes)
        }
    }

    /// Products of the gpu family.
    func product(_ tile: ProductTile, _ form: ProductForm) -> KernelProgram {
        .files(
            "product",
            ["include/common.cl", "linalg/product_gpu.cl"] + form.loader + tile.files
                + ["linalg/gemm_gpu.cl"],
            options: "\(lanes) \(tile.options) \(form.options)")
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

    /// Every program that is made of files, but for those of the gpu family's products.
    func all() -> [KernelProgram] {
        let reductions = ReduceFunction.allCases.flatMap { function in
            [DType.float32, .int32].map { reduce(function, $0) }
        }
        let products = family == .cpu ? [processorProduct] : []
        return [movement, rows, sort, window, small, attention, roofline] + products + reductions
            + sequences()
    }
}
