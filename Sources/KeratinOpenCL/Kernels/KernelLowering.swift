import KeratinCore

/// Turns an operation into kernel launches for one device.
struct KernelLowering {
    let family: KernelFamily
    let work: WorkSize
    /// Floats of the vectors that matrix products are written with.
    let vectorLanes: Int
    /// Elements of the vectors that generated kernels are written with.
    let pointwiseLanes: Int
    let programs: KernelPrograms
    let features: DeviceFeatures
    /// Choices that were measured on the device.
    var tuning = ProductTuning.none
    /// Told of the products of operations, where somebody looks.
    var seen: SeenProducts?

    init(_ features: DeviceFeatures, family: KernelFamily) {
        self.family = family
        self.features = features
        work = WorkSize(family: family, limit: features.workGroupLimit)
        vectorLanes = features.vectorWidth >= 16 ? 16 : 8
        // Oclgrind 21.10, for one, widens the masks of vector comparisons wrongly (true becomes 255).
        pointwiseLanes = !features.selectsVectors ? 1 : family == .cpu ? 8 : 4
        programs = KernelPrograms(
            family: family, isProcessor: features.isProcessor, vectorLanes: vectorLanes,
            sequenceLanes: features.selectsVectors ? vectorLanes : 1,
            localMemoryBytes: features.localMemoryBytes)
    }

    static func hasKernel(_ fused: any FusedOperation) -> Bool {
        switch fused {
        case is Linear, is Convolution, is ConvolutionInputGradient, is ConvolutionFilterGradient,
            is Pooling, is PoolingGradient, is SoftmaxOperation, is SoftmaxGradient,
            is SoftmaxCrossEntropy,
            is SoftmaxCrossEntropyGradient, is BatchNormalizationOperation,
            is BatchNormalizationGradient,
            is Pointwise, is RecurrentSequence, is RecurrentSequenceGradient,
            is DotProductAttention,
            is DotProductAttentionGradient,
            is ArgSort:
            true
        default: false
        }
    }

    /// The launches of a request, none if there is nothing to compute.
    func launches(_ request: LaunchRequest) throws(BackendError) -> [KernelLaunch] {
        for argument in request.inputs + request.results
        where argument.type.count > Int(Int32.max) {
            throw .unsupported(
                "\(request.operation.name): \(argument.type) has more than 2³¹ − 1 elements")
        }
        let workspace = Workspace(request.workspace)
        var launches = try kernels(request, workspace)
        launches.removeAll { $0.global.contains(0) }
        if launches.isEmpty { return [] }
        let cost = OperationCost(
            request.operation, inputs: request.inputs.map(\.type),
            results: request.results.map(\.type))
        for index in launches.indices {
            launches[index].size = cost
            launches[index].access = LaunchAccess(
                launches[index].arguments, request, scratch: workspace.parts)
        }
        // One launch of an operation carries its cost in profiles: the main kernel is last.
        launches[launches.count - 1].cost = cost
        return launches
    }

