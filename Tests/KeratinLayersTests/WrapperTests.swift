import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTensor
import Testing

/// Both ways through a table, as Keras computes them.
private struct GoldenReversible: Decodable, Sendable {
    let name: String
    let layer: GoldenObject
    let weights: [GoldenWeight]
    let words: GoldenTensor
    let rows: GoldenTensor
    let embedded: GoldenTensor
    let logits: GoldenTensor
}

/// A wrapper of a user's.
private final class Twice: Wrapper, ConfigurableLayer {
    private let after = Dense(3, name: "after")

    convenience init(from configuration: Configuration) throws {
        self.init(try configuration.layer("layer"), name: configuration.name)
    }

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try after(result(of: input, training: training) * 2)
    }
}

@Suite("Wrappers, reversible embeddings, specifications of inputs", .serialized)
struct WrapperTests {
    @Test("An embedding goes both ways", arguments: Backends.names)
    func reversible(backend: String) throws {
        let file = try GoldenFile<GoldenReversible>.load(
            "reversible_embedding", in: GoldenFileTests.folder)
        try withBackend(BackendChoice(backend)) {
            for golden in file.cases {
                let made = try GoldenLayers.layer(golden.layer)
                let layer = try #require(made as? ReversibleEmbedding)
                try layer.buildIfNeeded(inputShape: [nil, 3])
                #expect(layer.weights.map(\.name) == golden.weights.map(\.name))
                try layer.setWeights(golden.weights.map { try $0.tensor.array() })
                let values = try results([golden.words, golden.rows]) { _, inputs in
                    let embedded = layer(inputs[0])
                    let logits = layer(inputs[1], reverse: true)
                    #expect(embedded.mask != nil && logits.mask == nil)
                    return [embedded, logits]
                }
                expect(values[0], golden.embedded, "\(golden.name): rows")
                expect(values[1], golden.logits, "\(golden.name): logits")
            }
        }
    }

    @Test("A language model shares its table in a graph, and in files")
    func tied() throws {
        try withBackend(.cpu) {
            let words = Input(shape: [5], dtype: .int32)
            let table = ReversibleEmbedding(11, 4)
            let hidden = Dense(4)(table(words))
            let model = try Model(inputs: words, outputs: table(hidden, reverse: true))
            #expect(model.outputShape == [nil, 5, 11])
            #expect(model.weights.count == 3)
            let again = try modelFromJSON(model.toJSON())
            try again.setWeights(model.getWeights())
            let x = NDArray((0..<10).map { Int32($0) }, shape: [2, 5])
            #expect(try again.predict(x) == model.predict(x))
        }
    }

