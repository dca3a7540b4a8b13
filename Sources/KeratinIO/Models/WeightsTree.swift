import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

/// Where the variables of a model lie in a weights file.
///
/// An object at path P keeps its variables in P/vars as "0", "1", …; its parts lie under the names of Keras's attributes,
/// those of a list under their class in snake_case, numbered from the second on. A model's list is `layers`.
struct WeightsTree {
    /// An object with variables.
    struct Place {
        /// Without a slash before it: `layers/dense`.
        var path: String
        /// What errors call it.
        var name: String
        var variables: [Variable]
    }

    let places: [Place]

    init(_ model: Model) {
        var seen: Set<ObjectIdentifier> = []
        places = WeightsTree.children(model, at: "", &seen)
    }

    private static func list(
        _ layers: [Layer], at path: String, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        var counts: [String: Int] = [:]
        return layers.flatMap { layer in
            let base = AutomaticName.snakeCase(layer.className)
            let number = counts[base, default: 0]
            counts[base] = number + 1
            return places(
                layer, at: "\(path)/\(number == 0 ? base : "\(base)_\(number)")", &seen)
        }
    }

    /// An object that several hold lies where it is met first.
    private static func places(
        _ layer: Layer, at path: String, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        guard seen.insert(ObjectIdentifier(layer)).inserted else { return [] }
        return [Place(path: path, name: layer.place, variables: layer.ownWeights)]
            + children(layer, at: path + "/", &seen)
    }

    private static func children(
        _ layer: Layer, at path: String, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        attributes(layer).flatMap { child in
            switch child.layers {
            case .one(let layer): places(layer, at: "\(path)\(child.attribute)", &seen)
            case .list(let layers): list(layers, at: "\(path)\(child.attribute)", &seen)
            }
        }
    }

    /// The attributes of an object that hold layers, in the order in which Keras visits them.
    ///
    /// Those of a class of a user's are sorted by name, private ones last. A model of a user's also has the attribute `layers`, with all of
    /// its layers: what is met there first lies there.
    private static func attributes(
        _ layer: Layer
    ) -> [(attribute: String, layers: SavedLayers)] {
        var children = layer.savedChildren
        if let model = layer as? Model {
            guard model.graph == nil, !(model is Sequential) else { return children }
            children.append(("layers", .list(model.layers)))
        } else if !layer.filesFollowProperties {
            return children
        }
        func key(_ name: String) -> String { name.hasPrefix("_") ? "~" + name : name }
        return children.sorted {
            key($0.attribute).unicodeScalars.lexicographicallyPrecedes(
                key($1.attribute).unicodeScalars)
        }
    }

    // MARK: Writing

    /// The variables as a file holds them.
    func group() throws -> HDF5Group {
        var root = HDF5Group()
        for place in places where !place.variables.isEmpty {
            let arrays = try place.variables.map {
                RawArray(try $0.state.values(), shape: $0.shape.dimensions)
            }
            root.store(arrays, at: place.path)
        }
        return root
    }

    // MARK: Reading

    /// Stores a file's numbers in the variables: all of them, or none.
    ///
    /// - Parameter skipsMismatch: whether variables that do not fit stay as they are, with a warning.
    /// - Throws: `KeratinError` that lists everything that is missing, too much or of another shape.
    func load(_ root: HDF5Group, skipsMismatch: Bool = false) throws {
        var problems: [String] = []
        var assignments: [(variable: Variable, array: RawArray)] = []
        var used: Set<String> = []
        for place in places {
            guard let (path, arrays) = find(place.path, in: root) else {
                if !place.variables.isEmpty {
                    problems.append("\(place.path)/vars is missing (\(place.name))")
                }
                continue
            }
            used.insert(path)
            for (index, variable) in place.variables.enumerated() {
                guard index < arrays.count else {
                    problems.append(
                        "\(path)/vars/\(index) is missing ('\(variable.name)' of \(place.name))")
                    continue
                }
                guard arrays[index].shape == variable.shape.dimensions else {
                    problems.append(
                        "\(path)/vars/\(index) is \(Shape(arrays[index].shape)), but '\(variable.name)' of \(place.name) is \(variable.shape)"
                    )
                    continue
                }
                assignments.append((variable, arrays[index]))
            }
            for index in arrays.indices.dropFirst(place.variables.count) {
                problems.append("\(path)/vars/\(index) is one too many for \(place.name)")
            }
        }
        problems += extras(root, used)
        guard problems.isEmpty || skipsMismatch else {
            throw KeratinError(
                .shapeMismatch,
                "the weights do not fit the model: \(problems.joined(separator: "; "))")
        }
        if !problems.isEmpty { warn("weights skipped: \(problems.joined(separator: "; "))") }
        for (variable, array) in assignments {
            try array.withFloats { try variable.state.setValues($0) }
        }
    }

    /// The variables of an object, by their numbers, and the path that they were found at.
    private func find(_ path: String, in root: HDF5Group) -> (path: String, arrays: [RawArray])? {
        for candidate in [path] + WeightsTree.alternatives(path) {
            if let arrays = root.variables(at: candidate) { return (candidate, arrays) }
        }
        return nil
    }

    /// Other places at which earlier versions of Keras put an object.
    private static func alternatives(_ path: String) -> [String] {
        var others: [String] = []
        // tf.keras to 2.15 and Keras 3.0 met private attributes before the properties that show them: `_query_dense`.
        var parts = path.split(separator: "/").map(String.init)
        if let last = parts.last, parts.count > 2, !last.hasPrefix("_") {
            parts[parts.count - 1] = "_" + last
            others.append(parts.joined(separator: "/"))
        }
        // tf.keras 2.14.
        return others
            + ([path] + others).filter { $0.hasPrefix("layers/") }.map {
                "_layer_checkpoint_dependencies/" + $0.dropFirst("layers/".count)
            }
    }

    /// Variables of layers that the model does not have.
    private func extras(_ root: HDF5Group, _ used: Set<String>) -> [String] {
        var paths: Set<String> = []
        for (path, _) in root.arrays {
            let parts = path.split(separator: "/")
            guard parts.count >= 3, parts[parts.count - 2] == "vars",
                ["layers", "_layer_checkpoint_dependencies"].contains(parts[0])
            else { continue }
            paths.insert(parts.dropLast(2).joined(separator: "/"))
        }
        return paths.subtracting(used).sorted().map {
            "\($0)/vars belongs to no layer of the model"
        }
    }
}

extension HDF5Group {
    /// Puts arrays under `path/vars` by their numbers.
    mutating func store(_ arrays: [RawArray], at path: String) {
        let parts = path.split(separator: "/").map(String.init) + ["vars"]
        withGroup(parts[...]) { group in
            for (index, array) in arrays.enumerated() {
                group["\(index)"] = .dataset(array, attributes: [:])
            }
        }
    }

    /// The arrays under `path/vars` by their numbers, or in the order in which they are stored if their names are none; nil
    /// if there is no such group, or it is empty.
    func variables(at path: String) -> [RawArray]? {
        let parts = path.split(separator: "/").map(String.init)
        guard let group = group(parts + ["vars"]) else { return nil }
        let arrays = group.children.compactMap { child -> (name: String, array: RawArray)? in
            if case .dataset(let array, _) = child.node { (child.name, array) } else { nil }
        }
        if arrays.isEmpty { return nil }
        let numbered = arrays.compactMap { entry in Int(entry.name).map { ($0, entry.array) } }
        guard numbered.count == arrays.count else { return arrays.map(\.array) }
        return numbered.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
