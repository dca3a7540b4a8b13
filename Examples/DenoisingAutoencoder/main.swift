// Learns to clean pictures: it sees digits with noise and is shown the same digits without.
import Keratin

let image = Input(shape: [8, 8, 1])
var x = try Conv2D(32, 3, padding: .same, activation: .relu)(image)
x = try MaxPooling2D(2)(x)
x = try Conv2D(32, 3, padding: .same, activation: .relu)(x)
x = try UpSampling2D(size: 2)(x)
let clean = try Conv2D(1, 3, padding: .same, activation: .sigmoid)(x)
let model = try Model(inputs: image, outputs: clean)
try model.compile(optimizer: "adam", loss: .binaryCrossentropy)

func noisy(_ pictures: NDArray) throws -> NDArray {
    let numbers = try Tensor(pictures.floats(), shape: pictures.shape)
    return try NDArray(ops.clip(numbers + random.normal(numbers.shape, stddev: 0.3), 0, 1))
}

let data = try OpticalDigits.load()
try model.fit(
    noisy(data.train.x), data.train.x, batchSize: 64, epochs: 5,
    validationData: (noisy(data.test.x), data.test.x))

let before = try noisy(data.test.x[0..<1])
let after = try model.predict(before)

func lines(_ picture: NDArray) -> [String] {
    let shades = Array(" .:-=+*#%@")
    return (0..<8).map { row in
        String(picture.floats()[(row * 8)..<(row * 8 + 8)].map { shades[min(Int($0 * 10), 9)] })
    }
}
for (left, right) in zip(lines(before), lines(after)) { print(left, "  →  ", right) }
