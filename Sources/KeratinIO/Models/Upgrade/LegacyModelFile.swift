import KeratinCore
import KeratinLayers
import KeratinModels

/// A whole model in an HDF5 file of Keras 1 and later: the configuration and how it was compiled are attributes of the root.
struct LegacyModelFile {
    /// As Keras 3 writes it.
    let config: SerializedObject
    let training: ConfigValue?
    private var weights: LegacyWeights
    private let version: String?

    /// - Throws: `KeratinError` for a file without a model, and for what cannot be had of it.
    init(_ root: HDF5Group) throws {
        guard let text = LegacyWeights.text(root.attributes["model_config"]) else {
            throw KeratinError(.file, "holds \(HDF5Kind(root).advice)")
        }
        weights = try LegacyWeights(root)
        version = LegacyWeights.version(of: root)
        let value = try JSON.decode(Array(text.utf8), name: "model_config")
        config = try SerializedObject(
            ConfigUpgrade.model(
                value, version: version, isOfTheano: weights.isOfTheano),
            what: "model")
        training = try LegacyWeights.text(root.attributes["training_config"]).map {
            try JSON.decode(Array($0.utf8), name: "training_config")
        }
    }

    /// The model in a file with its weights; compiled as the file says, with what its optimizer had kept, if that can be done.
    /// - Parameter root: of the file; emptied, so that each array goes once it is stored.
    static func model(_ root: inout HDF5Group, compile: Bool) throws -> Model {
        var file = try LegacyModelFile(root)
        let unset = UnsetVariables()
        let model = try UnsetVariables.$current.withValue(unset) {
            try ModelConfiguration.make(file.config)
        }
        guard model.isBuilt else {
            throw KeratinError(
                .unavailable,
                "says no shape of the model's input, so that the weights have no place: make the model with an Input, and call loadWeights"
            )
        }
        var loading = try LegacyLoading(file.weights, model, byName: false)
        let optimizer = file.training.flatMap { LegacyOptimizer(root, $0) }
        // Where Keratin's own files have it.
        let kept = root.variables(at: "optimizer")
        file.weights.layers = []
        root = HDF5Group()
        _ = try loading.store(skipsMismatch: false, allowsGaps: false)
        try unset.settle()
        guard compile, let training = file.training else { return model }
        do {
            let isOfKeras3 = file.version.flatMap(KerasEra.init(version:)) == .keras3
            try model.compile(
                from: CompileUpgrade.upgraded(
                    training, outputs: isOfKeras3 ? [] : model.outputNames))
        } catch let error as KeratinError {
            // What it learned is there; only how it was trained is not.
            warn("the model is not compiled: \(error)")
            return model
        }
        if model.training != nil, let kept {
            try model.setOptimizerVariables(kept)
            return model
        }
        guard model.training != nil, let optimizer else { return model }
        if let variables = optimizer.variables(loading, model.trainableWeights) {
            try model.setOptimizerVariables(variables, version: "2.")
        } else {
            warn("the optimizer starts anew: what the file kept of it is laid out otherwise")
        }
        return model
    }
}
