/// What of Keras an HDF5 file holds, as its attributes tell.
enum HDF5Kind: String {
    /// What Keras 3 writes as `.weights.h5`.
    case weights = "weights of Keras 3"
    /// A whole model of Keras 1 or 2.
    case oldModel = "a whole model of Keras 1 or 2"
    /// Weights by the names of layers.
    case oldWeights = "weights of Keras 1 or 2"

    init(_ root: HDF5Group) {
        self =
            root.attributes["model_config"] != nil
            ? .oldModel : root.attributes["layer_names"] != nil ? .oldWeights : .weights
    }

    /// What the file holds, and what to do with it.
    var advice: String {
        switch self {
        case .weights: "\(rawValue) and no model; make the model and call loadWeights"
        case .oldModel: "\(rawValue), which is not read yet; save it in Keras as a .keras file"
        case .oldWeights:
            "\(rawValue), which are not read yet; load them in Keras and save the model as a .keras file"
        }
    }
}
