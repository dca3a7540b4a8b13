import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// What users get wrong with models, arrays and data, all at once: no message holds debug text, or sizes that nobody gave.
@Suite("Messages of mistakes with models") struct ModelDebugTextTests {
    private let x = Tensor.zeros([7, 5])
    private let y = Tensor.zeros([7, 2])

    private func model(_ loss: Loss = "mse") throws -> Sequential {
        let model = try Sequential([Input(shape: [5]), Dense(2)], name: "net")
        try model.compile(optimizer: "sgd", loss: loss)
        return model
    }

    private func graph() throws -> Model {
        let (a, b) = (Input(shape: [5], name: "a"), Input(shape: [nil, 3], name: "b"))
        let sum = Add()([Dense(2, name: "c")(a), GlobalAveragePooling1D()(Dense(2)(b))])
        let model = try Model(
            inputs: [a, b], outputs: [sum, Dense(1, name: "d")(sum)], name: "two")
        try model.compile(optimizer: "sgd", loss: ["d": "mse"])
        return model
    }

    private func symbolic(_ shape: [Int?], _ layer: Layer) throws {
        try layer(Input(shape: shape)).check()
    }

    @Test("Each of these is an error in plain words")
    func messages() throws {
        let mistakes: [() throws -> Void] = [
            { try model().fit(y, x, verbose: 0) }, { try model().fit(x, x, verbose: 0) },
            { try model().fit(x, y[0..<3], verbose: 0) },
            { try model().fit(x, [x, y], verbose: 0) }, { try graph().fit(x, y, verbose: 0) },
            { try graph().fit([x, x], [y, y], verbose: 0) },
            { try graph().fit(["a": x, "c": x], ["d": y], verbose: 0) },
            { try graph().fit(["a": x], ["d": y], verbose: 0) },
            { _ = try graph().predict(["a": x, "b": x]) },
            { _ = try model().predict(Tensor.zeros([7])) },
            { try model().fit(x, y, verbose: 0, sampleWeight: Tensor.zeros([3])) },
            { try model().fit(x, y, verbose: 0, classWeight: [0: .nan]) },
            { try model().setWeights([x]) }, { try model().setWeights([x, y]) },
            { _ = try model().getLayer("dens") }, { _ = try model().getLayer(index: 9) },
            { try model("nothing").fit(x, y, verbose: 0) },
            { try model("poisson").fit(x, x, verbose: 0) },
            { try model("categorical_crossentropy").fit(x, Tensor.zeros([7]), verbose: 0) },
            {
                try model("sparse_categorical_crossentropy").fit(
                    x, Tensor.zeros([7]) + 3, verbose: 0)
            },
            { try model().compile(optimizer: "sgd", loss: ["none": "mse"]) },
            { try graph().compile(optimizer: "sgd", loss: ["mse"]) },
            { try graph().compile(optimizer: "sgd", loss: ["none": "mse"]) },
            { try model().move(to: "nowhere") }, { try symbolic([5], Conv2D(3, 3)) },
            { try symbolic([4, 5], Conv1D(3, 9)) },
            { try symbolic([4, 5], Reshape([7])) },
            { try symbolic([nil], Dense(3)) },
            { try symbolic([nil, 5], Dense(3, activation: "rel")) },
            { try symbolic([nil, 5], Lambda { x in x.matmul(Tensor.zeros([3, 3])) }) },
            { try symbolic([nil, 5], Lambda { x in x + Tensor.zeros([1, 7, 1]) }) },
            { try symbolic([nil, 5], Lambda { x in x.reshaped([3, 7]) }) },
            { try symbolic([nil, 5], Lambda { x in x.transposed([0, 1]) }) },
            {
                try symbolic(
                    [nil, 5],
                    Lambda { x in Tensor.concatenate([x, Tensor.zeros([1, 2])], axis: 0) })
            },
            { try symbolic([nil, 5], Lambda { x in x[0, 0, 0, 0] }) },
            { try symbolic([nil, 5], TimeDistributed(Dense(0))) },
            { try symbolic([nil, 5], MultiHeadAttention(numHeads: 0, keyDim: 2)) },
            { try symbolic([5], LSTM(3)) }, { try symbolic([nil, 5], RNN(LSTMCell(-1))) },
            { try Concatenate()([Input(shape: [nil, 3]), Input(shape: [4, 4])]).check() },
            { try Add()([Input(shape: [nil, 3]), Input(shape: [4, 4])]).check() },
            { try Dot(axes: 1)([Input(shape: [3]), Input(shape: [4])]).check() },
            { try (x + y).check() }, { try x.matmul(x).check() }, { try x[99].check() },
            { _ = try x.item() },
            { _ = try withBackend("nowhere") { 1 } },
            { try EinsumDense("ab,bc->ad", outputShape: [nil, 4])(x).check() },
            { try BatchNormalization(axis: 9)(x).check() },
            { try Normalization(mean: [1, 2], variance: [1])(x).check() },
            { _ = try padSequences([[1]], maxlen: -1) },
            { try TextVectorization(maxTokens: 0).adapt(["a"]) },
            { try TextVectorization().adapt([String]()) },
            { _ = try toCategorical(Tensor([-1])) }, { _ = try loadModel("nowhere.keras") },
            { _ = try modelFromJSON("{\"class_name\": [1, null]}") },
            {
                _ = try modelFromJSON(
                    "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [3]}}")
            },
        ]
        try withBackend(.cpu) { () throws in
            for (index, mistake) in mistakes.enumerated() {
                let text = words(mistake)
                #expect(text != "no error", "mistake \(index)")
                for mark in [
                    "Optional(", "Keratin", "Swift.", ".some(", "list([", "object([", "ConfigValue",
                    "(Function)", "nil",
                    "960", "1152", "[48", "(48", "[96", "(96", "-1,",
                ] where text.contains(mark) {
                    Issue.record("'\(mark)' is in the message of mistake \(index): \(text)")
                }
            }
        }
    }

    @Test("Sizes that stand for unknown extents are not shown")
    func unknown() throws {
        let text = words {
            try withBackend(.cpu) {
                try symbolic(
                    [nil, 5], Lambda(name: "product") { x in x.matmul(Tensor.zeros([3, 3])) })
            }
        }
        #expect(text.contains("(None, None, 5)") && text.contains("[3, 3]"), "\(text)")
        let joined = words {
            try withBackend(.cpu) {
                try symbolic([5], Lambda(name: "sum") { x in x + Tensor.zeros([7]) })
            }
        }
        #expect(joined.contains("(None, 5)") && joined.contains("[7]"), "\(joined)")
    }
}
