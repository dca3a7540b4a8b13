import Keratin
import Testing

/// A weight is one thing, whichever model holds its layer.
@Suite("Shared layers", .serialized)
struct SharedLayerTests {
    private struct Pair {
        let shared = Dense(6, activation: .tanh, name: "shared")
        let a: Sequential
        let b: Sequential
        let x: NDArray
        let y: NDArray

        init(optimizer: Optimizer = .adam(learningRate: 0.01)) throws {
            let numbers: [Float] = (0..<32 * 4).map { Float($0 * 29 % 53) / 26 - 1 }
            x = Tensor(numbers, shape: [32, 4])
            y = NDArray((0..<32).map { Float($0 % 5) / 5 }, shape: [32, 1])
            a = try Sequential([
                Input(shape: [4]), Dense(4, name: "below"), shared, Dense(1, name: "head_a"),
            ])
            b = try Sequential([Input(shape: [4]), shared, Dense(1, name: "head_b")])
            for model in [a, b] { try model.compile(optimizer: optimizer, loss: "mse") }
        }

        func fit(_ model: Sequential) throws {
            try model.fit(x, y, batchSize: 8, epochs: 2, verbose: 0, shuffle: false)
        }

        var weights: [[Float]] { get throws { try shared.getWeights().map { try $0.floats() } } }
    }

    @Test("Each training moves the layer, and both models see it", arguments: Backends.names)
    func trainings(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let pair = try Pair()
            var last = try pair.weights
            for model in [pair.a, pair.b, pair.a, pair.b, pair.b, pair.a] {
                try pair.fit(model)
                let now = try pair.weights
                #expect(now != last)
                last = now
                // What a model computes is what a fresh one with the same weights computes.
                for model in [pair.a, pair.b] {
                    let copy = try Sequential(
                        model.layers.map { layer in
                            Dense(
                                layer.weights[1].count,
                                activation: layer === pair.shared ? .tanh : .linear)
                        })
                    try copy.build(inputShape: [nil, 4])
                    try copy.setWeights(try model.getWeights())
                    #expect(try copy.predict(pair.x) == model.predict(pair.x))
                }
            }
        }
    }

    @Test("Plain gradient descent over two models adds up", arguments: Backends.names)
    func steps(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let pair = try Pair(optimizer: .sgd(learningRate: 0.05))
            // Without momentum a step depends on the weights alone: alternating steps must equal those of models that
            // are compiled anew before each.
            let start = try (pair.a.getWeights(), pair.b.getWeights())
            for _ in 0..<3 {
                try pair.a.trainOnBatch(pair.x, pair.y)
                try pair.b.trainOnBatch(pair.x, pair.y)
            }
            let alternating = try (pair.a.getWeights(), pair.b.getWeights())
            try pair.a.setWeights(start.0)
            try pair.b.setWeights(start.1)
            for _ in 0..<3 {
                for model in [pair.a, pair.b] {
                    try model.compile(optimizer: .sgd(learningRate: 0.05), loss: "mse")
                    try model.trainOnBatch(pair.x, pair.y)
                }
            }
            #expect(try pair.a.getWeights() == alternating.0)
            #expect(try pair.b.getWeights() == alternating.1)
        }
    }

    @Test("setWeights and freezing reach both", arguments: Backends.names)
    func setAndFreeze(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let pair = try Pair()
            try pair.fit(pair.a)
            try pair.fit(pair.b)
            let zeros = try pair.shared.getWeights().map {
                try NDArray([Float](repeating: 0, count: $0.floats().count), shape: $0.shape)
            }
            try pair.shared.setWeights(zeros)
            for model in [pair.a, pair.b] {
                // Behind zeros only the head's bias is left.
                let bias = try model.layers.last!.getWeights()[1].floats()[0]
                #expect(try model.predict(pair.x).floats().allSatisfy { $0 == bias })
            }
            pair.shared.trainable = false
            try pair.b.compile(optimizer: .adam(learningRate: 0.01), loss: "mse")
            try pair.fit(pair.b)
            #expect(try pair.shared.getWeights() == zeros)
            // `a` was compiled before the layer was frozen, and goes on as it was.
            try pair.fit(pair.a)
            #expect(try pair.shared.getWeights() != zeros)
        }
    }

    @Test("An optimizer keeps its slots while its layer is trained elsewhere")
    func slots() throws {
        try withBackend(.cpu) {
            func make() throws -> Pair {
                try Pair(optimizer: .sgd(learningRate: 0.01, momentum: 0.9))
            }
            let (disturbed, alone) = (try make(), try make())
            try alone.a.setWeights(try disturbed.a.getWeights())
            for pair in [disturbed, alone] { try pair.a.trainOnBatch(pair.x, pair.y) }
            let weights = try alone.a.getWeights()
            #expect(try disturbed.a.getWeights() == weights)
            try disturbed.b.trainOnBatch(disturbed.x, disturbed.y)
            try disturbed.a.setWeights(weights)
            for pair in [disturbed, alone] { try pair.a.trainOnBatch(pair.x, pair.y) }
            #expect(try disturbed.a.getWeights() == alone.a.getWeights())
        }
    }

    @Test("A moved model says what the other must do", .enabled(if: Backends.hasOpenCL))
    func moves() throws {
        let pair = try withBackend(.cpu) { try Pair() }
        for model in [pair.a, pair.b] { try pair.fit(model) }
        let expected = try pair.b.predict(pair.x).floats()
        try pair.a.move(to: .opencl)
        #expect(throws: KeratinError.self) { try pair.b.predict(pair.x) }
        #expect(throws: KeratinError.self) { try pair.fit(pair.b) }
        try pair.b.move(to: .opencl)
        let moved = try pair.b.predict(pair.x).floats()
        #expect(zip(moved, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        for model in [pair.a, pair.b, pair.a] {
            let before = try pair.weights
            try pair.fit(model)
            #expect(try pair.weights != before)
        }
        // There and back again: `b` finds its weights where they are.
        try pair.a.move(to: .cpu)
        try pair.b.move(to: .cpu)
        for model in [pair.a, pair.b] { try pair.fit(model) }
    }
}
