import Keratin
import KeratinCore
import KeratinTensor
import Testing

/// Loops of users: gradients, optimizers and metrics by hand, at once and compiled.
@Suite("Loops by hand", .serialized) struct LoopTests {
    private func network() throws -> Sequential {
        try Sequential([
            Input(shape: [3]),
            Dense(8, activation: .tanh, kernelInitializer: .constant(0.1), name: "hidden"),
            Dense(2, kernelInitializer: .constant(0.2), name: "last"),
        ])
    }

    private func data() throws -> (x: NDArray, y: NDArray) {
        let x: [Float] = (0..<32 * 3).map { (index: Int) in Float((index * 37) % 101) / 50 - 1 }
        return (NDArray(x, shape: [32, 3]), NDArray((0..<32).map { Int32($0 % 2) }))
    }

    private func tensor(_ array: Tensor, _ range: Range<Int>) -> Tensor { array[range] }

    @Test("A loop at once, a compiled one and fit agree", arguments: Backends.names)
    func loop(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try data()
            let loss = Loss.sparseCategoricalCrossentropy(fromLogits: true)
            let optimizers: [Optimizer] = [
                .sgd(learningRate: 0.1, momentum: 0.9), .adam(learningRate: 0.01),
                .muon(learningRate: 0.01),
                .adam(learningRate: .exponentialDecay(0.05, decaySteps: 2, decayRate: 0.5)),
            ]
            // Each needs kernels of its own, whose compilation takes its time.
            for pattern in backend == "cpu" ? optimizers : [optimizers[1]] {
                let fitted = try network()
                try fitted.compile(
                    optimizer: pattern, loss: loss, metrics: [.sparseCategoricalAccuracy])
                let history = try fitted.fit(
                    x, y, batchSize: 8, epochs: 2, verbose: 0, shuffle: false)
                for isCompiled in [false, true] {
                    let model = try network()
                    let optimizer = pattern.copy()
                    let accuracy = try Metric(.sparseCategoricalAccuracy)
                    let mean = Mean(name: "loss")
                    let step = { (x: Tensor, y: Tensor) throws -> Tensor in
                        let (value, gradients) = try valueAndGradient(of: model.trainableWeights) {
                            let logits = model(x, training: true)
                            accuracy.update(y, logits)
                            return loss(y, logits)
                        }
                        optimizer.apply(gradients, to: model.trainableWeights)
                        mean.update(value)
                        return value
                    }
                    let run = isCompiled ? compiled(step) : step
                    for epoch in 0..<2 {
                        accuracy.reset()
                        mean.reset()
                        for start in stride(from: 0, to: 32, by: 8) {
                            _ = try run(
                                tensor(x, start..<start + 8), tensor(y, start..<start + 8))
                        }
                        let expected = try #require(history["sparse_categorical_accuracy"])[epoch]
                        #expect(try accuracy.result() == expected)
                        #expect(
                            try abs(mean.result() - #require(history["loss"])[epoch]) < 1e-5,
                            "\(pattern.name) \(isCompiled)")
                    }
                    #expect(optimizer.iterations == 8)
                    for (got, want) in zip(try model.getWeights(), try fitted.getWeights()) {
                        for (a, b) in zip(try got.floats(), try want.floats()) {
                            #expect(abs(a - b) < 1e-5, "\(pattern.name) \(isCompiled)")
                        }
                    }
                }
            }
        }
    }

    @Test("Two models, two optimizers, a penalty on a gradient", arguments: Backends.names)
    func adversaries(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func run(isCompiled: Bool) throws -> [Float] {
                let generator = try Sequential([
                    Input(shape: [2]), Dense(3, kernelInitializer: .constant(0.3), name: "made"),
                ])
                let critic = try Sequential([
                    Input(shape: [3]),
                    Dense(4, activation: .tanh, kernelInitializer: .constant(0.2), name: "judge"),
                    // A bias would have no gradient but rounding, which Adam makes large.
                    Dense(1, useBias: false, kernelInitializer: .constant(0.5), name: "score"),
                ])
                let criticOptimizer = Optimizer.adam(learningRate: 0.01, beta1: 0.5)
                let generatorOptimizer = Optimizer.adam(learningRate: 0.02, beta1: 0.5)
                let step = { (real: Tensor, noise: Tensor) throws -> (Tensor, Tensor) in
                    let (criticLoss, criticGradients) = try valueAndGradient(
                        of: critic.trainableWeights
                    ) {
                        let fake = generator(noise, training: true)
                        let between = real * 0.25 + fake * 0.75
                        let slope = gradient(at: between) {
                            critic($0, training: true).sum()
                        }
                        let norm = (slope.square().sum(axes: [1]) + 1e-12).sqrt()
                        return critic(fake).mean() - critic(real).mean()
                            + (norm - 1).square().mean() * 10
                    }
                    criticOptimizer.apply(criticGradients, to: critic.trainableWeights)
                    let (generatorLoss, generatorGradients) = try valueAndGradient(
                        of: generator.trainableWeights
                    ) {
                        -critic(generator(noise, training: true)).mean()
                    }
                    generatorOptimizer.apply(
                        generatorGradients, to: generator.trainableWeights)
                    return (criticLoss, generatorLoss)
                }
                let go = isCompiled ? compiled(step) : step
                let noise = Tensor((0..<8).map { (i: Int) in Float(i) / 8 }, shape: [4, 2])
                var losses: [Float] = []
                for turn in 0..<4 {
                    let real = Tensor(
                        (0..<12).map { (i: Int) in Float((i * 7 + turn) % 5) / 5 }, shape: [4, 3])
                    let (a, b) = try go(real, noise)
                    losses += [try a.item(), try b.item()]
                }
                #expect(criticOptimizer.iterations == 4 && generatorOptimizer.iterations == 4)
                return losses
            }
            let (atOnce, replayed) = (try run(isCompiled: false), try run(isCompiled: true))
            #expect(Set(atOnce).count == 8)
            for (a, b) in zip(atOnce, replayed) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test("One optimizer stepped twice in a function, and for some of its weights")
    func steps() throws {
        try withBackend(.cpu) {
            let layer = Dense(1, kernelInitializer: .constant(1), name: "d")
            try layer.buildIfNeeded(inputShape: [nil, 1])
            let weights = layer.trainableWeights
            let optimizer = Optimizer.sgd(
                learningRate: LearningRate(schedule: "steps") { Double($0 + 1) })
            let one = weights.map { Tensor(repeating: 1, shape: $0.shape) }
            let step = compiled { (_: [Tensor]) in
                optimizer.apply(one, to: weights)
                optimizer.apply([one[0]], to: [weights[0]])
                return []
            }
            _ = try step()
            _ = try step()
            #expect(optimizer.iterations == 4)
            // Rates 1, 2, 3, 4; the bias took the first and the third.
            #expect(try layer.getWeights().map { try $0.floats() } == [[1 - 10], [-4]])
        }
    }

    @Test("What a compiled function draws differs from call to call", arguments: Backends.names)
    func random(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let draw = compiled { (x: Tensor) in x + Tensor.randomNormal(x.shape) }
            let zeros = Tensor(repeating: 0, shape: [64])
            let (a, b) = (try draw(zeros).floats(), try draw(zeros).floats())
            #expect(a != b)
            #expect(try Tensor.randomUniform([64]).floats() != Tensor.randomUniform([64]).floats())
            let seeded = try Tensor.randomNormal([4096], seed: 3).floats()
            #expect(try seeded == Tensor.randomNormal([4096], seed: 3).floats())
            let mean = seeded.reduce(0, +) / 4096
            #expect(abs(mean) < 0.06)
            #expect(abs(seeded.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4096 - 1) < 0.1)
            #expect(
                try RandomSeed.with(5) { try Tensor.randomUniform([9]).floats() }
                    == RandomSeed.with(5) { try Tensor.randomUniform([9]).floats() })
        }
    }

    @Test(
        "Arguments and results of compiled functions stay on the device", arguments: Backends.names)
    func device(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let counters = try Context.backend.counters
            let double = compiled { (x: Tensor) in x * 2 + 1 }
            var x = Tensor([1, 2, 3])
            x = try double(x)
            let (waits, plans) = (counters.waits, counters.plans)
            for _ in 0..<3 { x = try double(x) }
            #expect(counters.waits == waits)
            #expect(counters.plans == plans)
            #expect(try x.floats() == [31, 47, 63])
            // Another backend's tensor goes through the host.
            let other = try withBackend("cpu") { Tensor([1, 2, 3]) }
            #expect(try double(other).floats() == [3, 5, 7])
        }
    }

    @Test("A custom layer is recorded once per signature of predictions")
    func recordings() throws {
        final class Counting: Layer {
            nonisolated(unsafe) static var calls = 0
            override func call(_ input: Tensor, training: Bool) throws -> Tensor {
                Self.calls += 1
                return input * 2
            }
        }
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [3]), Counting()])
            let x = NDArray((0..<24).map { Float($0) }, shape: [8, 3])
            Counting.calls = 0
            for _ in 0..<10 { #expect(try model.predict(x).floats()[5] == 10) }
            #expect(Counting.calls == 1)
            // Six samples fill up a batch of eight: one more recording tells that they may.
            for _ in 0..<10 { _ = try model.predict(x[0..<6]) }
            #expect(Counting.calls == 3)
            try model.add(Dense(1))
            #expect(try model.predict(x).shape == [8, 1])
            try model.compile(optimizer: .sgd(), loss: "mse")
            let y = NDArray([Float](repeating: 1, count: 8), shape: [8, 1])
            Counting.calls = 0
            for _ in 0..<5 { try model.trainOnBatch(x, y) }
            #expect(Counting.calls == 1)
            // Each fit looks once whether what closures captured has changed.
            try model.fit(x, y, epochs: 3, verbose: 0)
            #expect(Counting.calls == 2)
        }
    }

    @Test("A metric with totals of its own")
    func ownTotals() throws {
        try withBackend(.cpu) {
            let within = Metric(
                "within",
                update: { truth, prediction, _ in
                    let hits = (prediction - truth).abs().binary(.less, 0.6).cast(to: .float32)
                    return [hits.sum(), Tensor(Double(truth.count))]
                }, result: { $0[0][0] / $0[1][0] })
            let model = try Sequential([
                Input(shape: [1]), Dense(1, kernelInitializer: .constant(1)),
            ])
            try model.compile(optimizer: .sgd(), loss: "mse", metrics: [within])
            let x = NDArray([0, 1, 2, 3, 4], shape: [5, 1])
            let y = NDArray([0.5, 1.5, 2, 9, 9], shape: [5, 1])
            let figures = try model.evaluate(x, y, batchSize: 2, verbose: 0)
            #expect(abs(figures["within"]! - 0.6) < 1e-9)
        }
    }

    @Test("A compiled function's results keep their names", arguments: Backends.names)
    func names(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func both(_ x: Tensor) throws -> (sum: Tensor, square: Tensor) { (x.sum(), x * x) }
            let run = compiled(both)
            let x = Tensor([1.0, 2])
            #expect(try run(x).sum.item() == 3 && run(x).square.floats() == [1, 4])
            let pair = compiled { (x: Tensor, y: Tensor) in (x + y, x - y, x) }
            let results = try pair(x, x)
            #expect(try results.0.floats() == [2, 4] && results.1.floats() == [0, 0])
            let wrong = compiled { (x: Tensor) in 3 }
            #expect(throws: KeratinError.self) { try wrong(x) }
        }
    }

    @Test("Losses as functions", arguments: Backends.names)
    func lossFunctions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (y, p) = (Tensor([[0.0, 1], [1, 1]]), Tensor([[0.5, 0.5], [0.25, 1]]))
            #expect(try losses.meanSquaredError(y, p).floats() == [0.25, 0.28125])
            #expect(try losses.mae(y, p).floats() == [0.5, 0.375])
            let objects = try BinaryCrossentropy(reduction: .none)(y, p).floats()
            #expect(try losses.binaryCrossentropy(y, p).floats() == objects)
            #expect(losses.mse(y, Tensor.zeros([3, 3])).error != nil)
            // Class numbers that are none are no NaN, also where nothing is recorded.
            let rows = Tensor([[0.5, 0.5], [0.25, 0.75]])
            for (labels, word) in [([0, 2], "label 2"), ([-1, 0], "label -1")] {
                let wrong = losses.sparseCategoricalCrossentropy(Tensor(labels), rows)
                #expect("\(wrong)".contains(word), "\(wrong)")
            }
            let nan = SparseCategoricalCrossentropy()(Tensor([Float.nan, 0]), rows)
            #expect("\(nan)".contains("NaN"), "\(nan)")
            let ignored = SparseCategoricalCrossentropy(ignoreClass: -1)(Tensor([-1, 1]), rows)
            #expect(try abs(ignored.item() as Float - 0.287682) < 1e-6)
        }
    }
}
