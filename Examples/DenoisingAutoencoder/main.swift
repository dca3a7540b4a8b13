// Learns to clean pictures: it sees digits with noise and is shown the same digits without.
import Keratin

let image = Input(shape: [8, 8, 1])
var x = Conv2D(32, 3, padding: .same, activation: .relu)(image)
x = MaxPooling2D(2)(x)
x = Conv2D(32, 3, padding: .same, activation: .relu)(x)
x = UpSampling2D(size: 2)(x)
let clean = Conv2D(1, 3, padding: .same, activation: .sigmoid)(x)
let model = try Model(inputs: image, outputs: clean)
try model.compile(optimizer: "adam", loss: .binaryCrossentropy)

func noisy(_ pictures: NDArray) throws -> NDArray {
    let numbers = try Tensor(pictures.floats(), shape: pictures.shape)
    return NDArray(ops.clip(numbers + random.normal(numbers.shape, stddev: 0.3), 0, 1))
}

let data = try OpticalDigits.load()
try model.fit(
    noisy(data.train.x), data.train.x, batchSize: 64, epochs: 5,
    validationData: (noisy(data.test.x), data.test.x))

let before = try noisy(data.test.x[0..<1])
let after = try model.predict(before)

func lines(_ picture: Tensor) throws -> [String] {
    let shades = Array(" .:-=+*#%@")
    return try picture.reshaped(8, 8).rows(of: Float.self).map { row in
        String(row.map { shades[min(Int($0 * 10), 9)] })
    }
}
for (left, right) in zip(try lines(before), try lines(after)) { print(left, "  →  ", right) }
