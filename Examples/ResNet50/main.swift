// ResNet50 (He and others, 2015) with the names of keras.applications, so that weights of Keras load:
//   ResNet50 resnet50.weights.h5
import Keratin

func normalized(_ x: Tensor, _ name: String) throws -> Tensor {
    BatchNormalization(epsilon: 1.001e-5, name: name + "_bn")(x)
}

/// 1×1, 3×3 and 1×1 convolutions, added to the input or, where the shape changes, to a convolution of it.
func block(_ x: Tensor, _ filters: Int, strides: Int, widens: Bool, _ name: String) throws -> Tensor
{
    let shortcut =
        widens
        ? try normalized(
            Conv2D(4 * filters, 1, strides: [strides], name: name + "_0_conv")(x),
            name + "_0")
        : x
    var y = Conv2D(filters, 1, strides: [strides], name: name + "_1_conv")(x)
    y = try Activation(.relu, name: name + "_1_relu")(normalized(y, name + "_1"))
    y = Conv2D(filters, 3, padding: .same, name: name + "_2_conv")(y)
    y = try Activation(.relu, name: name + "_2_relu")(normalized(y, name + "_2"))
    y = try normalized(Conv2D(4 * filters, 1, name: name + "_3_conv")(y), name + "_3")
    return Activation(.relu, name: name + "_out")(Add(name: name + "_add")([shortcut, y]))
}

func resNet50(size: Int, classes: Int) throws -> Model {
    let input = Input(shape: [size, size, 3])
    var x = ZeroPadding2D(padding: 3, name: "conv1_pad")(input)
    x = try normalized(Conv2D(64, 7, strides: 2, name: "conv1_conv")(x), "conv1")
    x = ZeroPadding2D(name: "pool1_pad")(Activation(.relu, name: "conv1_relu")(x))
    x = MaxPooling2D(3, strides: 2, name: "pool1_pool")(x)
    for (stage, blocks) in [3, 4, 6, 3].enumerated() {
        for number in 0..<blocks {
            x = try block(
                x, 64 << stage, strides: stage > 0 && number == 0 ? 2 : 1, widens: number == 0,
                "conv\(stage + 2)_block\(number + 1)")
        }
    }
    x = GlobalAveragePooling2D(name: "avg_pool")(x)
    x = Dense(classes, activation: .softmax, name: "predictions")(x)
    return try Model(inputs: input, outputs: x, name: "resnet50")
}

// Pictures of which the class is the brightest colour.
let (size, classes, count) = (64, 10, 4)
var pixels: [Float] = []
for picture in 0..<count {
    for index in 0..<size * size * 3 {
        pixels.append(Float(index * 37 % 101) / 202 + (index % 3 == picture % 3 ? 0.5 : 0))
    }
}
let x = NDArray(pixels, shape: [count, size, size, 3])
let y = NDArray((0..<count).map { Int32($0 % 3) }, shape: [count])

let model = try resNet50(size: size, classes: classes)
if CommandLine.arguments.count > 1 { try model.loadWeights(CommandLine.arguments[1]) }
print(
    "\(model.parameterCount) parameters, first prediction \(try model.predict(x).floats().prefix(3))"
)
try model.compile(
    optimizer: .sgd(learningRate: 1e-3, momentum: 0.9), loss: .sparseCategoricalCrossentropy)
for step in 1...2 {
    print("step \(step): loss \(try model.trainOnBatch(x, y)["loss"])")
}
