/// Arguments that came to layers after Keras 3.0, whose readers refuse what they do not know: files leave out what says
/// nothing but the default.
enum NewerArguments {
    /// By class and argument, the default.
    private static let defaults: [String: [String: ConfigValue]] = {
        let transposed: [String: ConfigValue] = ["output_padding": .null]
        let attention: [String: ConfigValue] = [
            "use_gate": false, "sliding_window": .null, "seed": .null,
        ]
        return [
            "Conv1DTranspose": transposed, "Conv2DTranspose": transposed,
            "Conv3DTranspose": transposed, "ZeroPadding1D": ["data_format": "channels_last"],
            "MultiHeadAttention": attention, "GroupQueryAttention": attention,
            "LayerNormalization": ["rms_scaling": false],
        ]
    }()

    static func without(
        _ className: String, _ config: [String: ConfigValue]
    ) -> [String: ConfigValue] {
        guard let defaults = defaults[className] else { return config }
        return config.filter { defaults[$0.key] != $0.value }
    }
}
