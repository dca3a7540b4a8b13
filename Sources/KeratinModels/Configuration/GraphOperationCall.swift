import KeratinCore
import KeratinLayers
import KeratinTensor

extension GraphOperations {
    /// An operation in a file: what it was made with, and what it was called with.
    struct Call {
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

        func tensor(_ operand: GraphOperand) throws -> Tensor {
            switch operand {
            case .tensor(let tensor): return tensor
            case .value(let value):
                var numbers: [Float] = []
                let shape = try collect(value, into: &numbers)
                return Tensor(numbers, shape: Shape(shape))
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
                return Tensor.binary(function, number, try tensor(1))
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

        func integer(_ name: String, default fallback: Int) throws -> Int {
            try integers(name)?.first ?? fallback
        }

        func flag(_ name: String) throws -> Bool {
            if case .boolean(let value)? = value(name) { value } else { false }
        }

        /// The list of tensors that is the first operand.
        func tensors() throws -> [Tensor] {
            guard case .list(let parts)? = operands.first else {
                return try operands.map(tensor)
            }
            return try parts.map(tensor)
        }

        /// A tensor that may be missing, by its place or its name.
        func optionalTensor(_ index: Int, _ name: String) throws -> Tensor? {
            let operand = index < operands.count ? operands[index] : named[name]
            guard let operand else { return nil }
            if case .value(.null) = operand { return nil }
            return try tensor(operand)
        }

        /// A tensor or a number.
        func either(_ index: Int) throws -> any TensorConvertible {
            guard index < operands.count else { throw wrong("needs \(index + 1) operands") }
            // A whole number does not change the element type of integers, one with a fraction does.
            if case .value(.integer(let number)) = operands[index] { return number }
            if let number = operands[index].number { return number }
            return try tensor(operands[index])
        }

        /// A number, integers or a word that was said by its place or its name.
        func argument(_ index: Int, _ name: String) -> ConfigValue? {
            if index < operands.count, case .value(let value) = operands[index] {
                return value == .null ? nil : value
            }
            return value(name)
        }

        func integers(_ index: Int, _ name: String) throws -> [Int] {
            switch argument(index, name) {
            case .integer(let value)?: return [value]
            case .list(let values)?:
                return try values.map {
                    guard case .integer(let value) = $0 else {
                        throw wrong("\(name): expects integers")
                    }
                    return value
                }
            default: throw wrong("\(name): expects integers")
            }
        }

        func axis(_ name: String) throws -> (any AxisConvertible)? {
            guard let values = try integers(name) else { return nil }
            if case .list? = value(name) { return values }
            return values[0]
        }

        func number(_ name: String, default fallback: Double) throws -> Double {
            guard let value = value(name) else { return fallback }
            if let number = value.asNumber { return number }
            switch value.asText {
            case "inf": return .infinity
            case "-inf": return -.infinity
            default: throw wrong("\(name): expects a number, got \(value)")
            }
        }

        func optionalNumber(_ name: String) throws -> Double? {
            value(name) == nil ? nil : try number(name, default: 0)
        }

        func text(_ name: String, default fallback: String) -> String {
            value(name)?.asText ?? fallback
        }

        func dtype(_ name: String = "dtype") throws -> DType? {
            guard let name = value(name)?.asText else { return nil }
            guard let type = InputType(rawValue: name) else { throw wrong("has a dtype '\(name)'") }
            return type.device
        }

        func padding() throws -> Window.Padding {
            let word = text("padding", default: "valid")
            guard let padding = Window.Padding(rawValue: word) else {
                throw wrong("padding must be valid, same or causal, got '\(word)'")
            }
            return padding
        }

        func dataFormat() throws -> DataFormat {
            let word = text("data_format", default: "channels_last")
            guard let format = DataFormat(rawValue: word) else {
                throw wrong("data_format '\(word)' is unknown")
            }
            return format
        }

        func items() throws -> [AxisItem] {
            guard operands.count == 2, case .value(let key) = operands[1] else {
                throw wrong("expects a tensor and what is taken of it")
            }
            let keys: [ConfigValue] = if case .list(let values) = key { values } else { [key] }
            return try keys.map(item)
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

        func wrong(_ message: String) -> KeratinError {
            KeratinError(.invalidData, message, at: className)
        }
    }
}
