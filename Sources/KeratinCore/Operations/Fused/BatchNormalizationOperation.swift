/// Batch normalisation in training: γ·(x − μ)/√(σ² + ε) + β with the mean and the biased variance over
/// all axes but the last (Ioffe and Szegedy, 2015).
///
/// (x […, C], gamma [C], beta [C]) → (y […, C], mean [C], variance [C]).
public struct BatchNormalizationOperation: FusedOperation {
    /// Added to the variance before its root is taken.
    public var epsilon: Double

    /// The operation with the given ε.
    public init(epsilon: Double) { self.epsilon = epsilon }

    public var name: String { "batch_normalization" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(3, inputs)
        let channels = try Self.channels(inputs[0])
        try expect("gamma", inputs[1], channels)
        try expect("beta", inputs[2], channels)
        return [inputs[0], channels, channels]
    }

    static func channels(_ x: TensorType) throws(KeratinError) -> TensorType {
        guard x.dtype == .float32, x.shape.rank >= 1 else {
            throw KeratinError(.shapeMismatch, "x must be float32 […, C], got \(x)")
        }
        return TensorType([x.shape[x.shape.rank - 1]])
    }

    /// Rows that are averaged over, as a scalar constant.
    static func scale(_ builder: ProgramBuilder, _ x: Value) throws(KeratinError) -> Value {
        let rows = builder.type(of: x).shape.dimensions.dropLast().reduce(1, *)
        return try builder.fill(1 / Double(rows), TensorType(.scalar))
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let axes = Array(0..<(builder.type(of: inputs[0]).shape.rank - 1))
        let scale = try Self.scale(builder, inputs[0])
        let mean = try builder.binary(
            .multiply, try builder.reduce(.sum, inputs[0], axes: axes), scale)
        let centered = try builder.binary(.subtract, inputs[0], mean)
        let squares = try builder.unary(.square, centered)
        let variance = try builder.binary(
            .multiply, try builder.reduce(.sum, squares, axes: axes), scale)
        let inverse = try Self.inverse(builder, variance, epsilon)
        let normalized = try builder.binary(.multiply, centered, inverse)
        let scaled = try builder.binary(.multiply, normalized, inputs[1])
        return [try builder.binary(.add, scaled, inputs[2]), mean, variance]
    }

    /// 1/√(variance + ε).
    static func inverse(
        _ builder: ProgramBuilder, _ variance: Value, _ epsilon: Double
    ) throws(KeratinError) -> Value {
        let epsilon = try builder.fill(epsilon, TensorType(.scalar))
        return try builder.unary(.rsqrt, try builder.binary(.add, variance, epsilon))
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        // Statistics that carry a gradient of their own are rare: the expansion handles them.
        guard let dy = cotangents[0], cotangents[1] == nil, cotangents[2] == nil else { return nil }
        let gradient = BatchNormalizationGradient(epsilon: epsilon)
        return try builder.append(gradient, [inputs[0], inputs[1], results[1], results[2], dy])
            .map(Optional.some)
    }
}

/// (x, gamma, mean, variance, dy) → (dx, dGamma, dBeta).
public struct BatchNormalizationGradient: FusedOperation {
    /// As in the forward operation.
    public var epsilon: Double

    /// The gradient of the operation with the given ε.
    public init(epsilon: Double) { self.epsilon = epsilon }

    public var name: String { "batch_normalization_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(5, inputs)
        let channels = try BatchNormalizationOperation.channels(inputs[0])
        try expect("gamma", inputs[1], channels)
        try expect("mean", inputs[2], channels)
        try expect("variance", inputs[3], channels)
        try expect("dy", inputs[4], inputs[0])
        return [inputs[0], channels, channels]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let (x, gamma, mean, variance, dy) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4])
        let axes = Array(0..<(builder.type(of: x).shape.rank - 1))
        let scale = try BatchNormalizationOperation.scale(builder, x)
        let inverse = try BatchNormalizationOperation.inverse(builder, variance, epsilon)
        let normalized = try builder.binary(
            .multiply, try builder.binary(.subtract, x, mean), inverse)
        let dBeta = try builder.reduce(.sum, dy, axes: axes)
        let dGamma = try builder.reduce(
            .sum, try builder.binary(.multiply, dy, normalized), axes: axes)
        let meanBeta = try builder.binary(.multiply, dBeta, scale)
        let meanGamma = try builder.binary(.multiply, dGamma, scale)
        let projected = try builder.binary(
            .subtract, try builder.binary(.subtract, dy, meanBeta),
            try builder.binary(.multiply, normalized, meanGamma))
        let factor = try builder.binary(.multiply, gamma, inverse)
        return [try builder.binary(.multiply, projected, factor), dGamma, dBeta]
    }
}
