import Keratin
func main() throws {
    RandomSeed.set(1)
    let model = try Sequential {
        Input(shape: [2])
        Dense(4, activation: .tanh)
        Dense(2, activation: .tanh)
        Dense(1, activation: .sigmoid)
    }
    model.summary()
    try model.compile(optimizer: .adam(learningRate: 0.01), loss: .binaryCrossentropy(), metrics: [.accuracy])
    var xs = [Float](), ys = [Float]()
    var g = SystemRandomNumberGenerator()
    for i in 0..<1024 { let t = Float.random(in: 0...3.14159, using: &g)
        if i % 2 == 0 { xs += [Float(t) - 1.5, t*(3.14-t)*0.4]; ys.append(0) } else { xs += [t - 0.5, 0.5 - t*(3.14-t)*0.4]; ys.append(1) } }
    let h = try model.fit(NDArray(xs, shape: [1024, 2]), NDArray(ys, shape: [1024, 1]), epochs: 30, verbose: 2)
    print(h.history["loss"]!.last!, h.seconds.last! / 32 * 1e6, "us/step")
}
try main()
