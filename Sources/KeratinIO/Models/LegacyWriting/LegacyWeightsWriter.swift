import KeratinCore
import KeratinLayers
import KeratinModels

/// Weights by the names of layers, as legacy HDF5 files hold them.
///
/// Each layer has a group of its name whose attribute `weight_names` lists its arrays in order, the trainable ones first; the attribute
/// `layer_names` lists the layers.
enum LegacyWeightsWriter {
    /// Who wrote the file. Versions from 2 on tell readers that nothing is to be converted.
    static let origin: [String: HDF5Attribute] = [
        "keras_version": .string("3.15.1"), "backend": .string("tensorflow"),
    ]

    /// An attribute of an object holds no more than this many bytes.
    private static let attributeLimit = 64_512

    static func group(_ model: Model) throws -> HDF5Group {
        var group = HDF5Group()
        group.attributes = origin
        let layers = model.layers
        set("layer_names", layers.map(\.name), in: &group)
        for layer in layers {
            var inner = HDF5Group()
            store(try arrays(layer), in: &inner)
            group[layer.name] = .group(inner)
        }
        var own = HDF5Group()
        store(try arrays(model.ownWeights), in: &own)
        group["top_level_model_weights"] = .group(own)
        return group
    }

    private static func arrays(_ layer: Layer) throws -> [(name: String, array: RawArray)] {
        try arrays(layer.trainableWeights + layer.nonTrainableWeights)
    }

    /// The numbers of weights under names of their own.
    private static func arrays(_ weights: [Variable]) throws -> [(name: String, array: RawArray)] {
        var counts: [String: Int] = [:]
        return try weights.map { weight in
            let number = counts[weight.path, default: 0]
            counts[weight.path] = number + 1
            let name = number == 0 ? weight.path : "\(weight.path)_\(number)"
            return (
                "\(name):0", RawArray(try weight.state.values(), shape: weight.shape.dimensions)
            )
        }
    }

    /// Puts arrays into a group, and their names into its attribute.
    static func store(_ arrays: [(name: String, array: RawArray)], in group: inout HDF5Group) {
        set("weight_names", arrays.map(\.name), in: &group)
        for (name, array) in arrays {
            let parts = name.split(separator: "/").map(String.init)
            guard let last = parts.last else { continue }
            group.withGroup(parts.dropLast()[...]) { $0[last] = .dataset(array, attributes: [:]) }
        }
    }

    /// Sets a list of names, in as few attributes as it takes: `layer_names`, or `layer_names0`, `layer_names1` …
    private static func set(_ attribute: String, _ names: [String], in group: inout HDF5Group) {
        guard let longest = names.map(\.utf8.count).max() else {
            // What NumPy makes of a list without entries.
            group.attributes[attribute] = .array(RawArray.noDoubles)
            return
        }
        let perPart = max(attributeLimit / (longest + 1), 1)
        guard names.count > perPart else {
            group.attributes[attribute] = .strings(names)
            return
        }
        for (number, start) in stride(from: 0, to: names.count, by: perPart).enumerated() {
            let end = min(start + perPart, names.count)
            group.attributes["\(attribute)\(number)"] = .strings(Array(names[start..<end]))
        }
    }
}
