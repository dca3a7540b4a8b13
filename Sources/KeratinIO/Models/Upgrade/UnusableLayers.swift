import KeratinCore
import KeratinLayers

/// Layers of old files that cannot be had, and what to do about them.
enum UnusableLayers {
    static let mergeFunction =
        "a Merge layer that calls a Python function cannot be run: replace it in Keras by one with a named mode (sum, mul, concat, ave, max, dot)"

    /// The reason for a class, which stands behind the names of the class and the layer.
    static let reasons: [String: String] = [
        "Highway": dropped, "SReLU": dropped, "ParametricSoftplus": dropped,
        "LocallyConnected1D": locally, "LocallyConnected2D": locally,
    ]

    private static let dropped =
        "Keras 2 dropped this layer, and Keratin does not have it: register a layer of your own of this name with CustomObjects.register(layer:), or replace it"

    private static let locally =
        "Keras 3 dropped this layer, and Keratin does not have it: register a layer of your own of this name with CustomObjects.register(layer:), or replace it by a convolution"

    static func check(_ className: String, _ name: String?) throws {
        guard let reason = reasons[className] else { return }
        throw KeratinError(
            .unavailable, reason, at: name.map { "\(className) '\($0)'" } ?? className)
    }
}
