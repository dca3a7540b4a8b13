import KeratinCore
import KeratinLayers
import KeratinTensor

// Operations of linear algebra and of networks.

extension GraphOperations {
    static let products: [String: Operation] = [
        "Matmul": { [try ops.matmul($0.tensor(0), $0.tensor(1))] },
        "Dot": { [try ops.dot($0.tensor(0), $0.tensor(1))] },
        "Inner": { [try ops.inner($0.tensor(0), $0.tensor(1))] },
        "Vdot": { [try ops.vdot($0.tensor(0), $0.tensor(1))] },
        "Outer": { [try ops.outer($0.tensor(0), $0.tensor(1))] },
        "Tensordot": { call in
            let (a, b) = (try call.tensor(0), try call.tensor(1))
            guard case .list(let pair)? = call.value("axes") else {
                return [try ops.tensordot(a, b, axes: call.integer("axes", default: 2))]
            }
            let axes = try pair.map { side -> [Int] in
                switch side {
                case .integer(let axis): return [axis]
                case .list(let values): return values.compactMap(\.asInteger)
                default: throw call.wrong("axes: expects integers")
                }
            }
            return [ops.tensordot(a, b, axes: axes)]
        },
        "Einsum": { call in
            guard let equation = call.value("subscripts")?.asText else {
                throw call.wrong("has no subscripts")
            }
            return [
                try Tensor.einsum(equation, call.operands.indices.map { try call.tensor($0) })
            ]
        },
        "DotProductAttention": { call in
            func operand(_ index: Int, _ name: String) -> GraphOperand? {
                let operand = index < call.operands.count ? call.operands[index] : call.named[name]
                if case .value(.null)? = operand { return nil }
                return operand
            }
            guard call.value("attn_logits_soft_cap") == nil else {
                throw call.wrong("attn_logits_soft_cap is not there")
            }
            let tensors = try ["query", "key", "value"].enumerated().map { index, name in
                guard let operand = operand(index, name) else { throw call.wrong("has no \(name)") }
                return try call.tensor(operand)
            }
            return [
                try ops.dotProductAttention(
                    tensors[0], tensors[1], tensors[2],
                    bias: operand(3, "bias").map { try call.tensor($0) },
                    mask: operand(4, "mask").map { try call.tensor($0) },
                    scale: operand(5, "scale")?.number, isCausal: call.flag("is_causal"))
            ]
        },
        "Tril": { [try ops.tril($0.tensor(0), k: $0.integer("k", default: 0))] },
        "Triu": { [try ops.triu($0.tensor(0), k: $0.integer("k", default: 0))] },
        "Diag": { [try ops.diag($0.tensor(0), k: $0.integer("k", default: 0))] },
        "Diagflat": { [try ops.diagflat($0.tensor(0), k: $0.integer("k", default: 0))] },
        "Diagonal": {
            [
                try ops.diagonal(
                    $0.tensor(0), offset: $0.integer("offset", default: 0),
                    axis1: $0.integer("axis1", default: 0), axis2: $0.integer("axis2", default: 1))
            ]
        },
        "Trace": {
            [
                try ops.trace(
                    $0.tensor(0), offset: $0.integer("offset", default: 0),
                    axis1: $0.integer("axis1", default: 0), axis2: $0.integer("axis2", default: 1))
            ]
        },
        "Norm": {
            let ord = $0.value("ord")?.asText == "fro" ? nil : try $0.optionalNumber("ord")
            return [
                try ops.norm(
                    $0.tensor(0), ord: ord, axis: $0.axis("axis"), keepDims: $0.flag("keepdims"))
            ]
        },
        "Normalize": {
            [
                try ops.normalize(
                    $0.tensor(0), axis: $0.config["axis"] == .null ? nil : $0.axis("axis") ?? -1,
                    order: $0.number("order", default: 2),
                    epsilon: $0.number("epsilon", default: 1e-7))
            ]
        },
    ]

