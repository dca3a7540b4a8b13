import KeratinCore
import KeratinLayers
import KeratinTensor

/// What an operation in a file is applied to.
enum GraphOperand {
    case tensor(Tensor)
    case list([GraphOperand])
    case value(ConfigValue)

    var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
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
        if let function = reductions[className] {
            return [
                try call.tensor(0).reduce(
                    function, axes: try call.axes("axis"), keepDimensions: try call.flag("keepdims")
                )
            ]
        }
        return [try call.other()]
    }

    private static let unary: [String: UnaryFunction] = [
        "Negative": .negate, "Absolute": .abs, "Abs": .abs, "Sign": .sign,
        "Reciprocal": .reciprocal, "Sqrt": .sqrt, "Rsqrt": .rsqrt, "Square": .square, "Exp": .exp,
        "Expm1": .expm1, "Log": .log, "Log1p": .log1p, "Sin": .sin, "Cos": .cos, "Tanh": .tanh,
        "Sigmoid": .sigmoid, "Relu": .relu, "Softplus": .softplus, "Erf": .erf, "Erfc": .erfc,
        "Floor": .floor, "Ceil": .ceil, "Round": .round, "LogicalNot": .not, "Isnan": .isNaN,
        "Isfinite": .isFinite,
    ]

    private static let binary: [String: BinaryFunction] = [
        "Add": .add, "Subtract": .subtract, "Multiply": .multiply, "Divide": .divide,
        "TrueDivide": .divide, "Maximum": .maximum, "Minimum": .minimum, "Power": .power,
        "Mod": .remainder, "Equal": .equal, "NotEqual": .notEqual, "Less": .less,
        "LessEqual": .lessEqual, "Greater": .greater, "GreaterEqual": .greaterEqual,
        "LogicalAnd": .and, "LogicalOr": .or,
    ]

    private static let reductions: [String: ReduceFunction] = [
        "Sum": .sum, "Prod": .product, "Max": .maximum, "Min": .minimum,
    ]

    static let names = Set(unary.keys).union(binary.keys).union(reductions.keys).union(Call.others)

    private struct Call {
        let className: String
        let config: [String: ConfigValue]
        let operands: [GraphOperand]
        let named: [String: GraphOperand]

        /// Whatever was said under a name, when the operation was made or called.
        func value(_ name: String) -> ConfigValue? {
            if case .value(let value)? = named[name] { return value == .null ? nil : value }
            return config[name].flatMap { $0 == .null ? nil : $0 }
        }

        func tensor(_ index: Int) throws -> Tensor {
            let operand =
                index < operands.count ? operands[index] : named["x"] ?? named.values.first
            guard let operand else { throw wrong("needs \(index + 1) tensors") }
            return try tensor(operand)
        }

        private func tensor(_ operand: GraphOperand) throws -> Tensor {
            switch operand {
            case .tensor(let tensor): return tensor
            case .value(let value):
                var numbers: [Float] = []
                let shape = try collect(value, into: &numbers)
                return try Tensor(numbers, shape: Shape(shape))
            case .list: throw wrong("expects a tensor, got a list")
            }
        }

        /// The numbers of nested lists, and their shape.
        private func collect(_ value: ConfigValue, into numbers: inout [Float]) throws -> [Int] {
            if let number = value.asNumber {
                numbers.append(Float(number))
                return []
            }
            guard case .list(let values) = value else {
                throw wrong("expects numbers, got \(value)")
            }
            let shapes = try values.map { try collect($0, into: &numbers) }
            guard Set(shapes).count <= 1 else { throw wrong("has rows of different lengths") }
            return [values.count] + (shapes.first ?? [])
        }

        func binary(_ function: BinaryFunction) throws -> Tensor {
            guard operands.count == 2 else { throw wrong("needs two operands") }
            if let number = operands[1].number { return try tensor(0).binary(function, number) }
            if let number = operands[0].number {
                return try Tensor.binary(function, number, try tensor(1))
            }
            return try tensor(0).binary(function, try tensor(1))
        }

        func integers(_ name: String) throws -> [Int]? {
            switch value(name) {
            case nil: return nil
            case .integer(let value)?: return [value]
            case .list(let values)?:
                return try values.map { entry in
                    guard case .integer(let value) = entry else {
                        throw wrong("\(name): expects integers")
                    }
                    return value
                }
            case let value?: throw wrong("\(name): expects integers, got \(value)")
            }
        }

        func axes(_ name: String) throws -> [Int]? { try integers(name) }

        func integer(_ name: String, default fallback: Int) throws -> Int {
            try integers(name)?.first ?? fallback
        }

        func flag(_ name: String) throws -> Bool {
            if case .boolean(let value)? = value(name) { value } else { false }
        }

        static let others: Set<String> = [
            "Mean", "Softmax", "LogSoftmax", "Matmul", "Reshape", "Transpose", "ExpandDims",
            "Squeeze", "Concatenate", "Cast", "Clip", "Where", "Take", "Flip", "Argmax", "Argmin",
            "StopGradient", "GetItem", "BroadcastTo", "Stack",
        ]

        func other() throws -> Tensor {
            switch className {
            case "Mean":
                return try tensor(0).mean(
                    axes: axes("axis"), keepDimensions: flag("keepdims"))
            case "Softmax": return try tensor(0).softmax(axis: integer("axis", default: -1))
            case "LogSoftmax": return try tensor(0).logSoftmax(axis: integer("axis", default: -1))
            case "Matmul": return try tensor(0).matmul(tensor(1))
            case "Reshape":
                guard let shape = try integers("newshape") ?? integers("target_shape") else {
                    throw wrong("has no new shape")
                }
                return try tensor(0).reshaped(Shape(shape))
            case "Transpose": return try tensor(0).transposed(integers("axes"))
            case "ExpandDims":
                return try tensor(0).expandingDimension(at: integer("axis", default: 0))
            case "Squeeze": return try tensor(0).squeezed(axes("axis"))
            case "Concatenate":
                guard case .list(let parts)? = operands.first else { throw wrong("expects a list") }
                return try Tensor.concatenate(
                    parts.map(tensor), axis: integer("axis", default: 0))
            case "Stack":
                guard case .list(let parts)? = operands.first else { throw wrong("expects a list") }
                let axis = try integer("axis", default: 0)
                return try Tensor.concatenate(
                    parts.map { try tensor($0).expandingDimension(at: axis) }, axis: axis)
            case "Cast":
                guard let name = value("dtype")?.asText,
                    let type = InputType(rawValue: name)
                else { throw wrong("has no dtype") }
                return try tensor(0).cast(to: type.device)
            case "Clip":
                guard let low = value("x_min")?.asNumber, let high = value("x_max")?.asNumber else {
                    throw wrong("needs x_min and x_max as numbers")
                }
                return try tensor(0).clipped(low, high)
            case "Where": return try tensor(0).select(tensor(1), tensor(2))
            case "Take":
                return try tensor(0).gather(
                    tensor(1).cast(to: .int32), axis: integer("axis", default: 0))
            case "Flip":
                let x = try tensor(0)
                return try x.reversed(axes: axes("axis") ?? Array(0..<x.rank))
            case "Argmax": return try tensor(0).argmax(axis: integer("axis", default: -1))
            case "Argmin": return try tensor(0).argmin(axis: integer("axis", default: -1))
            case "StopGradient": return try tensor(0).stoppingGradient()
            case "BroadcastTo":
                guard let shape = try integers("shape") else { throw wrong("has no shape") }
                return try tensor(0).broadcast(to: Shape(shape))
            case "GetItem":
                guard operands.count == 2, case .value(let key) = operands[1] else {
                    throw wrong("expects a tensor and what is taken of it")
                }
                let keys: [ConfigValue] = if case .list(let values) = key { values } else { [key] }
                return try tensor(0).sliced(try keys.map(item))
            default:
                throw KeratinError(
                    .unavailable, "the operation '\(className)' is not there as part of a graph",
                    at: className)
            }
        }

        private func item(_ key: ConfigValue) throws -> AxisItem {
            if case .integer(let index) = key { return .index(index) }
            if key == .null { return .newAxis }
            switch key["class_name"]?.asText {
            case "__ellipsis__": return .ellipsis
            case "__slice__":
                func bound(_ name: String) -> Int? {
                    if case .integer(let value)? = key["config"]?[name] { value } else { nil }
                }
                return .range(bound("start"), bound("stop"), step: bound("step") ?? 1)
            default: throw wrong("cannot take \(key)")
            }
        }

        private func wrong(_ message: String) -> KeratinError {
            KeratinError(.invalidData, message, at: className)
        }
    }
}
