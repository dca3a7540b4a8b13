// MobileNetV2 (Sandler and others, 2018) with the names of keras.applications, so that weights of Keras load:
//   MobileNetV2 mobilenet_v2.weights.h5
import Keratin

func normalized(_ x: Tensor, _ name: String) throws -> Tensor {
    BatchNormalization(momentum: 0.999, epsilon: 1e-3, name: name)(x)
}

/// A convolution that only mixes channels.
func mixed(_ x: Tensor, _ filters: Int, _ name: String) throws -> Tensor {
    Conv2D(filters, 1, padding: .same, useBias: false, name: name)(x)
}

/// Widens, convolves each channel by itself, and narrows; with a shortcut where shapes allow it.
func block(_ input: Tensor, from old: Int, to filters: Int, strides: Int, _ number: Int) throws
    -> Tensor
{
    let prefix = number == 0 ? "expanded_conv_" : "block_\(number)_"
    var x = input
    if number > 0 {
        x = try normalized(mixed(x, 6 * old, prefix + "expand"), prefix + "expand_BN")
        x = ReLU(maximum: 6, name: prefix + "expand_relu")(x)
    }
    if strides == 2 { x = ZeroPadding2D(padding: [[0, 1], [0, 1]], name: prefix + "pad")(x) }
    x = DepthwiseConv2D(
        3, strides: [strides], padding: strides == 1 ? .same : .valid, useBias: false,
        name: prefix + "depthwise")(x)
    x = try ReLU(maximum: 6, name: prefix + "depthwise_relu")(
        normalized(x, prefix + "depthwise_BN"))
    x = try normalized(mixed(x, filters, prefix + "project"), prefix + "project_BN")
    return old == filters && strides == 1 ? Add(name: prefix + "add")([input, x]) : x
}

/// - Parameter size: a multiple of 32.
func mobileNetV2(size: Int, classes: Int) throws -> Model {
    let input = Input(shape: [size, size, 3])
    var x = Conv2D(
        32, 3, strides: 2, padding: .same, useBias: false, name: "Conv1")(input)
    x = try ReLU(maximum: 6, name: "Conv1_relu")(normalized(x, "bn_Conv1"))
    var (number, width) = (0, 32)
    for (filters, count, strides) in [
        (16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1),
    ] {
        for index in 0..<count {
            x = try block(x, from: width, to: filters, strides: index == 0 ? strides : 1, number)
            (number, width) = (number + 1, filters)
        }
    }
    x = Conv2D(1280, 1, useBias: false, name: "Conv_1")(x)
    x = try ReLU(maximum: 6, name: "out_relu")(normalized(x, "Conv_1_bn"))
    x = Dense(classes, activation: .softmax, name: "predictions")(GlobalAveragePooling2D()(x))
    return try Model(inputs: input, outputs: x, name: "mobilenetv2")
}

// Pictures of which the class is the brightest colour.
let (size, classes, count) = (96, 10, 4)
var pixels: [Float] = []
for picture in 0..<count {
    for index in 0..<size * size * 3 {
        pixels.append(Float(index * 37 % 101) / 101 - (index % 3 == picture % 3 ? 0 : 0.5))
    }
}
let x = NDArray(pixels, shape: [count, size, size, 3])
let y = NDArray((0..<count).map { Int32($0 % 3) }, shape: [count])

let model = try mobileNetV2(size: size, classes: classes)
if CommandLine.arguments.count > 1 { try model.loadWeights(CommandLine.arguments[1]) }
print(
    "\(model.parameterCount) parameters, first prediction \(try model.predict(x).floats().prefix(3))"
)
try model.compile(
    optimizer: .rmsprop(learningRate: 1e-3), loss: .sparseCategoricalCrossentropy)
for step in 1...2 {
    print("step \(step): loss \(try model.trainOnBatch(x, y)["loss"])")
}