    static let networks: [String: Operation] = [
        "Softmax": { [try $0.tensor(0).softmax(axis: $0.integer("axis", default: -1))] },
        "LogSoftmax": { [try $0.tensor(0).logSoftmax(axis: $0.integer("axis", default: -1))] },
        "Conv": {
            [
                try ops.conv(
                    $0.tensor(0), $0.tensor(1), strides: $0.integers("strides") ?? [1],
                    padding: $0.padding(), dataFormat: $0.dataFormat(),
                    dilationRate: $0.integers("dilation_rate") ?? [1])
            ]
        },
        "DepthwiseConv": {
            [
                try ops.depthwiseConv(
                    $0.tensor(0), $0.tensor(1), strides: $0.integers("strides") ?? [1],
                    padding: $0.padding(), dataFormat: $0.dataFormat(),
                    dilationRate: $0.integers("dilation_rate") ?? [1])
            ]
        },
        "SeparableConv": {
            [
                try ops.separableConv(
                    $0.tensor(0), $0.tensor(1), $0.tensor(2),
                    strides: $0.integers("strides") ?? [1], padding: $0.padding(),
                    dataFormat: $0.dataFormat(), dilationRate: $0.integers("dilation_rate") ?? [1])
            ]
        },
        "MaxPool": {
            [
                try ops.maxPool(
                    $0.tensor(0), poolSize: $0.integers("pool_size") ?? [1],
                    strides: $0.integers("strides"), padding: $0.padding(),
                    dataFormat: $0.dataFormat())
            ]
        },
        "AveragePool": {
            [
                try ops.averagePool(
                    $0.tensor(0), poolSize: $0.integers("pool_size") ?? [1],
                    strides: $0.integers("strides"), padding: $0.padding(),
                    dataFormat: $0.dataFormat())
            ]
        },
        "LayerNorm": {
            guard try !$0.flag("rms_scaling") else {
                throw $0.wrong("with rms_scaling is not there: use RMSNorm")
            }
            return [
                try ops.layerNormalization(
                    $0.tensor(0), gamma: $0.optionalTensor(1, "gamma"),
                    beta: $0.optionalTensor(2, "beta"), axis: $0.axis("axis") ?? -1,
                    epsilon: $0.number("epsilon", default: 1e-7))
            ]
        },
        "RMSNorm": {
            [
                try ops.rmsNormalization(
                    $0.tensor(0), scale: $0.optionalTensor(1, "scale"),
                    axis: $0.axis("axis") ?? -1, epsilon: $0.number("epsilon", default: 1e-7))
            ]
        },
        "BatchNorm": {
            [
                try ops.batchNormalization(
                    $0.tensor(0), mean: $0.tensor(1), variance: $0.tensor(2),
                    axis: $0.integer("axis", default: -1), offset: $0.optionalTensor(3, "offset"),
                    scale: $0.optionalTensor(4, "scale"),
                    epsilon: $0.number("epsilon", default: 1e-3))
            ]
        },
        "BinaryCrossentropy": {
            [
                try ops.binaryCrossentropy(
                    $0.tensor(0), $0.tensor(1), fromLogits: $0.flag("from_logits"))
            ]
        },
        "CategoricalCrossentropy": {
            [
                try ops.categoricalCrossentropy(
                    $0.tensor(0), $0.tensor(1), fromLogits: $0.flag("from_logits"),
                    axis: $0.integer("axis", default: -1))
            ]
        },
        "SparseCategoricalCrossentropy": {
            [
                try ops.sparseCategoricalCrossentropy(
                    $0.tensor(0), $0.tensor(1), fromLogits: $0.flag("from_logits"),
                    axis: $0.integer("axis", default: -1))
            ]
        },
    ]

    static let activations: [String: Operation] = [
        "Relu6": { [try ops.relu6($0.tensor(0))] }, "Selu": { [try ops.selu($0.tensor(0))] },
        "Silu": { [try ops.silu($0.tensor(0))] },
        "Softsign": { [try ops.softsign($0.tensor(0))] },
        "LogSigmoid": { [try ops.logSigmoid($0.tensor(0))] },
        "HardSigmoid": { [try ops.hardSigmoid($0.tensor(0))] },
        "HardSilu": { [try ops.hardSilu($0.tensor(0))] },
        "HardTanh": { [try ops.hardTanh($0.tensor(0))] },
        "TanhShrink": { [try ops.tanhShrink($0.tensor(0))] },
        "SparsePlus": { [try ops.sparsePlus($0.tensor(0))] },
        "SparseSigmoid": { [try ops.sparseSigmoid($0.tensor(0))] },
        "LeakyRelu": {
            [
                try ops.leakyRelu(
                    $0.tensor(0), negativeSlope: $0.number("negative_slope", default: 0.2))
            ]
        },
        "Elu": { [try ops.elu($0.tensor(0), alpha: $0.number("alpha", default: 1))] },
        "Celu": { [try ops.celu($0.tensor(0), alpha: $0.number("alpha", default: 1))] },
        "Gelu": {
            let isExact = $0.value("approximate") == .boolean(false)
            return [try ops.gelu($0.tensor(0), approximate: !isExact)]
        },
        "Glu": { [try ops.glu($0.tensor(0), axis: $0.integer("axis", default: -1))] },
        "Squareplus": { [try ops.squareplus($0.tensor(0), b: $0.number("b", default: 4))] },
        "SoftShrink": {
            [try ops.softShrink($0.tensor(0), threshold: $0.number("threshold", default: 0.5))]
        },
        "HardShrink": {
            [try ops.hardShrink($0.tensor(0), threshold: $0.number("threshold", default: 0.5))]
        },
        "Threshold": {
            [
                try ops.threshold(
                    $0.tensor(0), $0.number("threshold", default: 0),
                    $0.number("default_value", default: 0))
            ]
        },
        "Sparsemax": { [try ops.sparsemax($0.tensor(0), axis: $0.integer("axis", default: -1))] },
    ]
}
