import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// The cell that the README shows.
final class MinimalCell: RecurrentCell, ConfigurableLayer {
    private let units: Int
    private var kernel: Variable?
    private var recurrentKernel: Variable?

    init(_ units: Int, name: String? = nil) {
        self.units = units
        super.init(name: name)
    }

    convenience init(from configuration: Configuration) throws {
        self.init(try configuration.integer("units"), name: configuration.name)
    }

    override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["units": .integer(units)])
    }

    override var stateSizes: [Shape] { [[units]] }

    override func build(inputShape: [Int?]) throws {
        kernel = try addWeight(
            name: "kernel", shape: [inputShape[1]!, units], initializer: "glorot_uniform")
        recurrentKernel = try addWeight(
            name: "recurrent_kernel", shape: [units, units], initializer: "orthogonal")
    }

    override func call(
        _ input: Tensor, states: [Tensor], training: Bool
    ) throws -> (output: Tensor, states: [Tensor]) {
        let h = try (input.matmul(kernel!.read()) + states[0].matmul(recurrentKernel!.read()))
            .tanh()
        return (h, [h])
    }
}

@Suite("Recurrent layers", .serialized) struct RecurrentTests {
    // MARK: Cells of users

    @Test("A cell of one's own learns over a thousand steps", arguments: Backends.names)
    func customCell(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            RandomSeed.set(3)
            let model = try Sequential([Input(shape: [1000, 1]), RNN(MinimalCell(4)), Dense(1)])
            try model.compile(optimizer: .adam(learningRate: 0.02), loss: "mse")
            // Whether the last numbers are mostly positive.
            let values = (0..<8000).map { Float(($0 * 7919) % 13) / 6 - 1 }
            let x = NDArray(values, shape: [8, 1000, 1])
            let y = NDArray((0..<8).map { values[$0 * 1000 + 999] }, shape: [8, 1])
            let history = try model.fit(x, y, batchSize: 8, epochs: 30, verbose: 0)
            let losses = try #require(history["loss"])
            #expect(losses[29] < losses[0] * 0.8, "\(losses)")
        }
    }

    @Test("A program does not grow with the length of sequences") func programSize() throws {
        try withBackend(.cpu) {
            let layer = RNN(MinimalCell(4))
            try layer.buildIfNeeded(inputShape: [nil, nil, 2])
            let sizes = try [10, 1000].map { length in
                try TracedFunction.record([TensorType([2, length, 2])]) { trace, x in
                    let y = layer(x[0], training: true)
                    let weights = try layer.trainableWeights.map { try $0.read() }
                    return try trace.gradients(of: y.sum(), withRespectTo: weights)
                }.program.instructions.count
            }
            #expect(sizes[0] == sizes[1])
        }
    }

    @Test("Both directions of a registered cell, through its configuration")
    func registeredCell() throws {
        try withBackend(.cpu) {
            let unknown = Bidirectional(RNN(MinimalCell(2)))
            expectError("CustomObjects.register(layer: MinimalCell.self)") {
                try unknown.buildIfNeeded(inputShape: [nil, nil, 3])
            }
            CustomObjects.register(layer: MinimalCell.self)
            defer { CustomObjects.removeAll() }
            let layer = Bidirectional(RNN(MinimalCell(2, name: "mine"), name: "rnn"), name: "both")
            try layer.buildIfNeeded(inputShape: [nil, nil, 3])
            #expect(layer.weights.count == 4)
            #expect(layer.weights[2].path == "both/backward_rnn/mine/kernel")
            let again = try LayerRegistry.make(layer.serialized())
            #expect(try again.getConfig() == layer.getConfig())
        }
    }

    // MARK: Dropout

    @Test("The operation and the loop drop the same", arguments: Backends.names)
    func dropout(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for layer in [
                SimpleRNN(3, dropout: 0.4, recurrentDropout: 0.3, seed: 5),
                LSTM(3, dropout: 0.4, recurrentDropout: 0.3, seed: 5),
                GRU(3, dropout: 0.4, recurrentDropout: 0.3, seed: 5),
                GRU(3, dropout: 0.4, recurrentDropout: 0.3, resetAfter: false, seed: 5),
                LSTM(3, dropout: 0.4, seed: 5),
            ] as [RNN] {
                try layer.buildIfNeeded(inputShape: [nil, nil, 4])
                let x = (0..<40).map { Float($0 % 7) / 3 - 1 }
                func outputs(training: Bool) throws -> [Float] {
                    let function = try TracedFunction.record([TensorType([2, 5, 4])]) { _, inputs in
                        [layer(inputs[0], training: training)]
                    }
                    let plan = try Plan(function, on: Context.backend)
                    try x.withUnsafeBytes { try plan.write($0, toArgument: 0) }
                    try plan.run()
                    return try plan.floats(result: 0)
                }
                let together = try outputs(training: true)
                let stepwise = try VectorCell.$runsLoops.withValue(true) {
                    try outputs(training: true)
                }
                for (a, b) in zip(together, stepwise) { #expect(abs(a - b) < 1e-5) }
                #expect(try outputs(training: false) != together)
            }
        }
    }

    @Test("One mask drops the same inputs at every step") func inputMask() throws {
        try withBackend(.cpu) {
            let layer = SimpleRNN(
                50, activation: .linear, useBias: false, kernelInitializer: .identity(),
                recurrentInitializer: .zeros, dropout: 0.5, returnSequences: true)
            try layer.buildIfNeeded(inputShape: [nil, nil, 50])
            let function = try TracedFunction.record([]) { _, _ in
                [layer(Tensor(repeating: 1, shape: [4, 3, 50]), training: true)]
            }
            let plan = try Plan(function, on: Context.backend)
            try plan.run()
            let y = try plan.floats(result: 0)
            #expect(Set(y) == [0, 2])
            #expect(abs(y.reduce(0, +) / Float(y.count) - 1) < 0.25)
            for row in 0..<4 {
                let steps = (0..<3).map {
                    Array(y[(row * 150 + $0 * 50)..<(row * 150 + $0 * 50 + 50)])
                }
                #expect(steps[0] == steps[1] && steps[1] == steps[2])
            }
        }
    }

    // MARK: State

    @Test("A stateful layer goes on in training and can forget") func stateful() throws {
        try withBackend(.cpu) {
            let layer = LSTM(3, stateful: true)
            let model = try Sequential([Input(shape: [2, 1], batchSize: 2), layer, Dense(1)])
            try model.compile(optimizer: .sgd(learningRate: 0), loss: "mse")
            let x = NDArray([0.5, 1, -1, 2], shape: [2, 2, 1])
            let y = NDArray([0, 0], shape: [2, 1])
            let losses = try (0..<2).map { _ in
                try model.resetMetrics()
                return try model.trainOnBatch(x, y)["loss"]
            }
            #expect(losses[0] != losses[1])
            try layer.resetStates()
            try model.resetMetrics()
            #expect(try model.trainOnBatch(x, y)["loss"] == losses[0])
            #expect(model.weights.count == 5)
            expectError("batches of one size: expected 2 samples, got 1") {
                _ = try model.predict(x[0..<1])
            }
        }
    }

    @Test("Layers inside a layer are trained or not with it") func trainable() throws {
        try withBackend(.cpu) {
            let layer = Bidirectional(LSTM(2))
            try layer.buildIfNeeded(inputShape: [nil, nil, 3])
            #expect(layer.trainableWeights.count == 6)
            #expect(layer.parameterCount == 2 * 4 * 2 * (3 + 2 + 1))
            layer.trainable = false
            #expect(layer.trainableWeights.isEmpty && layer.nonTrainableWeights.count == 6)
            let again = try LayerRegistry.make(layer.serialized())
            try again.buildIfNeeded(inputShape: [nil, nil, 3])
            #expect(again.trainableWeights.isEmpty)
        }
    }

    // MARK: Bad input

    private final class Wrong: RecurrentCell {
        override var stateSizes: [Shape] { [[2]] }
        override func call(
            _ input: Tensor, states: [Tensor], training: Bool
        ) throws -> (output: Tensor, states: [Tensor]) {
            (states[0], [Tensor.concatenate([states[0], states[0]])])
        }
    }

    /// Layers that may go backwards, by name. All zero the steps that a mask leaves out, as `Bidirectional` makes them do.
    private static let directions: [(name: String, make: @Sendable (_ backwards: Bool) -> RNN)] = [
        (
            "SimpleRNN",
            { SimpleRNN(2, returnSequences: true, goBackwards: $0, zeroOutputForMask: true) }
        ),
        ("LSTM", { LSTM(3, returnSequences: true, goBackwards: $0, zeroOutputForMask: true) }),
        ("GRU", { GRU(2, returnSequences: true, goBackwards: $0, zeroOutputForMask: true) }),
    ]

    @Test(
        "Where the forward layer goes backwards its steps stay as they come, and the other's are turned around",
        arguments: Backends.names)
    func backwardsForward(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            var x = Tensor((0..<30).map { Float($0 * 7 % 11) / 5 - 1 }, shape: [2, 5, 3])
            for (name, make) in Self.directions {
                for isMasked in [false, true] {
                    x.mask =
                        isMasked
                        ? Tensor((0..<10).map { $0 < 7 }, shape: [2, 5]) : nil
                    for mode: Bidirectional.MergeMode in [.concat, .sum] {
                        let both = Bidirectional(
                            make(true), mergeMode: mode, backwardLayer: make(false))
                        let got = both(x)
                        let (first, second) = (make(true), make(false))
                        let weights = try both.getWeights()
                        for (layer, own) in [
                            (first, weights.prefix(weights.count / 2)),
                            (second, weights.suffix(weights.count / 2)),
                        ] {
                            try layer.buildIfNeeded(inputShape: [nil, 5, 3])
                            try layer.setWeights(Array(own))
                        }
                        let (a, b) = (first(x), second(x).reversed(axes: [1]))
                        let want =
                            mode == .sum ? a + b : Tensor.concatenate([a, b], axis: -1)
                        let pairs = zip(try got.floats(), try want.floats())
                        #expect(
                            got.shape == want.shape && pairs.allSatisfy { abs($0 - $1) < 1e-5 },
                            "\(name), \(mode.rawValue), \(isMasked ? "with" : "without") a mask")
                    }
                }
            }
        }
    }

    @Test("What does not fit is named") func errors() throws {
        try withBackend(.cpu) {
            let lstm = LSTM(3, name: "a")
            let x = Tensor(repeating: 1, shape: [2, 4, 5])
            try (lstm(x)).check()
            expectError("LSTM 'a': an empty sequence has no result: [2, 0, 5]") {
                try (lstm(Tensor(repeating: 1, shape: [2, 0, 5]))).check()
            }
            expectError("expects sequences of rank 3 [batch, steps, …], got [2, 5]") {
                try (lstm(Tensor(repeating: 1, shape: [2, 5]))).check()
            }
            expectError("expects inputs [batch, steps, 5], got [2, 4, 6]") {
                try (lstm(Tensor(repeating: 1, shape: [2, 4, 6]))).check()
            }
            expectError("needs states of shapes [[2, 3], [2, 3]], got [[2, 3]]") {
                _ = try lstm.sequence(x, initialState: [Tensor(repeating: 0, shape: [2, 3])])
            }
            expectError("single output tensor") {
                _ = try Sequential([Input(shape: [4, 5]), GRU(2, returnState: true)])
            }
            expectError("single output tensor") {
                _ = try Sequential([Input(shape: [4, 5]), Bidirectional(GRU(2), mergeMode: nil)])
            }
            expectError("Input(shape:batchSize:)") {
                _ = try Sequential([Input(shape: [4, 5]), GRU(2, stateful: true)])
            }
            expectError("differ in goBackwards, both have true") {
                try (Bidirectional(GRU(2, goBackwards: true))(x)).check()
            }
            expectError("agree in returnSequences, got false and true") {
                let backward = GRU(2, returnSequences: true, goBackwards: true)
                try (Bidirectional(GRU(2), backwardLayer: backward)(x)).check()
            }
            expectError("states are [[2, 2]], its step gave [[2, 4]]") {
                try (RNN(Wrong())(x)).check()
            }
            expectError("units must be positive, got 0") { try (LSTM(0)(x)).check() }
            expectError("rank 3 or more [batch, steps, …], got (None, 5)") {
                try (TimeDistributed(Dense(2))(Tensor(repeating: 1, shape: [2, 5]))).check()
            }
            expectError("put it into an RNN") { try (LSTMCell(2)(x)).check() }
            expectError("expects a mask of shape [2, 4], got [2, 3]") {
                var masked = x
                masked.mask = Tensor([Bool](repeating: true, count: 6), shape: [2, 3])
                try (lstm(masked)).check()
            }
        }
    }

    @Test("A number outside of the vocabulary is named with its place") func vocabulary() throws {
        try withBackend(.cpu) {
            let model = try Sequential([Input(shape: [3]), Embedding(10, 2, name: "words")])
            try model.compile(loss: "mse")
            let good: [Int32] = [0, 1, 2, 9, 8, 7]
            _ = try model.predict(NDArray(good, shape: [2, 3]))
            for (bad, text) in [(Int32(10), "10"), (-1, "-1")] {
                let x = NDArray(good.dropLast() + [bad], shape: [2, 3])
                let expected =
                    "Embedding 'words': the number \(text) at [1, 2] is not in the vocabulary 0..<10"
                expectError(expected) { _ = try model.predict(x) }
                let y = NDArray([Float](repeating: 0, count: 12), shape: [2, 3, 2])
                expectError(expected) { try model.fit(x, y, verbose: 0) }
                expectError(expected) { _ = try model.evaluate(x, y, verbose: 0) }
            }
            expectError("the number nan at [0, 0]") {
                _ = try model.predict(NDArray([Float.nan, 1, 2], shape: [1, 3]))
            }
        }
    }

    /// Records an issue unless the code throws an error that contains the text.
    private func expectError(
        _ text: String, _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        do {
            try body()
            Issue.record("no error", sourceLocation: location)
        } catch {
            #expect("\(error)".contains(text), "\(error)", sourceLocation: location)
        }
    }
}
