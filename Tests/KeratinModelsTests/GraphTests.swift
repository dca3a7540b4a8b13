import Keratin
import KeratinCore
import Testing

@testable import KeratinModels

/// Graphs of layers: how they are put together, called, trained, and what is said when they cannot be.
@Suite("Graphs of layers")
struct GraphTests {
    private func call(_ layer: Layer, _ inputs: [[Float]], _ shapes: [Shape]) throws -> [Float] {
        try layer(zip(inputs, shapes).map { Tensor($0, shape: $1) }).floats()
    }

    @Test("What joins tensors", arguments: Backends.names)
    func merging(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (a, b): ([Float], [Float]) = ([1, -2, 3, 4, 5, -6], [2, 0.5, -1, 3, 1, 2])
            let shapes: [Shape] = [[2, 3], [2, 3]]
            #expect(try call(Add(), [a, b], shapes) == [3, -1.5, 2, 7, 6, -4])
            #expect(try call(Subtract(), [a, b], shapes) == [-1, -2.5, 4, 1, 4, -8])
            #expect(try call(Multiply(), [a, b], shapes) == [2, -1, -3, 12, 5, -12])
            #expect(try call(Average(), [a, b], shapes) == [1.5, -0.75, 1, 3.5, 3, -2])
            #expect(try call(Maximum(), [a, b], shapes) == [2, 0.5, 3, 4, 5, 2])
            #expect(try call(Minimum(), [a, b], shapes) == [1, -2, -1, 3, 1, -6])
            #expect(
                try call(Concatenate(), [a, b], shapes) == [
                    1, -2, 3, 2, 0.5, -1, 4, 5, -6, 3, 1, 2,
                ])
            #expect(try call(Concatenate(axis: 0), [a, b], shapes) == a + b)
            #expect(try call(Dot(axes: 1), [a, b], shapes) == [-2, 5])
            // The cosine of a vector with itself.
            let cosines = try call(Dot(axes: -1, normalize: true), [a, a], shapes)
            #expect(cosines.allSatisfy { abs($0 - 1) < 1e-6 })
            // A lower rank gets axes behind the batch: [2, 3] + [2, 2, 3].
            let wide: [Float] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
            #expect(
                try call(Add(), [a, wide], [[2, 3], [2, 2, 3]])
                    == [1, -2, 3, 2, -1, 4, 6, 7, -4, 7, 8, -3])
            // Matrices along the axis of each that is named: [1, 2, 3]ᵀ · [1, 2, 2] over the two rows.
            #expect(
                try call(
                    Dot(axes: [1, 1]), [[1, 2, 3, 4, 5, 6], [1, 0, 0, 1]], [[1, 2, 3], [1, 2, 2]])
                    == [1, 4, 2, 5, 3, 6])
        }
    }

    @Test("Masks of what joins tensors", arguments: Backends.names)
    func masks(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func masked(_ values: [Float], _ mask: [Bool]) throws -> Tensor {
                var tensor = Tensor(values, shape: [1, 3, 1])
                tensor.mask = Tensor(mask, shape: [1, 3])
                return tensor
            }
            let a = try masked([1, 5, 3], [true, false, false])
            let b = try masked([4, 2, 7], [true, true, false])
            let sum = Add()([a, b])
            #expect(try sum.mask?.bools() == [true, true, false])
            // Where only one has a mask there is none.
            #expect(try Add()([a, Tensor([1, 1, 1], shape: [1, 3, 1])]).mask == nil)
            // The step that a leaves out counts as one; the step that both leave out is 0.
            #expect(try Multiply()([a, b]).floats() == [4, 2, 0])
            #expect(try Maximum()([a, b]).floats() == [4, 2, 3])
            #expect(try Minimum()([a, b]).floats() == [1, 2, 3])
            #expect(
                try Concatenate(axis: 1)([a, b]).mask?.bools() == [
                    true, false, false, true, true, false,
                ])
        }
    }

    @Test("Two inputs, two outputs, by name and in order", arguments: Backends.names)
    func severalEnds(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let a = Input(shape: [3], name: "a")
            let b = Input(shape: [2], name: "b")
            let joined = Concatenate()([Dense(4, activation: "tanh", name: "left")(a), b])
            let model = try Model(
                inputs: [a, b],
                outputs: [
                    Dense(1, name: "number")(joined),
                    Dense(3, activation: "softmax", name: "kind")(joined),
                ])
            #expect(model.inputNames == ["a", "b"] && model.outputNames == ["number", "kind"])
            #expect(model.layers.map(\.name).prefix(2) == ["a", "left"])
            try model.compile(
                optimizer: .sgd(learningRate: 0.1),
                loss: ["number": "mse", "kind": "sparse_categorical_crossentropy"],
                metrics: ["kind": ["accuracy"]], lossWeights: ["number": 0.5])
            let x = ["a": try numbers([8, 3]), "b": try numbers([8, 2])]
            let y = [
                "number": try numbers([8, 1]),
                "kind": NDArray([0, 1, 2, 0, 1, 2, 0, 1] as [Int32], shape: [8]),
            ]
            let history = try model.fit(x, y, batchSize: 4, epochs: 20, verbose: 0)
            #expect(
                Set(history.history.keys) == ["loss", "number_loss", "kind_loss", "kind_accuracy"])
            let losses = history["loss"] ?? []
            #expect((losses.last ?? 1) < (losses.first ?? 0))
            let figures = try model.evaluate(x, y, verbose: 0)
            let total = 0.5 * figures["number_loss"] + figures["kind_loss"]
            #expect(abs(figures["loss"] - total) < 1e-5)
            // The same in the order of the model.
            let ordered = try model.evaluate(
                [x["a"]!, x["b"]!], [y["number"]!, y["kind"]!], verbose: 0)
            #expect(ordered == figures)
            let results = try model.predictAll(x)
            #expect(results.map(\.shape) == [[8, 1], [8, 3]])
            #expect(try model.testOnBatch(x, y).names.contains("kind_accuracy"))
        }
    }

    private func numbers(_ shape: Shape) throws -> NDArray {
        NDArray((0..<shape.count).map { Float(($0 * 37) % 19) / 19 - 0.5 }, shape: shape)
    }

    @Test(
        "A layer that is used twice has one set of weights, and its gradient is the sum",
        arguments: Backends.names)
    func sharedLayer(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (a, b) = (Input(shape: [2]), Input(shape: [2]))
            let tower = Dense(1, useBias: false, kernelInitializer: .constant(0.5))
            let model = try Model(
                inputs: [a, b], outputs: Subtract()([tower(a), tower(b)]))
            #expect(model.weights.count == 1 && tower.nodes.count == 2)
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
            let x = [NDArray([1, 2], shape: [1, 2]), NDArray([3, -1], shape: [1, 2])]
            try model.trainOnBatch(x, NDArray([0], shape: [1, 1]))
            // y = w·(a − b) = 0.5·(−2) + 0.5·3 = 0.5; the gradient is 2·0.5·(a − b).
            #expect(try model.getWeights()[0].floats() == [0.5 + 0.2, 0.5 - 0.3])
            #expect(words { try tower.output.check() }.contains("2 times"))
        }
    }

    @Test("Inside of a model", arguments: Backends.names)
    func inside(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let x = Input(shape: [4])
            let inner = try Sequential([Input(shape: [4]), Dense(3, activation: "relu"), Dense(2)])
            let model = try Model(inputs: x, outputs: Dense(1)(inner(x) * 2))
            let data = try numbers([5, 4])
            let features = try Model(
                inputs: model.inputs, outputs: [model.getLayer(inner.name).output])
            #expect(try features.predict(data).floats() == inner.predict(data).floats())
            // From a tensor in the middle on.
            let head = try Model(inputs: [inner.nodes[0].outputs[0]], outputs: model.outputs)
            let expected = try model.predict(data)
            #expect(try head.predict(inner.predict(data)).floats() == expected.floats())
            #expect(head.layers.first is Input && inner.nodes.count == 1)
            inner.trainable = false
            #expect(model.trainableWeights.count == 2 && model.weights.count == 6)
            try model.compile(optimizer: "sgd", loss: "mse")
            let before = try inner.getWeights().map { try $0.floats() }
            try model.fit(data, numbers([5, 1]), epochs: 2, verbose: 0)
            #expect(try inner.getWeights().map { try $0.floats() } == before)
            #expect(throws: KeratinError.self) { try model.getLayer("nowhere") }
        }
    }

    @Test("Weights of classes do not count in validation", arguments: Backends.names)
    func classWeights(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let x = Input(shape: [3])
            let model = try Model(inputs: x, outputs: Dense(1, activation: "sigmoid")(x))
            try model.compile(optimizer: .sgd(), loss: "binary_crossentropy")
            let data = try numbers([8, 3])
            let labels = NDArray([0, 1, 1, 0, 1, 0, 1, 1], shape: [8, 1])
            let history = try model.fit(
                data, labels, verbose: 0, validationSplit: 0.5, shuffle: false,
                classWeight: [0: 5, 1: 3])
            let loss = try model.evaluate(data[4..<8], labels[4..<8], verbose: 0)[
                "loss"]
            #expect(abs((history["val_loss"]?[0] ?? 0) - loss) < 1e-6)
        }
    }

    private final class Twin: Model, @unchecked Sendable {
        let first = Dense(4, activation: "tanh")
        let others = [Dense(3), Dense(2)]

        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            others[1](others[0](first(input)) * 0.5)
        }
    }

    @Test("A model with a call of its own finds its layers", arguments: Backends.names)
    func subclass(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = Twin()
            try model.compile(optimizer: .adam(), loss: "mse", metrics: ["mae"])
            let (x, y) = (try numbers([16, 3]), try numbers([16, 2]))
            let history = try model.fit(x, y, epochs: 30, verbose: 0)
            #expect(model.weights.count == 6 && model.layers.count == 3)
            #expect((history["loss"]?.last ?? 1) < (history["loss"]?.first ?? 0))
            #expect(try model.predict(x).shape == [16, 2])
        }
    }

    @Test("From states of an encoder", arguments: Backends.names)
    func states(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let (question, answer) = (Input(shape: [nil, 3]), Input(shape: [nil, 2]))
            let encoded = try LSTM(4, returnState: true).outputs(question)
            #expect(encoded.count == 3)
            let decoder = LSTM(4, returnSequences: true, returnState: true)
            let steps = decoder(answer, initialState: Array(encoded.dropFirst()))
            let model = try Model(inputs: [question, answer], outputs: Dense(2)(steps[0]))
            #expect(model.outputShapes[0].count == 3 && model.outputShapes[0][2] == 2)
            let result = try model.predict([numbers([6, 5, 3]), numbers([6, 7, 2])])
            #expect(result.shape == [6, 7, 2])
            // Another question, another answer.
            let other = try model.predict([numbers([6, 4, 3]), numbers([6, 7, 2])])
            #expect(try result.floats() != other.floats())
        }
    }

    @Test("What cannot be put together is said with names and shapes")
    func mistakes() throws {
        let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [4], name: "b"))
        let misfit = words {
            try Add(name: "sum")([Dense(2, name: "two")(a), Dense(5, name: "five")(b)]).check()
        }
        #expect(
            misfit.contains("'two' (None, 2)") && misfit.contains("'five' (None, 5)")
                && misfit.contains("Add 'sum'"), "\(misfit)")
        let missing = words {
            _ = try Model(inputs: [a], outputs: [Concatenate()([a, b])])
        }
        #expect(missing.contains("needs the input 'b'"), "\(missing)")
        let twice = words {
            _ = try Model(inputs: [a], outputs: [Dense(1, name: "x")(Dense(1, name: "x")(a))])
        }
        #expect(twice.contains("'x' is taken"), "\(twice)")
        let constant = words { _ = try Model(inputs: [a], outputs: [Tensor([1])]) }
        #expect(constant.contains("output 0"), "\(constant)")
        let numbers = words { _ = try Dense(1)(a).floats() }
        #expect(numbers.contains("symbolic"), "\(numbers)")

        let model = try Model(
            inputs: [a, b], outputs: [Dense(1, name: "p")(a), Dense(1, name: "q")(b)])
        let x = [
            "a": NDArray([1, 2, 3], shape: [1, 3]),
            "b": NDArray([1, 2, 3, 4], shape: [1, 4]),
        ]
        let one = NDArray([1], shape: [1, 1])
        #expect(words { _ = try model.predictAll(["a": x["a"]!]) }.contains("'b' is missing"))
        #expect(
            words { _ = try model.predictAll(["a": x["a"]!, "c": one]) }.contains("'c' is unknown"))
        #expect(words { _ = try model.predictAll(x["a"]!) }.contains("2 inputs"))
        #expect(words { try model.compile(loss: ["r": "mse"]) }.contains("'r' is unknown"))
        #expect(
            words { try model.compile(loss: ["p": "mse"], lossWeights: ["q": 2]) }
                .contains("'q' has a loss weight but no loss"))
        #expect(
            words { try model.compile(loss: "mse", metrics: ["mae"]) }.contains("given by name"))
        try model.compile(loss: ["p": "mse"])
        #expect(words { _ = try model.fit(x, ["q": one], verbose: 0) }.contains("'p' are missing"))
        #expect(try model.fit(x, ["p": one], verbose: 0)["loss"]?.count == 1)
    }
}
