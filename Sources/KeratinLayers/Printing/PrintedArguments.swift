import KeratinCore
import KeratinTensor

/// The one rule by which layers, losses, optimizers and their kin are printed: a line of Swift that would make the same thing. It has
/// the arguments without a default and those that differ from it, under Swift's names, in the order in which files are read;
/// `getConfig()` has all of them. Most arguments are the defaults, and a line with twenty of them tells nobody which ones matter.
enum PrintedArguments {
    /// What was made of some arguments: those that it would be saved with, and the order in which the given ones were read.
    typealias Remade = (config: [String: ConfigValue], order: [String])

    /// The arguments that are worth printing.
    ///
    /// A default is found by leaving the argument out: whatever comes of the others has it.
    /// - Parameters:
    ///   - always: keys that are printed whatever they hold.
    ///   - remake: makes the thing from arguments.
    /// - Returns: nil if the thing cannot be made from its arguments, so that nobody knows the defaults.
    static func differing(
        _ config: [String: ConfigValue], always: Set<String> = [],
        _ remake: ([String: ConfigValue]) throws -> Remade
    ) -> [(key: String, value: ConfigValue)]? {
        // What is made here is nobody's, so nobody wants its warnings.
        WarningCollector.$current.withValue(WarningCollector()) {
            guard let whole = try? remake(config) else { return nil }
            let shown = config.filter { key, value in
                guard !always.contains(key) else { return true }
                var rest = config
                rest[key] = nil
                guard let made = try? remake(rest) else { return true }
                return made.config[key] != value
            }
            return ordered(shown, whole.order)
        }
    }

    /// Arguments in an order: those that it does not name follow, sorted, and the name comes last.
    private static func ordered(
        _ arguments: [String: ConfigValue], _ order: [String]
    ) -> [(key: String, value: ConfigValue)] {
        func place(_ key: String) -> Int {
            key == "name" ? .max : order.firstIndex(of: key) ?? order.count
        }
        return arguments.sorted { (place($0.key), $0.key) < (place($1.key), $1.key) }
            .map { (key: $0.key, value: $0.value) }
    }

    /// `Dense(units: 3, name: "dense")`
    static func call(
        _ name: String, _ arguments: [(key: String, value: ConfigValue)]
    ) -> String {
        let list = arguments.map { "\(swiftName($0.key)): \(text($0.value))" }
        return "\(name)(\(list.joined(separator: ", ")))"
    }

    /// `Loss("mine")`: what has a name and no arguments.
    static func call(_ type: Any.Type, named name: String) -> String {
        "\(type)(\(text(.string(name))))"
    }

    /// Keras's name in Swift case: `kernelInitializer`.
    static func swiftName(_ key: String) -> String {
        let known = [
            "use_ema": "useEMA", "global_clipnorm": "globalClipnorm",
            "num_oov_indices": "numOOVIndices", "idf_weights": "idfWeights",
        ]
        if let name = known[key] { return name }
        let words = key.split(separator: "_").map(String.init)
        return words.prefix(1).joined()
            + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Values

    /// A value as Swift writes it.
    static func text(_ value: ConfigValue) -> String {
        switch value {
        case .null: "nil"
        case .number(let number): text(number)
        case .list(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .object(let fields): object(value, fields)
        default: value.json
        }
    }

    /// A number with the digits that tell it apart; what comes from a float32 has those of the float32.
    static func text(_ number: Double) -> String {
        let short = Float(number)
        return Double(short) == number ? "\(short)" : "\(number)"
    }

    private static func object(_ value: ConfigValue, _ fields: [String: ConfigValue]) -> String {
        guard let object = try? SerializedObject(value, what: "object") else {
            let entries = fields.sorted { $0.key < $1.key }
                .map { "\(text(.string($0.key))): \(text($0.value))" }
            return entries.isEmpty ? "[:]" : "[" + entries.joined(separator: ", ") + "]"
        }
        if case .string(let name) = object.config { return text(.string(name)) }
        if let known = known(value, object) { return known }
        if LayerRegistry.modelClasses.contains(object.className), let name = object.config["name"] {
            // What it holds is in its summary.
            return call(object.className, [("name", name)])
        }
        let given = (try? object.config.fields) ?? [:]
        return call(
            object.className,
            ordered(given.filter { $0.value != .null }, []))
    }

    /// What the object is, printed by the same rule.
    private static func known(_ value: ConfigValue, _ object: SerializedObject) -> String? {
        func printed<Function: SerializableFunction>(_ kind: Function.Type) -> String? {
            guard kind.module == object.module else { return nil }
            return (try? kind.deserialize(value))?.printed
        }
        func metric() -> String? {
            guard Metric.module == object.module else { return nil }
            return (try? Metric.deserialize(value))?.description
        }
        if object.module == "keras.layers" {
            return (try? LayerRegistry.make(object))?.description
        }
        return printed(Initializer.self) ?? printed(Regularizer.self) ?? printed(Constraint.self)
            ?? printed(LearningRate.self) ?? printed(Loss.self) ?? metric()
            ?? printed(Optimizer.self)
    }
}

extension ConfigValue {
    /// The fields of an object.
    /// - Throws: `KeratinError` if it is none.
    fileprivate var fields: [String: ConfigValue] {
        get throws {
            guard case .object(let fields) = self else {
                throw KeratinError(.invalidData, "expected an object, got \(self)")
            }
            return fields
        }
    }
}
