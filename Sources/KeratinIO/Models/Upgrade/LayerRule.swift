import KeratinCore
import KeratinLayers

/// What becomes of a layer of one version of Keras in the next: its class, and its arguments.
struct LayerRule: Sendable {
    typealias Arguments = [String: ConfigValue]
    typealias Change = @Sendable (inout Arguments) throws -> Void

    /// The class in the next version.
    var className: String
    var changes: [Change]

    init(_ className: String, _ changes: Change...) {
        self.className = className
        self.changes = changes
    }

    init(_ className: String, _ first: [Change], _ changes: Change...) {
        self.className = className
        self.changes = first + changes
    }

    func apply(_ arguments: inout Arguments) throws {
        for change in changes { try change(&arguments) }
    }

    // MARK: Changes

    /// Other names; what has the new one already keeps it.
    static func rename(_ names: KeyValuePairs<String, String>) -> Change {
        let pairs = names.map { ($0.key, $0.value) }
        return { arguments in
            for (old, new) in pairs {
                guard let value = arguments.removeValue(forKey: old) else { continue }
                if arguments[new] == nil { arguments[new] = value }
            }
        }
    }

    /// Several arguments become one list.
    static func gather(_ names: [String], _ new: String) -> Change {
        { arguments in
            let values = names.compactMap { arguments[$0] }
            guard values.count == names.count else { return }
            for name in names { arguments[name] = nil }
            arguments[new] = .list(values)
        }
    }

    static func drop(_ names: String...) -> Change {
        { arguments in for name in names { arguments[name] = nil } }
    }

    /// What an argument was where it was not written.
    static func absent(_ name: String, means value: ConfigValue) -> Change {
        { arguments in if arguments[name] == nil { arguments[name] = value } }
    }

    static func set(_ name: String, _ value: ConfigValue) -> Change {
        { $0[name] = value }
    }

    static func convert(
        _ name: String, _ body: @escaping @Sendable (ConfigValue) throws -> ConfigValue
    ) -> Change {
        { arguments in
            if let value = arguments[name], value != .null { arguments[name] = try body(value) }
        }
    }

    /// What cannot be had is refused where it is asked for.
    /// - Parameter isFine: whether a value asks for nothing.
    static func refuse(
        _ name: String, unless isFine: @escaping @Sendable (ConfigValue) -> Bool, _ reason: String
    ) -> Change {
        { arguments in
            if let value = arguments.removeValue(forKey: name), value != .null, !isFine(value) {
                throw KeratinError(.unavailable, "\(name) = \(value): \(reason)")
            }
        }
    }
}
