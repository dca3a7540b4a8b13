/// Activations of recurrent cells that the sequence kernels know. Each derivative is a function of the activation's
/// own result, so that only results need to be kept for the gradient.
///
/// A set of its own: the kernels of products (`FusedActivation`) know no hard sigmoids, and should they learn of an activation
/// whose derivative asks for its argument, cells could not have it.
public enum RecurrentActivation: String, Hashable, Sendable, CaseIterable {
    case none, relu, sigmoid, tanh
    /// min(max(x/6 + 1/2, 0), 1), as in Keras 3.
    case hardSigmoid
    /// min(max(x/5 + 1/2, 0), 1), as in Keras 1 and 2.
    case legacyHardSigmoid

    /// The slope between the bends of the hard sigmoids.
    public var slope: Double { self == .legacyHardSigmoid ? 0.2 : 1.0 / 6.0 }

    /// Records the activation of x.
    package func apply(_ x: Value, in builder: ProgramBuilder) throws(KeratinError) -> Value {
        switch self {
        case .none: return x
        case .relu: return try builder.unary(.relu, x)
        case .sigmoid: return try builder.unary(.sigmoid, x)
        case .tanh: return try builder.unary(.tanh, x)
        case .hardSigmoid, .legacyHardSigmoid:
            let scaled = try builder.binary(.multiply, x, try builder.scalar(slope))
            let line = try builder.binary(.add, scaled, try builder.scalar(0.5))
            let above = try builder.binary(.maximum, line, try builder.scalar(0))
            return try builder.binary(.minimum, above, try builder.scalar(1))
        }
    }

    /// Records cotangent · derivative, from the activation's result y.
    func pull(
        _ cotangent: Value, result y: Value, in builder: ProgramBuilder
    ) throws(KeratinError) -> Value {
        let derivative: Value
        switch self {
        case .none: return cotangent
        case .relu:
            let positive = try builder.binary(.greater, y, try builder.scalar(0))
            return try builder.append(.select, [positive, cotangent, try builder.scalar(0)])
        case .sigmoid:
            let rest = try builder.binary(.subtract, try builder.scalar(1), y)
            derivative = try builder.binary(.multiply, y, rest)
        case .tanh:
            let square = try builder.unary(.square, y)
            derivative = try builder.binary(.subtract, try builder.scalar(1), square)
        case .hardSigmoid, .legacyHardSigmoid:
            let above = try builder.binary(.greater, y, try builder.scalar(0))
            let below = try builder.binary(.less, y, try builder.scalar(1))
            let inside = try builder.binary(.and, above, below)
            let scaled = try builder.binary(.multiply, cotangent, try builder.scalar(slope))
            return try builder.append(.select, [inside, scaled, try builder.scalar(0)])
        }
        return try builder.binary(.multiply, cotangent, derivative)
    }
}

extension ProgramBuilder {
    /// A float32 constant that broadcasts.
    func scalar(_ value: Double) throws(KeratinError) -> Value {
        try fill(value, TensorType(.scalar))
    }
}
