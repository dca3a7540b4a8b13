import Keratin
import KeratinLayerTestKit
import KeratinLayers

/// Our objects for what Keras's configurations say.
enum GoldenLayers {
    /// The layer that a configuration describes; every argument must be understood.
    static func layer(_ object: GoldenObject) throws -> Layer {
        let serialized = try SerializedObject(object.configValue, what: "layer")
        return try LayerRegistry.make(serialized) { place, keys in
            unexpected("\(place) did not read \(keys)")
        }
    }
}
