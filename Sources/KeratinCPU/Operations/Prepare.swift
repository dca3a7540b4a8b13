import KeratinCPUKernelTable
import KeratinCore

/// Decides how a launch runs. The switch over primitives has no default: a new primitive does not
/// compile until it has a kernel.
/// - Parameter threads: How many threads will share the launch. It may decide how work is cut, never a result.
/// - Throws: `BackendError` for a fused operation without a kernel or arguments of another backend.
func prepare(
    _ request: LaunchRequest, _ table: CPUKernelTable, threads: Int
) throws -> PreparedLaunch {
    switch request.operation {
    case .primitive(let primitive): try prepare(primitive, request, table)
    case .fused(let fused): try prepare(fused, request, table, threads)
    }
}

private func prepare(
    _ primitive: Primitive, _ request: LaunchRequest, _ table: CPUKernelTable
) throws -> PreparedLaunch {
    let movement = Movement(request: request, table: table)
    let indexed = Indexed(request: request, table: table)
    switch primitive {
    case .fill(let value, let type):
        return PreparedLaunch(Movement.fill(try request.results[0].pointer(), type, value))
    case .iota(let axis, _): return try movement.iota(axis: axis)
    case .cast, .unary, .binary, .select:
        guard
            let pointwise = Pointwise(
                primitive, inputs: request.inputs.map(\.type), result: request.results[0].type)
        else { throw BackendError.unsupported("\(primitive.name) is not elementwise") }
        return try preparePointwise(pointwise, request, table)
    case .reduce(let function, let axes, _):
        return try ReductionLaunch(function: function, table: table).prepare(request, axes: axes)
    case .argReduce(let function, let axis):
        return try ArgReduction.prepare(request, function, axis: axis)
    case .matmul(let transposeLeft, let transposeRight):
        return try MatrixProduct(
            request, transposeLeft: transposeLeft, transposeRight: transposeRight, hasBias: false,
            activation: .none
        ).prepare(table)
    case .reshape: return try movement.reshape()
    case .transpose(let permutation): return try movement.transpose(permutation)
    case .broadcast: return try movement.broadcast()
    case .slice(let starts, _, let strides):
        return try movement.slice(starts: starts, strides: strides)
    case .pad(let low, _, let interior, let value):
        return try movement.pad(low: low, interior: interior, value: value)
    case .concatenate(let axis): return try movement.concatenate(axis: axis)
    case .reverse(let axes): return try movement.reverse(axes: axes)
    case .gather(let axis): return try indexed.gather(axis: axis)
    case .scatterAdd(let axis, let count): return try indexed.scatterAdd(axis: axis, count: count)
    case .patches(let window, let padding):
        let geometry = try WindowGeometry(window, input: request.inputs[0].type.shape)
        return try PoolingLaunch(geometry: geometry, table: table)
            .patches(request, padding: padding)
    case .foldPatches(let window, _):
        let geometry = try WindowGeometry(window, input: request.results[0].type.shape)
        return try PoolingLaunch(geometry: geometry, table: table).fold(request)
    case .randomBits(_, let stream): return try indexed.randomBits(stream: stream)
    case .dynamicSlice: return try indexed.dynamicSlice()
    case .dynamicUpdate: return try indexed.dynamicUpdate()
    }
}

private func preparePointwise(
    _ pointwise: Pointwise, _ request: LaunchRequest, _ table: CPUKernelTable
) throws -> PreparedLaunch {
    let kernel = try PointwiseKernel(
        pointwise, inputs: request.inputs, results: request.results, table.elementwise)
    var launch = PreparedLaunch(kernel.phase)
    launch.ownBytes = kernel.scratchBytes
    return launch
}

/// Whether `prepare` knows the fused operation.
func hasKernel(_ fused: any FusedOperation) -> Bool {
    fused is Linear || fused is Pointwise || fused is Convolution
        || fused is ConvolutionInputGradient || fused is ConvolutionFilterGradient
        || fused is Pooling || fused is PoolingGradient || fused is SoftmaxOperation
        || fused is SoftmaxGradient || fused is SoftmaxCrossEntropy
        || fused is SoftmaxCrossEntropyGradient || fused is BatchNormalizationOperation
        || fused is BatchNormalizationGradient || fused is RecurrentSequence
        || fused is RecurrentSequenceGradient || fused is DotProductAttention
        || fused is DotProductAttentionGradient || fused is ArgSort
}

private func prepare(
    _ fused: any FusedOperation, _ request: LaunchRequest, _ table: CPUKernelTable, _ threads: Int
) throws -> PreparedLaunch {
    let rows = SoftmaxLaunch(request: request, table: table)
    switch fused {
    case let pointwise as Pointwise: return try preparePointwise(pointwise, request, table)
    case let linear as Linear:
        return try MatrixProduct(
            request, transposeLeft: linear.transposeLeft, transposeRight: linear.transposeRight,
            hasBias: linear.hasBias, activation: MatrixActivation(linear.activation)
        ).prepare(table)
    case let convolution as Convolution:
        return try ConvolutionForward(request, convolution).prepare(table)
    case let gradient as ConvolutionInputGradient:
        return try ConvolutionInput(request, gradient).prepare(table)
    case let gradient as ConvolutionFilterGradient:
        return try ConvolutionFilter(request, gradient).prepare(table)
    case let pooling as Pooling:
        let geometry = try WindowGeometry(pooling.window, input: request.inputs[0].type.shape)
        return try PoolingLaunch(geometry: geometry, table: table).forward(request, pooling.kind)
    case let gradient as PoolingGradient:
        let geometry = try WindowGeometry(gradient.window, input: gradient.input)
        let launch = PoolingLaunch(geometry: geometry, table: table)
        switch gradient.kind {
        case .maximum: return try launch.maximumGradient(request)
        case .average: return try launch.averageGradient(request)
        }
    case let softmax as SoftmaxOperation: return try rows.softmax(log: softmax.log)
    case let gradient as SoftmaxGradient: return try rows.gradient(log: gradient.log)
    case let entropy as SoftmaxCrossEntropy:
        return try rows.crossEntropy(sparse: entropy.sparse)
    case let gradient as SoftmaxCrossEntropyGradient:
        return try rows.crossEntropyGradient(sparse: gradient.sparse)
    case let normalization as BatchNormalizationOperation:
        return try BatchNormalizationLaunch(
            request.inputs[0].type, epsilon: normalization.epsilon, table
        ).forward(request)
    case let gradient as BatchNormalizationGradient:
        return try BatchNormalizationLaunch(
            request.inputs[0].type, epsilon: gradient.epsilon, table
        ).backward(request)
    case let sequence as RecurrentSequence:
        return try RecurrentForward(request, sequence, table, threads: threads).prepare()
    case let gradient as RecurrentSequenceGradient:
        return try RecurrentBackward(request, gradient, table, threads: threads).prepare()
    case let sort as ArgSort: return try ArgSortLaunch.prepare(request, sort)
    case let attention as DotProductAttention:
        return try AttentionForward(attention, request, table).prepare()
    case let gradient as DotProductAttentionGradient:
        return try AttentionBackward(gradient, request, table).prepare()
    default:
        throw BackendError.unsupported("the CPU backend has no kernel for \(fused.name)")
    }
}
