// A small U-Net (Ronneberger and others, 2015): for each pixel, what it belongs to. Weights of the same net of Keras load:
//   UNet unet.weights.h5
import Keratin

/// Two convolutions, each normalized.
func block(_ input: Tensor, _ filters: Int, _ name: String) throws -> Tensor {
    var x = input
    for number in 1...2 {
        x = Conv2D(
            filters, 3, padding: .same, useBias: false, name: "\(name)_conv\(number)")(
                x)
        x = BatchNormalization(name: "\(name)_bn\(number)")(x)
        x = ReLU(name: "\(name)_relu\(number)")(x)
    }
    return x
}

/// Pictures of any width and height that are multiples of 8.
func unet(channels: Int, classes: Int, filters: [Int] = [8, 16, 32]) throws -> Model {
    let input = Input(shape: [nil, nil, channels])
    var x = input.tensor
    var skips: [Tensor] = []
    for (level, filters) in filters.enumerated() {
        x = try block(x, filters, "down\(level)")
        skips.append(x)
        x = MaxPooling2D(name: "pool\(level)")(x)
    }
    x = try block(x, 2 * filters[filters.count - 1], "bottom")
    for (level, filters) in filters.enumerated().reversed() {
        x = Conv2DTranspose(
            filters, 2, strides: 2, padding: .same, name: "up\(level)_wider")(x)
        x = try block(
            Concatenate(name: "up\(level)_join")([x, skips[level]]), filters, "up\(level)")
    }
    let output = Conv2D(classes, 1, activation: .softmax, name: "pixels")(x)
    return try Model(inputs: input, outputs: output, name: "unet")
}

// Bright discs on noise; the classes are background and disc.
let (size, count) = (48, 8)
var pixels: [Float] = []
var labels: [Int32] = []
for picture in 0..<count {
    let (row, column, radius) = (12 + picture * 3, 36 - picture * 3, 6 + picture)
    for y in 0..<size {
        for x in 0..<size {
            let distance = (y - row) * (y - row) + (x - column) * (x - column)
            let isInside = distance <= radius * radius
            labels.append(isInside ? 1 : 0)
            pixels.append(Float((y * 31 + x * 17 + picture * 7) % 23) / 46 + (isInside ? 0.5 : 0))
        }
    }
}
let x = NDArray(pixels, shape: [count, size, size, 1])
let y = NDArray(labels, shape: [count, size, size])

let model = try unet(channels: 1, classes: 2)
if CommandLine.arguments.count > 1 { try model.loadWeights(CommandLine.arguments[1]) }
print(
    "\(model.parameterCount) parameters, first prediction \(try model.predict(x).floats().prefix(2))"
)
try model.compile(
    optimizer: .adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy,
    metrics: [.accuracy])
try model.fit(x, y, batchSize: 4, epochs: 3, verbose: 2)
