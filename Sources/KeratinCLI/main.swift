import Keratin
import FoundationEssentials
func load(_ p: String) throws -> (NDArray, NDArray) {
    let text = try String(contentsOfFile: p, encoding: .utf8)
    var xs = [Float](), ys = [Int32]()
    for line in text.split(separator: "\n") { let f = line.split(separator: ","); for v in f.dropLast() { xs.append(Float(v)! / 16) }; ys.append(Int32(f.last!)!) }
    return (try NDArray(xs, shape: [ys.count, 8, 8, 1]), try NDArray(ys))
}
func main() throws {
    RandomSeed.set(1)
    let (x, y) = try load("../shared/data/tabular/optdigits.tra"), (tx, ty) = try load("../shared/data/tabular/optdigits.tes")
    let model = try Sequential {
        Input(shape: [8, 8, 1])
        Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)
        BatchNormalization()
        Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
        MaxPooling2D(poolSize: 2)
        Dropout(0.25)
        Flatten()
        Dense(64, activation: .relu)
        Dropout(0.5)
        Dense(10, activation: .softmax)
    }
    model.summary()
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
    let h = try model.fit(x, y, batchSize: 64, epochs: 10, verbose: 2, validationData: (tx, ty))
    print(h.seconds, try model.evaluate(tx, ty, verbose: 0))
    let p = try model.predict(tx)
    print(p.shape, p.floats.prefix(10))
}
try main()
