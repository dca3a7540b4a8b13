import KeratinCore
import KeratinLayers

/// What layers compute otherwise under Theano than under TensorFlow (keras/backend/theano_backend.py of 1.2.2 and 2.2.4).
///
/// Kernels are turned around there: `LegacyConversion`. And "same" puts half a kernel, rounded down, before the input, where TensorFlow
/// puts half of what is needed: they agree for odd kernels that move by one step.
enum TheanoLayers {
    private static let paddings = [
        "Conv1D": "ZeroPadding1D", "Conv2D": "ZeroPadding2D", "Conv3D": "ZeroPadding3D",
    ]

    /// A layer of Keras 2's names; with zeros laid around its input by a layer of their own where TensorFlow would lay them elsewhere.
    static func placed(_ layer: ConfigValue) -> ConfigValue {
        guard let className = layer["class_name"]?.text, var config = layer["config"]?.fields,
            config["padding"] == "same"
        else { return layer }
        if className.contains("Pooling") {
            warnOnce(
                "\(className) with padding 'same' is computed as TensorFlow does, whose windows may begin elsewhere than Theano's"
            )
            return layer
        }
        guard let padding = paddings[className] else { return layer }
        let rank = className == "Conv1D" ? 1 : className == "Conv2D" ? 2 : 3
        func extents(_ key: String) -> [Int] {
            let value = config[key] ?? 1
            let numbers = value.elements?.compactMap(\.asExtent) ?? [value.asExtent ?? 1]
            return numbers.count == rank
                ? numbers
                : numbers.prefix(1).flatMap { number in
                    (0..<rank).map { _ in number }
                }
        }
        let reach = zip(extents("kernel_size"), extents("dilation_rate")).map { ($0 - 1) * $1 + 1 }
        guard
            reach.contains(where: { $0 % 2 == 0 }) || extents("strides").contains(where: { $0 > 1 })
        else { return layer }
        config["padding"] = "valid"
        var zeros: [String: ConfigValue] = [:]
        let sides = reach.map { ConfigValue([$0 / 2, ($0 - 1) / 2]) }
        zeros["padding"] = rank == 1 ? sides[0] : .list(sides)
        if rank > 1 { zeros["data_format"] = config["data_format"] }
        return [
            "class_name": "Sequential",
            "config": [
                "name": config["name"] ?? .null,
                "layers": [
                    ["class_name": .string(padding), "config": .object(zeros)],
                    ["class_name": .string(className), "config": .object(config)],
                ],
            ],
        ]
    }
}
