import KeratinCore

/// The weights in an HDF5 file of Keras 0.3 to 2, of tf.keras, and of Keras 3 where it writes `.h5`: a list of arrays for each
/// layer, whose order alone says what they are.
struct LegacyWeights {
    struct Layer {
        /// nil in files of Keras 0.3.
        var name: String?
        /// As the file names them: `dense_1/kernel:0`.
        var names: [String]
        var arrays: [RawArray]
    }

    var layers: [Layer]
    var era: KerasEra
    /// Whether Theano computed with these kernels, which it turns around.
    var isOfTheano: Bool

    /// The group that holds the layers; nil: the file is of another kind.
    static func group(in root: HDF5Group) -> HDF5Group? {
        if case .group(let group)? = root["model_weights"] { return group }
        let marks = ["layer_names", "layer_names0", "nb_layers"]
        return marks.contains { root.attributes[$0] != nil } ? root : nil
    }

    private init(layers: [Layer], era: KerasEra, isOfTheano: Bool) {
        self.layers = layers
        self.era = era
        self.isOfTheano = isOfTheano
    }

    /// - Parameter root: of the file.
    /// - Throws: `KeratinError` for attributes that do not fit the arrays.
    init(_ root: HDF5Group) throws {
        guard let group = Self.group(in: root) else {
            throw KeratinError(.file, "holds no weights by the names of layers")
        }
        if let count = Self.number(group.attributes["nb_layers"]) {
            self = try Self.keras0(group, count)
            return
        }
        let layers = try Self.texts("layer_names", group.attributes).map { name in
            guard let layer = group.group(name.split(separator: "/").map(String.init)) else {
                throw KeratinError(.file, "the layer '\(name)' is listed and not there")
            }
            return try Self.layer(name, layer)
        }
        let era = Self.version(of: root).flatMap { KerasEra(version: $0) } ?? .keras1
        let backend = [group, root].lazy.compactMap { Self.text($0.attributes["backend"]) }.first
        // Keras 1 names no backend; TensorFlow's variables have names that end in `:0`, Theano's have not.
        let names = layers.flatMap(\.names)
        let isOfTheano =
            backend.map { $0 == "theano" }
            ?? (era <= .keras1 && !names.isEmpty && !names.contains { $0.hasSuffix(":0") })
        self.init(layers: layers, era: era, isOfTheano: isOfTheano)
    }

    /// The version of Keras that wrote a file; nil: it does not say. Keras 1 said it beside whole models only, never beside weights.
    static func version(of root: HDF5Group) -> String? {
        text(root.attributes["keras_version"])
            ?? group(in: root).flatMap { text($0.attributes["keras_version"]) }
    }

    /// Keras 0.3: `layer_0`, … with `param_0`, … in each (keras/models.py, `save_weights`, of 0.3.3).
    private static func keras0(_ group: HDF5Group, _ count: Int) throws -> LegacyWeights {
        guard (0...100_000).contains(count) else {
            throw KeratinError(.file, "claims \(count) layers")
        }
        let layers = try (0..<count).map { index in
            guard let layer = group.group(["layer_\(index)"]) else {
                throw KeratinError(.file, "'layer_\(index)' is not there")
            }
            let number = Self.number(layer.attributes["nb_params"]) ?? 0
            guard (0...100_000).contains(number) else {
                throw KeratinError(.file, "'layer_\(index)' claims \(number) arrays")
            }
            let names = (0..<number).map { "param_\($0)" }
            return Layer(
                name: nil, names: names,
                arrays: try names.map { try Self.array($0, in: layer, "layer_\(index)") })
        }
        return LegacyWeights(layers: layers, era: .keras0, isOfTheano: true)
    }

    private static func layer(_ name: String, _ layer: HDF5Group) throws -> Layer {
        let names = texts("weight_names", layer.attributes)
        return Layer(
            name: name, names: names, arrays: try names.map { try array($0, in: layer, name) })
    }

    private static func array(
        _ path: String, in layer: HDF5Group, _ name: String
    ) throws -> RawArray {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.last,
            case .dataset(let array, _)? = layer.group(parts.dropLast())?[last]
        else {
            throw KeratinError(.file, "the array '\(path)' of the layer '\(name)' is not there")
        }
        return array
    }

    // MARK: Attributes

    /// A list of texts; a long one lies in parts, `name0`, `name1`, … An empty one is an array of numbers.
    static func texts(_ name: String, _ attributes: [String: HDF5Attribute]) -> [String] {
        func list(_ attribute: HDF5Attribute) -> [String] {
            switch attribute {
            case .strings(let texts): texts
            case .string(let text): [text]
            case .array: []
            }
        }
        if let whole = attributes[name] { return list(whole) }
        var (part, all) = (0, [String]())
        while let next = attributes["\(name)\(part)"] {
            all += list(next)
            part += 1
        }
        return all
    }

    static func text(_ attribute: HDF5Attribute?) -> String? {
        switch attribute {
        case .string(let text)?: text
        case .strings(let texts)?: texts.first
        default: nil
        }
    }

    private static func number(_ attribute: HDF5Attribute?) -> Int? {
        guard case .array(let array)? = attribute, let number = try? array.integers().first else {
            return nil
        }
        return Int(exactly: number)
    }
}
