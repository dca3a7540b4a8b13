/// The names of figures that are one array in Keras: `name[0]`, `name[1]`, …
package enum ArrayFigure {
    /// The metric's name and the place in the array; nil for the name of a single figure.
    package static func split(_ key: String) -> (name: String, index: Int)? {
        guard key.hasSuffix("]"), let bracket = key.lastIndex(of: "["),
            let index = Int(key[key.index(after: bracket)...].dropLast())
        else { return nil }
        return (String(key[..<bracket]), index)
    }

    /// By the metric's name, then by the place.
    static func order(_ a: String, _ b: String) -> Bool {
        let (first, second) = (split(a) ?? (a, 0), split(b) ?? (b, 0))
        return first.name == second.name
            ? first.index < second.index : first.name < second.name
    }
}
