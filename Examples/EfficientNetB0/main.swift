// EfficientNetB0 (Tan and Le, 2019) with the names of keras.applications, so that weights of Keras load:
//   EfficientNetB0 efficientnetb0.weights.h5
import Keratin

let kernels = Initializer.varianceScaling(
    scale: 2, mode: .output, distribution: .truncatedNormal)

func convolved(_ x: Tensor, _ filters: Int, _ name: String) throws -> Tensor {
    Conv2D(
        filters, 1, padding: .same, useBias: false, kernelInitializer: kernels,
        name: name)(x)
}

func activated(_ x: Tensor, _ bn: String, _ name: String) throws -> Tensor {
    Activation(.silu, name: name)(BatchNormalization(name: bn)(x))
}

/// The stages: cells of the window, blocks, channels of the result, how much wider it is inside, strides.
let stages = [
    (3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2), (3, 1, 320, 6, 1),
]

/// A block that is left out, as a whole, for a part of the samples while training.
func block(
    _ input: Tensor, from old: Int, to new: Int, kernel: Int, widening: Int, strides: Int,
    dropped: Double, _ name: String
) throws -> Tensor {
    var (x, filters) = (input, old * widening)
    if widening > 1 {
        x = try convolved(x, filters, name + "expand_conv")
        x = try activated(x, name + "expand_bn", name + "expand_activation")
    }
    if strides == 2 {
        let side: Borders = [Borders(kernel / 2 - 1), Borders(kernel / 2)]
        x = ZeroPadding2D(padding: [side, side], name: name + "dwconv_pad")(x)
    }
    x = DepthwiseConv2D(
        [kernel], strides: [strides], padding: strides == 2 ? .valid : .same, useBias: false,
        depthwiseInitializer: kernels, name: name + "dwconv")(x)
    x = try activated(x, name + "bn", name + "activation")
    var gate = GlobalAveragePooling2D(name: name + "se_squeeze")(x)
    gate = Reshape([1, 1, filters], name: name + "se_reshape")(gate)
    gate = Conv2D(
        max(1, old / 4), 1, padding: .same, activation: .silu,
        kernelInitializer: kernels, name: name + "se_reduce")(gate)
    gate = Conv2D(
        filters, 1, padding: .same, activation: .sigmoid, kernelInitializer: kernels,
        name: name + "se_expand")(gate)
    x = Multiply(name: name + "se_excite")([x, gate])
    x = try BatchNormalization(name: name + "project_bn")(
        convolved(x, new, name + "project_conv"))
    guard strides == 1, old == new else { return x }
    if dropped > 0 { x = Dropout(dropped, noiseShape: [nil, 1, 1, 1], name: name + "drop")(x) }
    return Add(name: name + "add")([x, input])
}

/// - Parameter size: a multiple of 32.
func efficientNetB0(size: Int, classes: Int) throws -> Model {
    let input = Input(shape: [size, size, 3])
    var x = Normalization()(Rescaling(1 / 255.0)(input))
    x = ZeroPadding2D(padding: [[0, 1], [0, 1]], name: "stem_conv_pad")(x)
    x = Conv2D(
        32, 3, strides: 2, useBias: false, kernelInitializer: kernels,
        name: "stem_conv")(x)
    x = try activated(x, "stem_bn", "stem_activation")
    var (number, width) = (0, 32)
    for (stage, (kernel, count, filters, widening, strides)) in stages.enumerated() {
        for (index, letter) in "abcd".prefix(count).enumerated() {
            x = try block(
                x, from: width, to: filters, kernel: kernel, widening: widening,
                strides: index == 0 ? strides : 1, dropped: 0.2 * Double(number) / 16,
                "block\(stage + 1)\(letter)_")
            (number, width) = (number + 1, filters)
        }
    }
    x = try activated(convolved(x, 1280, "top_conv"), "top_bn", "top_activation")
    x = Dropout(0.2, name: "top_dropout")(GlobalAveragePooling2D(name: "avg_pool")(x))
    x = Dense(classes, activation: .softmax, name: "predictions")(x)
    return try Model(inputs: input, outputs: x, name: "efficientnetb0")
}

// Pictures of which the class is the brightest colour.
let (size, count) = (64, 4)
let pixels = (0..<count * size * size * 3).map { index in
    Float(index * 37 % 101) + (index % 3 == index / (size * size * 3) % 3 ? 100 : 0)
}
let x = NDArray(pixels, shape: [count, size, size, 3])
let y = NDArray((0..<count).map { Int32($0 % 3) }, shape: [count])
let model = try efficientNetB0(size: size, classes: 10)
if CommandLine.arguments.count > 1 { try model.loadWeights(CommandLine.arguments[1]) }
print(
    "\(model.parameterCount) parameters, first prediction \(try model.predict(x).floats().prefix(3))"
)
try model.compile(optimizer: .adam(learningRate: 1e-3), loss: .sparseCategoricalCrossentropy)
for step in 1...2 { print("step \(step): loss \(try model.trainOnBatch(x, y)["loss"])") }
