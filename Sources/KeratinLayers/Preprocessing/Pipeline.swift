import KeratinCore
import KeratinTensor

/// Layers one after the other, such as those that prepare images.
///
/// Unlike a `Sequential` it is one layer for a model, and is meant to be called on data.
public final class Pipeline: Layer {
    /// In the order in which they are called.
    public let layers: [Layer]

    /// - Parameter layers: each takes the result of the one before it.
    public init(_ layers: [Layer], name: String? = nil) {
        self.layers = layers
        super.init(name: name)
    }

    /// The same with a name for the layers: `Pipeline(layers: [...])`.
    public convenience init(layers: [Layer], name: String? = nil) {
        self.init(layers, name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "layers": .list(try layers.map { try $0.serialized().value })
        ])
    }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        [("_pipeline_layers", .list(layers))]
    }

    public override func build(inputShape: [Int?]) throws {
        var types = [SymbolicType(inputShape)]
        for layer in layers {
            try layer.buildIfNeeded(inputShapes: types.map(\.extents))
            types = try layer.outputTypes(for: types, CallContext())
        }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try context.require(only: [])
        return try layers.reduce(inputs) {
            try $1.apply($0, CallContext(training: context.training))
        }
    }

    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        results.map(\.mask)
    }
}

extension Pipeline: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.layers("layers"), name: configuration.name)
    }
}
