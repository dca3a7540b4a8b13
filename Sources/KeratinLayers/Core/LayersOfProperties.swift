import KeratinTensor

/// Finds the layers that an object's properties hold.
enum LayersOfProperties {
    static func find(in object: Layer) -> [(attribute: String, layers: SavedLayers)] {
        properties(of: object).compactMap { child in
            guard let label = child.label, let layers = layers(child.value) else { return nil }
            return (AutomaticName.snakeCase(name(label)), layers)
        }
    }

    /// The metrics that the properties hold, alone or in lists.
    static func metrics(in object: Layer) -> [Metric] {
        properties(of: object).flatMap { metrics($0.value) }
    }

    private static func metrics(_ value: Any) -> [Metric] {
        if let metric = value as? Metric { return [metric] }
        if let list = value as? [Metric] { return list }
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional
            ? mirror.children.first.map { metrics($0.value) } ?? [] : []
    }

    /// The properties of an object's own class and those between it and `Layer`, in the order of their declaration.
    private static func properties(of object: Layer) -> [Mirror.Child] {
        var mirrors: [Mirror] = []
        var next: Mirror? = Mirror(reflecting: object)
        while let mirror = next, mirror.subjectType != Layer.self {
            mirrors.insert(mirror, at: 0)
            next = mirror.superclassMirror
        }
        return mirrors.flatMap(\.children)
    }

    private static func layers(_ value: Any) -> SavedLayers? {
        // An optional's mirror has what it holds for its only child.
        if Mirror(reflecting: value).displayStyle == .optional {
            return Mirror(reflecting: value).children.first.flatMap { layers($0.value) }
        }
        if let layer = value as? Layer { return .one(layer) }
        if let list = value as? [Layer] { return list.isEmpty ? nil : .list(list) }
        if let named = value as? [String: Layer], !named.isEmpty {
            return .list(named.sorted { $0.key < $1.key }.map(\.value))
        }
        return nil
    }

    /// A lazy property is stored under another name.
    private static func name(_ label: String) -> String {
        let prefix = "$__lazy_storage_$_"
        return label.hasPrefix(prefix) ? String(label.dropFirst(prefix.count)) : label
    }
}
