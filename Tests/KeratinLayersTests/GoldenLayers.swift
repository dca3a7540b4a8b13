import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTensor

/// Our objects for what Keras's configurations say.
enum GoldenLayers {
    static func layer(_ object: GoldenObject) throws -> Layer {
        switch object.className {
        case "Dense":
            return Dense(
                try object.int("units"), activation: try activation(object),
                useBias: try object.bool("use_bias"))
        case "Activation":
            return Activation(try activation(object))
        case "Flatten":
            return Flatten(dataFormat: try format(object))
        case "Reshape":
            return Reshape(try object.ints("target_shape"))
        case "Dropout":
            return Dropout(try object.double("rate"))
        case "Conv2D":
            return Conv2D(
                try object.int("filters"), kernelSize: Extents(try object.ints("kernel_size")),
                strides: Extents(try object.ints("strides")), padding: try padding(object),
                dataFormat: try format(object),
                dilationRate: Extents(try object.ints("dilation_rate")),
                groups: try object.int("groups"), activation: try activation(object),
                useBias: try object.bool("use_bias"))
        case "DepthwiseConv2D":
            return DepthwiseConv2D(
                Extents(try object.ints("kernel_size")),
                strides: Extents(try object.ints("strides")), padding: try padding(object),
                depthMultiplier: try object.int("depth_multiplier"),
                dataFormat: try format(object),
                dilationRate: Extents(try object.ints("dilation_rate")),
                activation: try activation(object), useBias: try object.bool("use_bias"))
        case "MaxPooling2D":
            return MaxPooling2D(
                poolSize: Extents(try object.ints("pool_size")), strides: try strides(object),
                padding: try padding(object), dataFormat: try format(object))
        case "AveragePooling2D":
            return AveragePooling2D(
                poolSize: Extents(try object.ints("pool_size")), strides: try strides(object),
                padding: try padding(object), dataFormat: try format(object))
        case "GlobalMaxPooling2D":
            return GlobalMaxPooling2D(
                dataFormat: try format(object), keepDimensions: try object.bool("keepdims"))
        case "GlobalAveragePooling2D":
            return GlobalAveragePooling2D(
                dataFormat: try format(object), keepDimensions: try object.bool("keepdims"))
        case "BatchNormalization":
            return BatchNormalization(
                axis: try object.int("axis"), momentum: try object.double("momentum"),
                epsilon: try object.double("epsilon"), center: try object.bool("center"),
                scale: try object.bool("scale"))
        default:
            throw KeratinError(.unavailable, "there is no layer \(object.className)")
        }
    }

    private static func activation(_ object: GoldenObject) throws -> ActivationFunction {
        ActivationFunction(stringLiteral: try object.string("activation"))
    }

    private static func format(_ object: GoldenObject) throws -> DataFormat {
        try DataFormat(rawValue: object.string("data_format"))
            ?? { throw KeratinError(.invalidData, "no data format", at: object.className) }()
    }

    private static func padding(_ object: GoldenObject) throws -> Window.Padding {
        try Window.Padding(rawValue: object.string("padding"))
            ?? { throw KeratinError(.invalidData, "no padding", at: object.className) }()
    }

    private static func strides(_ object: GoldenObject) throws -> Extents? {
        object.config["strides"] == .null ? nil : Extents(try object.ints("strides"))
    }
}
