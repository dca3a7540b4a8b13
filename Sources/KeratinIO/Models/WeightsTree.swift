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
        /// The same where every layer with weights counts twice, as in files of tf.keras 2.13, which lists it among all layers and among
        /// those with weights.
        var doubledPath: String
        /// What errors call it.
        var name: String
        var variables: [Variable]
    }

    let places: [Place]

    init(_ model: Model) {
        var seen: Set<ObjectIdentifier> = []
        places = WeightsTree.children(model, at: ("", ""), &seen)
    }

    /// A path, and its `doubledPath`.
    private typealias Paths = (plain: String, doubled: String)

    private static func list(
        _ layers: [Layer], at path: Paths, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        var counts: [String: (plain: Int, doubled: Int)] = [:]
        return layers.flatMap { layer in
            let base = AutomaticName.snakeCase(layer.className)
            let number = counts[base, default: (0, 0)]
            counts[base] = (number.plain + 1, number.doubled + (layer.weights.isEmpty ? 1 : 2))
            func name(_ number: Int) -> String { number == 0 ? base : "\(base)_\(number)" }
            return places(
                layer,
                at: (
                    "\(path.plain)/\(name(number.plain))", "\(path.doubled)/\(name(number.doubled))"
                ),
                &seen)
        }
    }

    /// An object that several hold lies where it is met first.
    private static func places(
        _ layer: Layer, at path: Paths, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        guard seen.insert(ObjectIdentifier(layer)).inserted else { return [] }
        return [
            Place(
                path: path.plain, doubledPath: path.doubled, name: layer.place,
                variables: layer.ownWeights)
        ] + children(layer, at: (path.plain + "/", path.doubled + "/"), &seen)
    }

    private static func children(
        _ layer: Layer, at path: Paths, _ seen: inout Set<ObjectIdentifier>
    ) -> [Place] {
        attributes(layer).flatMap { child in
            let path = (path.plain + child.attribute, path.doubled + child.attribute)
            switch child.layers {
            case .one(let layer): return places(layer, at: path, &seen)
            case .list(let layers): return list(layers, at: path, &seen)
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

    /// Where the arrays of a file go.
    func assignments(_ root: HDF5Group) -> WeightAssignments {
        var result = WeightAssignments()
        var used: Set<String> = []
        let countsTwice = countsTwice(root)
        for place in places {
            let path = countsTwice ? place.doubledPath : place.path
            guard let (path, arrays) = find(path, in: root) else {
                if !place.variables.isEmpty {
                    result.miss("\(place.path)/vars is missing (\(place.name))")
                }
                continue
            }
            used.insert(path)
            for (index, variable) in place.variables.enumerated() {
                let source = "\(path)/vars/\(index)"
                guard index < arrays.count else {
                    result.miss("\(source) is missing ('\(variable.name)' of \(place.name))")
                    continue
                }
                result.assign(arrays[index], source, to: variable, of: place.name)
            }
            for index in arrays.indices.dropFirst(place.variables.count) {
                result.leave("\(path)/vars/\(index) is one too many for \(place.name)")
            }
        }
        for extra in extras(root, used) { result.leave(extra) }
        return result
    }

    /// Stores a file's numbers in the variables: all of them, or none.
    ///
    /// - Parameter skipsMismatch: whether variables that do not fit stay as they are, with a warning.
    /// - Throws: `KeratinError` that lists everything that is missing, too much or of another shape.
    @discardableResult
    func load(_ root: HDF5Group, skipsMismatch: Bool = false) throws -> WeightsReport {
        var assignments = assignments(root)
        return try assignments.store(skipsMismatch: skipsMismatch, allowsGaps: false)
    }

    /// Whether a file of tf.keras 2.13 lists each layer with weights twice. Of several layers of a class the last then has a number that
    /// others never reach.
    private func countsTwice(_ root: HDF5Group) -> Bool {
        guard root[Self.checkpointFolder] != nil else { return false }
        return places.allSatisfy { place in
            place.variables.isEmpty || find(place.doubledPath, in: root) != nil
        }
    }

    private static let checkpointFolder = "_layer_checkpoint_dependencies"

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
        // tf.keras 2.13 and 2.14.
        let older = ([path] + others).filter { $0.hasPrefix("layers/") }.map { path -> String in
            let parts = path.split(separator: "/").map(String.init)
            return parts.map { $0 == "layers" ? checkpointFolder : $0 }.joined(separator: "/")
        }
        return others + older
    }

    /// Variables of layers that the model does not have.
    private func extras(_ root: HDF5Group, _ used: Set<String>) -> [String] {
        var paths: Set<String> = []
        for (path, _) in root.arrays {
            let parts = path.split(separator: "/")
            guard parts.count >= 3, parts[parts.count - 2] == "vars",
                ["layers", Self.checkpointFolder].contains(String(parts[0]))
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
