/// softmax, or its logarithm, over the last axis, computed after subtracting the largest number of each row.
///
/// As in Keras on TensorFlow, softmax is NaN where an element is NaN or +∞, and then 0 elsewhere in the row; the logarithm of
/// such a row is NaN everywhere. A row of nothing but −∞ is NaN.
public struct SoftmaxOperation: FusedOperation {
    /// Whether the result is the logarithm of the softmax.
    public var log: Bool

    /// The softmax itself, unless its logarithm is wanted.
    public init(log: Bool = false) { self.log = log }

    public var name: String { log ? "log_softmax" : "softmax" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(1, inputs)
        guard inputs[0].dtype == .float32, inputs[0].shape.rank >= 1 else {
            throw KeratinError(.shapeMismatch, "needs float32 of rank 1 or more, got \(inputs[0])")
        }
        return [inputs[0]]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let axis = builder.type(of: inputs[0]).shape.rank - 1
        // NaN passes the peak by, and shows in the differences.
        let least = try builder.scalar(Pooling.leastMaximum)
        let isNumber = try builder.binary(.greater, inputs[0], least)
        let numbers = try builder.append(.select, [isNumber, inputs[0], least])
        let peak = try builder.reduce(.maximum, numbers, axes: [axis], keepDimensions: true)
        let shifted = try builder.binary(.subtract, inputs[0], peak)
        let powers = try builder.unary(.exp, shifted)
        let sum = try builder.reduce(.sum, powers, axes: [axis], keepDimensions: true)
        if log { return [try builder.binary(.subtract, shifted, try builder.unary(.log, sum))] }
        let isNaN = try builder.unary(.isNaN, sum)
        let divisor = try builder.append(.select, [isNaN, try builder.scalar(.infinity), sum])
        return [try builder.binary(.divide, powers, divisor)]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dy = cotangents[0] else { return [nil] }
        return [try builder.append(SoftmaxGradient(log: log), [results[0], dy])[0]]
    }
}

/// (y, dy) → dx, from the result y of `SoftmaxOperation`: y·(dy − Σ dy·y), or dy − exp(y)·Σ dy for the logarithm.
public struct SoftmaxGradient: FusedOperation {
    /// As in the forward operation.
    public var log: Bool

    /// The gradient of the softmax or of its logarithm.
    public init(log: Bool = false) { self.log = log }

    public var name: String { log ? "log_softmax_gradient" : "softmax_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(2, inputs)
        try expect("dy", inputs[1], inputs[0])
        return try SoftmaxOperation(log: log).resultTypes([inputs[0]])
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let axis = builder.type(of: inputs[0]).shape.rank - 1
        if log {
            let sum = try builder.reduce(.sum, inputs[1], axes: [axis], keepDimensions: true)
            let share = try builder.binary(.multiply, try builder.unary(.exp, inputs[0]), sum)
            return [try builder.binary(.subtract, inputs[1], share)]
        }
        let product = try builder.binary(.multiply, inputs[0], inputs[1])
        let sum = try builder.reduce(.sum, product, axes: [axis], keepDimensions: true)
        let centered = try builder.binary(.subtract, inputs[1], sum)
        return [try builder.binary(.multiply, inputs[0], centered)]
    }
}
