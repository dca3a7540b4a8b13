import Keratin

extension Demo {
    /// The kinds of characters in Tiny Shakespeare.
    private static let characterCount = 65

    /// A model that guesses each next character of Shakespeare's plays, and so can write on.
    ///
    /// Windows of 100 characters; the last tenth of the text is tested on, as in Karpathy's char-rnn.
    package static let shakespeare = Demo(
        name: "shakespeare", summary: "a GRU learns to write like Shakespeare, letter by letter",
        epochs: 5, batchSize: 32, optimizers: [.adam(learningRate: 4e-3), .rmsprop()],
        loss: .sparseCategoricalCrossentropy(), load: { try plays(window: 100) },
        makeModel: { try characterModel(steps: 100, batchSize: nil, stateful: false) },
        vocabularySize: characterCount)

    /// A probability for every next character: [batch, steps] becomes [batch, steps, characters].
    /// - Parameter stateful: whether it remembers what it read in the batch before.
    private static func characterModel(
        steps: Int, batchSize: Int?, stateful: Bool
    ) throws -> Sequential {
        try Sequential {
            Input(shape: [steps], batchSize: batchSize, dtype: .int32)
            Embedding(characterCount, 64)
            GRU(256, returnSequences: true, stateful: stateful)
            Dense(characterCount, activation: .softmax)
        }
    }

    private static func plays(window: Int) throws -> Samples {
        let text = try TinyShakespeare.load()
        let vocabulary = try CharacterVocabulary(text)
        let numbers = try vocabulary.encode(text)
        let split = numbers.count / 10 * 9
        return Samples(
            train: try windows(numbers[..<split], window),
            test: try windows(numbers[split...], window),
            figures: {
                [Figure("loss per character", $0.history["val_loss"]?.last), $0.testAccuracy]
            },
            afterEpoch: { model in
                // The same weights, but one character at a time and with a memory of those before.
                let reader = try characterModel(steps: 1, batchSize: 1, stateful: true)
                try reader.setWeights(model.getWeights())
                let writer = TextWriter(model: reader, vocabulary: vocabulary)
                return try [0.5, 1.0].map { temperature in
                    let text = try writer.text(
                        after: "ROMEO:", count: 200, temperature: temperature, seed: 1)
                    return "--- temperature \(temperature)\nROMEO:\(text)"
                }.joined(separator: "\n") + "\n---"
            })
    }

    /// Windows side by side, and the same ones a character later.
    package static func windows(
        _ numbers: ArraySlice<Int32>, _ length: Int
    ) throws -> (x: NDArray, y: NDArray) {
        let count = (numbers.count - 1) / length
        let kept = numbers.prefix(count * length)
        let next = numbers.dropFirst().prefix(count * length)
        return (
            NDArray(Array(kept), shape: [count, length]),
            NDArray(Array(next), shape: [count, length])
        )
    }
}
