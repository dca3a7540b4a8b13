extension LayerRegistry {
    /// Every layer that files may name, by folder.
    static let allLayers: [any ConfigurableLayer.Type] = [
        // Core
        Dense.self, Input.self,
    ]
}
