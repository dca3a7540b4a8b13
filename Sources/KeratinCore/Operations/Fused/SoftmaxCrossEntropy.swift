/// −Σ t·log softmax(logits) over the last axis, with its own gradient kernel.
///
/// Inputs: logits […, K], and labels: float32 […, K], or int32 […] class numbers if `sparse`
/// (numbers outside 0..<K give NaN). Result: […].
public struct SoftmaxCrossEntropy: FusedOperation {
    /// Whether labels are class numbers.
    public var sparse: Bool

    /// With class numbers, or with weights of all classes, as labels.
    public init(sparse: Bool) { self.sparse = sparse }

    public var name: String { sparse ? "sparse_softmax_cross_entropy" : "softmax_cross_entropy" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(2, inputs)
        guard inputs[0].dtype == .float32, inputs[0].shape.rank >= 1 else {
            throw KeratinError(.shapeMismatch, "logits must be float32 […, K], got \(inputs[0])")
        }
        let rows = Shape(Array(inputs[0].shape.dimensions.dropLast()))
        try expect("labels", inputs[1], sparse ? TensorType(rows, .int32) : inputs[0])
        return [TensorType(rows)]
    }

    /// Labels as […, K] weights; a sparse label outside 0..<K is a row of NaN.
    static func weights(
        _ builder: ProgramBuilder, logits: Value, labels: Value, sparse: Bool
    ) throws(KeratinError) -> Value {
        guard sparse else { return labels }
        let shape = builder.type(of: logits).shape
        let axis = shape.rank - 1
        let index = try builder.append(.iota(axis: axis, type: TensorType(shape, .int32)), [])
        var column = shape
        column[axis] = 1
        let label = try builder.reshape(labels, column)
        let one = try builder.fill(1, TensorType(.scalar))
        let zero = try builder.fill(0, TensorType(.scalar))
        let hot = try builder.append(
            .select, [try builder.binary(.equal, index, label), one, zero])
        let below = try builder.binary(
            .less, label, try builder.fill(0, TensorType(.scalar, .int32)))
        let above = try builder.binary(
            .greaterEqual, label,
            try builder.fill(Double(shape[axis]), TensorType(.scalar, .int32)))
        let nan = try builder.fill(.nan, TensorType(.scalar))
        return try builder.append(.select, [try builder.binary(.or, below, above), nan, hot])
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let axis = builder.type(of: inputs[0]).shape.rank - 1
        let weights = try Self.weights(
            builder, logits: inputs[0], labels: inputs[1], sparse: sparse)
        let logs = try builder.append(SoftmaxOperation(log: true), [inputs[0]])[0]
        let products = try builder.binary(.multiply, weights, logs)
        let sum = try builder.reduce(.sum, products, axes: [axis])
        return [try builder.unary(.negate, sum)]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dLoss = cotangents[0] else { return [nil, nil] }
        let gradient = try builder.append(
            SoftmaxCrossEntropyGradient(sparse: sparse), [inputs[0], inputs[1], dLoss])[0]
        if sparse { return [gradient, nil] }
        // The loss is linear in the labels. The compiler drops this where nobody asks for it.
        let logs = try builder.append(SoftmaxOperation(log: true), [inputs[0]])[0]
        let shape = builder.type(of: dLoss).shape
        let column = try builder.reshape(dLoss, Shape(shape.dimensions + [1]))
        let product = try builder.binary(.multiply, logs, column)
        return [gradient, try builder.unary(.negate, product)]
    }
}

/// (logits, labels, dLoss […]) → dLogits = dLoss·(softmax(logits) − t).
///
/// That is the derivative where the labels t of a row sum to 1. For other labels it would be dLoss·(softmax(logits)·Σt − t);
/// TensorFlow's operation of this name takes the same form for all, and Keras trains through it.
public struct SoftmaxCrossEntropyGradient: FusedOperation {
    /// As in the forward operation.
    public var sparse: Bool

    /// The gradient for class numbers, or for weights of all classes, as labels.
    public init(sparse: Bool) { self.sparse = sparse }

    public var name: String {
        sparse ? "sparse_softmax_cross_entropy_gradient" : "softmax_cross_entropy_gradient"
    }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(3, inputs)
        let loss = try SoftmaxCrossEntropy(sparse: sparse).resultTypes([inputs[0], inputs[1]])
        try expect("dLoss", inputs[2], loss[0])
        return [inputs[0]]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let shape = builder.type(of: inputs[0]).shape
        let axis = shape.rank - 1
        let weights = try SoftmaxCrossEntropy.weights(
            builder, logits: inputs[0], labels: inputs[1], sparse: sparse)
        let probabilities = try builder.append(SoftmaxOperation(), [inputs[0]])[0]
        let difference = try builder.binary(.subtract, probabilities, weights)
        var column = shape
        column[axis] = 1
        let scale = try builder.reshape(inputs[2], column)
        return [try builder.binary(.multiply, difference, scale)]
    }
}
