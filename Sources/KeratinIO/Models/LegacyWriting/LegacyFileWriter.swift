import KeratinCore
import KeratinLayers
import KeratinModels

/// Whole models as Keras 1 to tf.keras 2.15 wrote them, and Keras 3 still does: one HDF5 file with the architecture as a text in its attributes,
/// the weights by the names of layers, and what the optimizer keeps (`legacy_h5_format` of Keras 3).
///
/// Configurations are in the words that Keras 3 and tf.keras 2.15 both read.
enum LegacyFileWriter {
    static let suffixes = [".h5", ".hdf5"]

    /// Whether a name is one of such files; `.weights.h5` is Keras 3's.
    static func isName(_ path: String) -> Bool {
        suffixes.contains { path.hasSuffix($0) } && !path.hasSuffix(".weights.h5")
    }

    /// The file of a model, and what it holds that tf.keras 2.15 does not know.
    static func write(_ model: Model) throws -> (bytes: [UInt8], unknown: [String]) {
        try model.lock.withLock {
            try model.requireBuilt()
            let tree = try tree(model)
            return (try HDF5Writer.write(tree.root), tree.unknown)
        }
    }

    private static func tree(_ model: Model) throws -> (root: HDF5Group, unknown: [String]) {
        guard LayerRegistry.modelClasses.contains(model.className) else {
            throw KeratinError(
                .unavailable,
                "a model of a class of its own has no place in an .h5 file, only Sequential and functional models have: "
                    + "save it as .keras, or its weights", at: model.className)
        }
        var configuration = LegacyConfiguration()
        let object = try ModelConfiguration.serialized(model)
        var root = HDF5Group()
        root.attributes = LegacyWeightsWriter.origin
        root.attributes["model_config"] = .string(JSON.encode(configuration.model(object)))
        root["model_weights"] = .group(try LegacyWeightsWriter.group(model))
        if let compile = object.compileConfig {
            root.attributes["training_config"] = .string(
                JSON.encode(configuration.training(compile)))
            // Keras 3.15 cannot train a model from such a file that has `optimizer_weights`: it prepares the optimizer for no weights. So what the
            // optimizer keeps lies where `.weights.h5` files have it, and only Keratin goes on from it.
            if let variables = try model.optimizerVariables() {
                root.store(variables, at: "optimizer")
            }
        }
        return (root, configuration.unknown)
    }
}
