/// What of Keras an HDF5 file holds, as its attributes tell.
enum HDF5Kind: String {
    /// What Keras 3 writes as `.weights.h5`.
    case weights = "weights of Keras 3"
    /// A whole model: Keras 1 and 2, and `.h5` files of Keras 3.
    case wholeModel = "a whole model"
    /// Weights by the names of layers.
    case layerWeights = "weights by the names of layers"

    init(_ root: HDF5Group) {
        self =
            root.attributes["model_config"] != nil
            ? .wholeModel : LegacyWeights.group(in: root) != nil ? .layerWeights : .weights
    }

    /// What the file holds, and what to do with it.
    var advice: String {
        switch self {
        case .weights, .layerWeights:
            "\(rawValue) and no model; make the model and call loadWeights"
        case .wholeModel: "\(rawValue); call loadModel"
        }
    }
}
