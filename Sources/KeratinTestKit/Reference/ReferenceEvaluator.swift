import KeratinCore

/// Evaluates operations and programs in Double without rounding: the oracle of the conformance suite.
/// Every primitive and every fused operation of Core is computed directly from its definition; fused
/// operations that are not Core's are computed through their expansion.
public enum ReferenceEvaluator {
    /// - Throws: `KeratinError` if the operation does not accept the inputs' types.
    public static func evaluate(
        _ operation: Operation, _ inputs: [ReferenceTensor]
    ) throws(KeratinError) -> [ReferenceTensor] {
        let types = try operation.resultTypes(inputs.map(\.type))
        switch operation {
        case .primitive(let primitive): return [evaluate(primitive, inputs, types[0])]
        case .fused(let fused):
            if let results = evaluate(fused, inputs, types) { return results }
            return try evaluate(expansion(of: fused, inputs.map(\.type)), inputs)
        }
    }

    /// The program of primitives (and further fused operations) that a fused operation stands for.
    public static func expansion(
        of fused: any FusedOperation, _ inputs: [TensorType]
    ) throws(KeratinError) -> Program {
        let builder = ProgramBuilder()
        let values = inputs.map(builder.input)
        return builder.program(outputs: try fused.expand(into: builder, inputs: values))
    }

    private static func evaluate(
        _ primitive: Primitive, _ inputs: [ReferenceTensor], _ type: TensorType
    ) -> ReferenceTensor {
        switch primitive {
        case .fill(let value, _):
            return ReferenceTensor(
                type, repeating: ReferenceElementwise.cast(value, to: type.dtype))
        case .iota(let axis, _): return ReferenceMovement.iota(axis: axis, type)
        case .cast(let dtype):
            let source = inputs[0].type.dtype
            return ReferenceElementwise.map(inputs, to: type) {
                ReferenceElementwise.cast($0[0], from: source, to: dtype)
            }
        case .unary(let function):
            let dtype = inputs[0].type.dtype
            return ReferenceElementwise.map(inputs, to: type) {
                ReferenceElementwise.unary(function, dtype, $0[0])
            }
        case .binary(let function):
            let dtype = inputs[0].type.dtype
            return ReferenceElementwise.map(inputs, to: type) {
                ReferenceElementwise.binary(function, dtype, $0[0], $0[1])
            }
        case .select:
            return ReferenceElementwise.map(inputs, to: type) { $0[0] != 0 ? $0[1] : $0[2] }
        case .reduce(let function, let axes, _):
            return ReferenceReduce.reduce(inputs[0], function, axes: axes, type)
        case .argReduce(let function, let axis):
            return ReferenceReduce.argReduce(inputs[0], function, axis: axis, type)
        case .matmul(let left, let right):
            return ReferenceMatrix.matmul(inputs[0], inputs[1], left, right, type)
        case .reshape: return ReferenceTensor(type, inputs[0].values)
        case .transpose(let permutation):
            return ReferenceMovement.transpose(inputs[0], permutation, type)
        case .broadcast: return ReferenceMovement.broadcast(inputs[0], type)
        case .slice(let starts, _, let strides):
            return ReferenceMovement.slice(inputs[0], starts, strides, type)
        case .pad(let low, _, let interior, let value):
            return ReferenceMovement.pad(
                inputs[0], low: low, interior: interior, value: value, type)
        case .concatenate(let axis):
            return ReferenceMovement.concatenate(inputs, axis: axis, type)
        case .reverse(let axes): return ReferenceMovement.reverse(inputs[0], axes)
        case .gather(let axis):
            return ReferenceMovement.gather(inputs[0], inputs[1], axis: axis, type)
        case .scatterAdd(let axis, let count):
            return ReferenceMovement.scatterAdd(
                inputs[0], inputs[1], axis: axis, count: count, type)
        case .patches(let window, let padding):
            return ReferenceWindow.patches(inputs[0], window, padding: padding, type)
        case .foldPatches(let window, _):
            return ReferenceWindow.foldPatches(inputs[0], window, type)
        case .randomBits(_, let stream):
            return ReferenceMovement.randomBits(inputs[0], stream, type)
        case .dynamicSlice: return ReferenceMovement.dynamicSlice(inputs[0], inputs[1], type)
        case .dynamicUpdate:
            return ReferenceMovement.dynamicUpdate(inputs[0], inputs[1], inputs[2])
        }
    }

    /// Nil for operations that this file does not know.
    private static func evaluate(
        _ fused: any FusedOperation, _ inputs: [ReferenceTensor], _ types: [TensorType]
    ) -> [ReferenceTensor]? {
        switch fused {
        case let linear as Linear: return [ReferenceMatrix.linear(linear, inputs, types[0])]
        case let convolution as Convolution:
            return [ReferenceWindow.convolution(convolution, inputs, types[0])]
        case let gradient as ConvolutionInputGradient:
            return [
                ReferenceWindow.inputGradient(
                    gradient.geometry, dy: inputs[0], filter: inputs[1], types[0])
            ]
        case let gradient as ConvolutionFilterGradient:
            return [
                ReferenceWindow.filterGradient(
                    gradient.geometry, x: inputs[0], dy: inputs[1], types[0])
            ]
        case let pooling as Pooling:
            return [ReferenceWindow.pooling(pooling, inputs[0], types[0])]
        case let gradient as PoolingGradient:
            return [ReferenceWindow.poolingGradient(gradient, inputs, types[0])]
        case let attention as DotProductAttention:
            return ReferenceAttention(attention.pattern, hasMask: attention.hasMask, inputs)?
                .forward()
        case let gradient as DotProductAttentionGradient:
            let rest = Array(inputs.suffix(4))
            return ReferenceAttention(gradient.pattern, hasMask: gradient.hasMask, inputs)?
                .backward(y: rest[0], peak: rest[1], sum: rest[2], dy: rest[3])
        case let sort as ArgSort: return [ReferenceReduce.argSort(inputs[0], sort, types[0])]
        case let softmax as SoftmaxOperation:
            return [ReferenceNormalization.softmax(softmax, inputs[0])]
        case let gradient as SoftmaxGradient:
            return [
                ReferenceNormalization.softmaxGradient(gradient, y: inputs[0], dy: inputs[1])
            ]
        case let loss as SoftmaxCrossEntropy:
            return [
                ReferenceNormalization.crossEntropy(
                    sparse: loss.sparse, logits: inputs[0], labels: inputs[1], types[0])
            ]
        case let gradient as SoftmaxCrossEntropyGradient:
            return [
                ReferenceNormalization.crossEntropyGradient(
                    sparse: gradient.sparse, logits: inputs[0], labels: inputs[1],
                    dLoss: inputs[2])
            ]
        case let normalization as BatchNormalizationOperation:
            return ReferenceNormalization.batchNormalization(
                epsilon: normalization.epsilon, inputs)
        case let gradient as BatchNormalizationGradient:
            return ReferenceNormalization.batchNormalizationGradient(
                epsilon: gradient.epsilon, inputs)
        case let pointwise as Pointwise: return ReferenceElementwise.pointwise(pointwise, inputs)
        default: return nil
        }
    }
}
