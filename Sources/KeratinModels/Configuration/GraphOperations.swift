import KeratinCore
import KeratinLayers
import KeratinTensor

/// What an operation in a file is applied to.
enum GraphOperand {
    case tensor(Tensor)
    case list([GraphOperand])
    case value(ConfigValue)

    var number: Double? { if case .value(let value) = self { value.asNumber } else { nil } }
}

/// Keras's operations as nodes of graphs, by the names of their classes.
enum GraphOperations {
    /// Applies an operation.
    ///
    /// - Parameters:
    ///   - config: what the operation was made with.
    ///   - named: what it was called with by name.
    /// - Throws: `KeratinError` for operations that are not there.
    static func apply(
        _ className: String, config: [String: ConfigValue], _ operands: [GraphOperand],
        named: [String: GraphOperand]
    ) throws -> [Tensor] {
        let call = Call(className: className, config: config, operands: operands, named: named)
        if let function = unary[className] { return [try call.tensor(0).unary(function)] }
        if let function = binary[className] { return [try call.binary(function)] }
        guard let operation = others[className] else {
            throw KeratinError(
                .unavailable, "the operation '\(className)' is not there as part of a graph",
                at: className)
        }
        return try operation(call)
    }

    private static let unary: [String: UnaryFunction] = [
        "Negative": .negate, "Absolute": .abs, "Abs": .abs, "Sign": .sign,
        "Reciprocal": .reciprocal, "Sqrt": .sqrt, "Rsqrt": .rsqrt, "Square": .square, "Exp": .exp,
        "Expm1": .expm1, "Log": .log, "Log1p": .log1p, "Sin": .sin, "Cos": .cos, "Arctan": .arctan,
        "Tanh": .tanh,
        "Sigmoid": .sigmoid, "Relu": .relu, "Softplus": .softplus, "Erf": .erf, "Erfc": .erfc,
        "Floor": .floor, "Ceil": .ceil, "Round": .round, "Isnan": .isNaN,
        "Isfinite": .isFinite,
    ]

    private static let binary: [String: BinaryFunction] = [
        "Add": .add, "Subtract": .subtract, "Multiply": .multiply, "Divide": .divide,
        "TrueDivide": .divide, "Maximum": .maximum, "Minimum": .minimum, "Power": .power,
        "Mod": .remainder, "Equal": .equal, "NotEqual": .notEqual, "Less": .less,
        "LessEqual": .lessEqual, "Greater": .greater, "GreaterEqual": .greaterEqual,
    ]

    /// Everything else, by the rooms in which Keras has it.
    private static let others: [String: Operation] =
        [
            numbers, reductions, shapes, parts, indices, products, networks, activations, angles,
            wholeNumbers, orders, segments, arrangements, transforms, images,
        ]
        .reduce(into: [:]) { $0.merge($1) { $1 } }

    typealias Operation = @Sendable (Call) throws -> [Tensor]
}
