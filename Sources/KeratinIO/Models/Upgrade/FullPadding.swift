import KeratinLayers

/// "full" padding of convolutions in Keras 0.3 and 1, under Theano: all windows that touch the input, so that zeros lie around it on
/// each side, one less than the window is long.
enum FullPadding {
    private static let paddings = [
        "Conv1D": "ZeroPadding1D", "Conv2D": "ZeroPadding2D", "Conv3D": "ZeroPadding3D",
    ]

    /// A layer of Keras 2's names; with its zeros laid by a layer of their own.
    static func placed(_ layer: ConfigValue) -> ConfigValue {
        guard let className = layer["class_name"]?.text, let padding = paddings[className],
            var config = layer["config"]?.fields, config["padding"] == "full"
        else { return layer }
        let rank = className == "Conv1D" ? 1 : className == "Conv2D" ? 2 : 3
        func extents(_ key: String) -> [Int] {
            let value = config[key] ?? 1
            let numbers = value.elements?.compactMap(\.asExtent) ?? [value.asExtent ?? 1]
            return numbers.count == rank
                ? numbers : [Int](repeating: numbers.first ?? 1, count: rank)
        }
        // Lengths beyond all reason are refused by the layers.
        let sides = zip(extents("kernel_size"), extents("dilation_rate")).map { size, dilation in
            let zeros = (size - 1).multipliedReportingOverflow(by: dilation)
            return ConfigValue.integer(zeros.overflow ? .max : zeros.partialValue)
        }
        config["padding"] = "valid"
        var zeros: [String: ConfigValue] = ["padding": rank == 1 ? sides[0] : .list(sides)]
        if rank > 1 { zeros["data_format"] = config["data_format"] }
        var fields = layer.fields ?? [:]
        fields["class_name"] = "Sequential"
        fields["config"] = [
            "name": config["name"] ?? .null,
            "layers": [
                ["class_name": .string(padding), "config": .object(zeros)],
                ["class_name": .string(className), "config": .object(config)],
            ],
        ]
        return .object(fields)
    }
}
