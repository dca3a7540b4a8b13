import Keratin
import KeratinCore
import KeratinLayers
import KeratinModels

/// ResNet50 and its deeper kin, as in keras.applications.
enum ResidualNet {
    private static let blocks = [
        "resnet50": [3, 4, 6, 3], "resnet101": [3, 4, 23, 3], "resnet152": [3, 8, 36, 3],
    ]

    /// - Returns: nil for a name that is none of these.
    static func named(_ name: String, size: Int, classes: Int = 1000) throws -> Model? {
        guard let blocks = blocks[name] else { return nil }
        let input = Input(shape: [size, size, 3])
        var x = try convolution(
            ZeroPadding2D(padding: 3)(input), 64, 7, strides: 2, padding: .valid)
        x = ReLU()(x)
        x = MaxPooling2D(poolSize: 3, strides: 2)(ZeroPadding2D(padding: 1)(x))
        for (stage, count) in blocks.enumerated() {
            for block in 0..<count {
                x = try residual(
                    x, 64 << stage, strides: block == 0 && stage > 0 ? 2 : 1, block == 0)
            }
        }
        return try Model(
            inputs: input,
            outputs: Dense(classes, activation: .softmax)(GlobalAveragePooling2D()(x)))
    }

    private static func convolution(
        _ x: Tensor, _ filters: Int, _ kernel: any AxisConvertible,
        strides: any AxisConvertible = 1,
        padding: Window.Padding = .same
    ) throws -> Tensor {
        BatchNormalization(epsilon: 1.001e-5)(
            Conv2D(filters, kernelSize: kernel, strides: strides, padding: padding)(x))
    }

    private static func residual(
        _ x: Tensor, _ filters: Int, strides: any AxisConvertible, _ isFirst: Bool
    ) throws -> Tensor {
        let shortcut = isFirst ? try convolution(x, 4 * filters, 1, strides: strides) : x
        var y = try ReLU()(convolution(x, filters, 1, strides: strides))
        y = try ReLU()(convolution(y, filters, 3))
        y = try convolution(y, 4 * filters, 1)
        return ReLU()(Add()([shortcut, y]))
    }
}
