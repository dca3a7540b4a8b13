import KeratinCore
import KeratinTensor

/// A layer that augments another one, such as `TimeDistributed`. Subclasses override `call`, and use `layer` there.
///
/// The wrapped layer is built for the wrapper's input, unless `build` is overridden. Weights: the wrapper's own, then the layer's.
open class Wrapper: Layer {
    /// What is wrapped.
    public let layer: Layer

    /// - Parameter layer: the layer inside; its weights become the wrapper's.
    public init(_ layer: Layer, name: String? = nil) {
        self.layer = layer
        super.init(name: name)
    }

    open override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["layer": try layer.serialized().value])
    }

    open override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        // Of classes of users, all properties are looked at: this one is among them.
        LayerRegistry.isBuiltIn(self) ? [("layer", .one(layer))] : super.savedChildren
    }

    open override func build(inputShapes: [[Int?]]) throws {
        try layer.buildIfNeeded(inputShapes: inputShapes)
        try super.build(inputShapes: inputShapes)
    }

    /// The wrapped layer's result, where a wrapper needs exactly one.
    /// - Throws: `KeratinError` if it has several.
    public final func result(of input: Tensor, training: Bool) throws -> Tensor {
        let results = try layer.apply([input], CallContext(training: training))
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument,
                "wraps layers with one result, \(layer.place) has \(results.count)")
        }
        return results[0]
    }
}