    @Test("Spectral norms come near 1, beside other layers that train", arguments: Backends.names)
    func spectral(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let plain = Dense(6, kernelInitializer: .glorotUniform.seeded(1))
            let wrapped = SpectralNormalization(
                Dense(5, kernelInitializer: .randomNormal(stddev: 3, seed: 2)), powerIterations: 8)
            let model = try Sequential([Input(shape: [4]), plain, wrapped, Dense(1)])
            try model.compile(optimizer: .sgd(learningRate: 0.01), loss: "mse")
            let before = try plain.getWeights()[0].floats()
            let x = NDArray((0..<32).map { Float($0 % 7) / 7 }, shape: [8, 4])
            try model.fit(x, NDArray([Float](repeating: 1, count: 8)), epochs: 3, verbose: 0)
            // The first layer has gradients although the step gives its neighbour in memory a new value.
            #expect(try plain.getWeights()[0].floats() != before)
            let kernel = try wrapped.layer.getWeights()[0]
            // The largest singular value by many iterations on the host.
            var v = [Double](repeating: 1, count: 5)
            var size = 0.0
            for _ in 0..<200 {
                var u = [Double](repeating: 0, count: 6)
                for i in 0..<6 {
                    for j in 0..<5 { u[i] += Double(try kernel.floats()[i * 5 + j]) * v[j] }
                }
                var w = [Double](repeating: 0, count: 5)
                for i in 0..<6 {
                    for j in 0..<5 { w[j] += Double(try kernel.floats()[i * 5 + j]) * u[i] }
                }
                size = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
                v = w.map { $0 / size }
            }
            #expect(abs(size.squareRoot() - 1) < 0.1, "\(size.squareRoot())")
        }
        #expect(throws: KeratinError.self) {
            try SpectralNormalization(Flatten()).buildIfNeeded(inputShape: [nil, 3])
        }
        #expect(throws: KeratinError.self) {
            try SpectralNormalization(Dense(2), powerIterations: 0)
                .buildIfNeeded(inputShape: [nil, 3])
        }
    }

    @Test("A wrapper of a user's has the weights of what it wraps, and comes back") func own()
        throws
    {
        try withBackend(.cpu) {
            CustomObjects.register(layer: Twice.self)
            defer { CustomObjects.removeAll() }
            let model = try Sequential([Input(shape: [4]), Twice(Dense(2, name: "inner"))])
            #expect(model.weights.map(\.shape) == [[4, 2], [2], [2, 3], [3]])
            let again = try modelFromJSON(model.toJSON())
            try again.setWeights(model.getWeights())
            let x = NDArray([1, 2, 3, 4], shape: [1, 4])
            #expect(try again.predict(x) == model.predict(x))
        }
    }

    @Test("Inputs are checked against what a layer asks for") func specifications() throws {
        final class Picky: Layer {
            init(_ specs: [InputSpec]) {
                super.init(name: "picky")
                inputSpecs = specs
            }
            override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
                [inputs[0]]
            }
        }
        try withBackend(.cpu) {
            func problem(_ specs: InputSpec..., inputs: [Shape], dtype: DType = .float32) -> String
            {
                do {
                    let tensors = inputs.map {
                        Tensor(repeating: 0, shape: $0, dtype: dtype)
                    }
                    _ = try Picky(specs).outputs(tensors)
                    return ""
                } catch {
                    return "\(error)"
                }
            }
            #expect(problem(InputSpec(ndim: 2), inputs: [[1, 2]]) == "")
            #expect(
                problem(InputSpec(ndim: 2), inputs: [[2]]).contains("expected ndim 2, found ndim 1")
            )
            #expect(problem(InputSpec(ndim: 2), inputs: [[2]]).hasPrefix("Picky 'picky'"))
            #expect(problem(InputSpec(minNdim: 2), inputs: [[2]]).contains("minNdim 2"))
            #expect(problem(InputSpec(maxNdim: 1), inputs: [[2, 2]]).contains("maxNdim 1"))
            #expect(problem(InputSpec(axes: [-1: 3]), inputs: [[2, 2]]).contains("axis -1"))
            #expect(problem(InputSpec(axes: [-1: 3]), inputs: [[2, 3]]) == "")
            #expect(problem(InputSpec(dtype: .int32), inputs: [[2]]).contains("int32"))
            #expect(problem(InputSpec(dtype: .int32), inputs: [[2]], dtype: .int32) == "")
            #expect(problem(InputSpec(shape: [nil, 3]), inputs: [[2, 3]]) == "")
            #expect(problem(InputSpec(shape: [nil, 3]), inputs: [[2, 4]]).contains("(None, 3)"))
            let image = InputSpec(shape: [nil, 28, 1], allowLastAxisSqueeze: true)
            #expect(problem(image, inputs: [[2, 28]]) == "")
            #expect(problem(image, inputs: [[2, 28, 1]]) == "")
            #expect(problem(image, inputs: [[2, 27]]).contains("shape"))
            #expect(problem(InputSpec(), InputSpec(), inputs: [[2]]).contains("expects 2 inputs"))
            #expect(problem(InputSpec(), InputSpec(optional: true), inputs: [[2]]) == "")
            let graph = #expect(throws: KeratinError.self) {
                try Picky([InputSpec(ndim: 3)])(Input(shape: [4])).check()
            }
            #expect(graph?.description.contains("found ndim 2") == true)
            #expect(
                "\(InputSpec(minNdim: 2, axes: [-1: 3]))" == "InputSpec(minNdim: 2, axes: [-1: 3])")
        }
    }
}
