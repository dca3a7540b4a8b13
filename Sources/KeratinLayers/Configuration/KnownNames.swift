import KeratinCore
import KeratinTensor

/// Which names an error lists where one was not known.
enum KnownNames {
    /// One spelling of each thing that its name alone gives, sorted; those that were registered are among them. Where nothing can do without
    /// arguments, such as schedules, the classes.
    static func of<Function: SerializableFunction>(_ kind: Function.Type) -> [String] {
        of(kind.kind, kind.classes, kind.aliases)
    }

    /// The same for metrics.
    static var metrics: [String] { of(Metric.kind, Metric.classes, Metric.aliases) }

    private static func of<Function>(
        _ kind: String, _ classes: [String: @Sendable (Configuration) throws -> Function],
        _ aliases: [String: String]
    ) -> [String] {
        let custom = CustomObjects.names(kind)
        let all = classes.filter { !custom.contains($0.key) }
        let working = all.filter { (try? $0.value(Configuration([:], of: $0.key))) != nil }
        var listed = (working.isEmpty ? all : working).keys.map { spelling($0, aliases) }
        listed.removeAll { custom.contains($0) }
        return (listed + custom).sorted()
    }

    /// The short name that Keras's guides use for a class: in snake_case, or in small letters, else the class itself.
    private static func spelling(_ className: String, _ aliases: [String: String]) -> String {
        let candidates = [AutomaticName.snakeCase(className), className.lowercased()]
        if let known = candidates.first(where: { aliases[$0] == className }) { return known }
        let others = aliases.filter { $0.value == className }.keys.sorted()
        return others.max { $0.count < $1.count } ?? className
    }
}