    /// Scratch bytes: what the lowering takes, found by lowering with buffers that do not exist.
    func workspaceBytes(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Int {
        let nowhere = BufferSlice(NoBuffer())
        let workspace = Workspace(nowhere)
        let request = LaunchRequest(
            operation: operation, inputs: inputs.map { Argument($0, nowhere) },
            results: results.map { Argument($0, nowhere) })
        // An operation that cannot be lowered needs no scratch; `makePlan` says what is wrong.
        _ = try? kernels(request, workspace)
        return workspace.used
    }

    private func kernels(
        _ request: LaunchRequest, _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        let x = request.inputs
        let y = request.results
        switch request.operation {
        case .primitive(let primitive):
            return try primitiveKernels(primitive, x, y, workspace)
        case .fused(let fused):
            switch fused {
            case let pointwise as Pointwise:
                return try pointwiseKernels(pointwise, x, y)
            case let linear as Linear:
                return matmulKernels(
                    x[0], x[1], linear.hasBias ? x[2] : nil, y[0],
                    transposeLeft: linear.transposeLeft, transposeRight: linear.transposeRight,
                    activation: linear.activation, workspace)
            case let convolution as Convolution:
                return convolutionKernels(convolution, x, y[0], workspace)
            case let gradient as ConvolutionInputGradient:
                return inputGradientKernels(gradient, dy: x[0], filter: x[1], dx: y[0], workspace)
            case let gradient as ConvolutionFilterGradient:
                return filterGradientKernels(gradient, x: x[0], dy: x[1], dw: y[0], workspace)
            case let pooling as Pooling:
                return poolingKernels(pooling, x[0], y[0])
            case let gradient as PoolingGradient:
                return poolingGradientKernels(gradient, x, y[0])
            case let softmax as SoftmaxOperation:
                return rowKernels(
                    "softmax", x[0].type, x, y, width: x[0].type.shape, extra: [softmax.log ? 1 : 0]
                )
            case let gradient as SoftmaxGradient:
                return rowKernels(
                    "softmax_gradient", x[0].type, x, y, width: x[0].type.shape,
                    extra: [gradient.log ? 1 : 0])
            case let loss as SoftmaxCrossEntropy:
                return rowKernels(
                    loss.sparse ? "sparse_cross_entropy" : "cross_entropy", x[0].type, x, y,
                    width: x[0].type.shape, extra: [])
            case let gradient as SoftmaxCrossEntropyGradient:
                return rowKernels(
                    gradient.sparse ? "sparse_cross_entropy_gradient" : "cross_entropy_gradient",
                    x[0].type, x, y, width: x[0].type.shape, extra: [])
            case let normalization as BatchNormalizationOperation:
                return batchNormalizationKernels(normalization, x, y, workspace)
            case let gradient as BatchNormalizationGradient:
                return batchNormalizationGradientKernels(gradient, x, y, workspace)
            case let sequence as RecurrentSequence:
                return sequenceKernels(sequence, x, y, workspace)
            case let gradient as RecurrentSequenceGradient:
                return try sequenceGradientKernels(gradient, x, y, workspace)
            case let sort as ArgSort:
                return argSortKernels(sort, x[0], y[0], workspace)
            case let attention as DotProductAttention:
                return try attentionKernels(attention, x, y, workspace)
            case let gradient as DotProductAttentionGradient:
                return try attentionGradientKernels(gradient, x, y, workspace)
            default:
                throw .unsupported("the OpenCL backend has no kernel for \(fused.name)")
            }
        }
    }

    private func primitiveKernels(
        _ primitive: Primitive, _ x: [Argument], _ y: [Argument], _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        switch primitive {
        case .fill(let value, _):
            return [fill(y[0], value)]
        case .iota(let axis, let type):
            return [iota(axis, type, y[0])]
        case .cast, .unary, .binary, .select:
            guard
                let pointwise = Pointwise(
                    primitive, inputs: x.map(\.type), result: y[0].type)
            else { throw .unsupported("\(primitive.name) is not elementwise") }
            return try pointwiseKernels(pointwise, x, y)
        case .reduce(let function, let axes, _):
            return try reduceKernels(function, axes: axes, x[0], y[0], workspace)
        case .argReduce(let function, let axis):
            return [argReduce(function, axis: axis, x[0], y[0])]
        case .matmul(let transposeLeft, let transposeRight):
            return matmulKernels(
                x[0], x[1], nil, y[0], transposeLeft: transposeLeft,
                transposeRight: transposeRight, activation: .none, workspace)
        case .reshape, .transpose, .broadcast, .slice, .pad, .concatenate, .reverse:
            return try movementKernels(primitive, x, y[0])
        case .gather(let axis):
            return [gather(axis: axis, x[0], x[1], y[0])]
        case .scatterAdd(let axis, let count):
            return scatterAdd(axis: axis, count: count, x[0], x[1], y[0], workspace)
        case .patches(let window, let padding):
            return [patches(window, padding, x[0], y[0])]
        case .foldPatches(let window, let input):
            return [foldPatches(window, input, x[0], y[0])]
        case .randomBits(_, let stream):
            return [randomBits(stream, x[0], y[0])]
        case .dynamicSlice:
            return [dynamicSlice(x[0], x[1], y[0])]
        case .dynamicUpdate:
            return try dynamicUpdate(x[0], x[1], x[2], y[0])
        }
    }
}

/// Hands out parts of a launch's scratch memory, 256-byte aligned.
final class Workspace {
    private let slice: BufferSlice
    private(set) var used = 0
    private(set) var parts = [MemoryRange]()

    init(_ slice: BufferSlice?) { self.slice = slice ?? BufferSlice(NoBuffer()) }

    /// Room for `count` floats.
    func floats(_ count: Int) -> BufferSlice {
        let part = BufferSlice(slice.buffer, byteOffset: slice.byteOffset + used)
        parts.append(MemoryRange(part, byteCount: count * 4))
        used += (count * 4 + 255) / 256 * 256
        return part
    }
}

/// Stands for memory where only sizes are asked for.
final class NoBuffer: DeviceBuffer {
    let byteCount = 0
}

extension Argument {
    /// As a kernel parameter.
    var buffer: KernelArgument { .buffer(slice, elementSize: type.dtype.byteCount) }
}

extension BufferSlice {
    /// As a parameter of 4-byte elements.
    var floats: KernelArgument { .buffer(self, elementSize: 4) }
}
