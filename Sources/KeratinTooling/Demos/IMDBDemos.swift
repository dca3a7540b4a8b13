import Keratin
import KeratinModels

extension Demo {
    private static let reviewWords = 20_000

    /// An LSTM that reads the ends of film reviews, as in Keras's `imdb_lstm` example.
    package static let imdbLSTM = Demo(
        name: "imdb-lstm", summary: "an LSTM tells positive film reviews from negative ones",
        epochs: 3, batchSize: 32, optimizers: [.adam(), .rmsprop(), .sgd()],
        loss: .binaryCrossentropy(), load: { try reviews(maxlen: 80) },
        makeModel: {
            try Sequential {
                Input(shape: [80], dtype: .int32)
                Embedding(reviewWords, 128)
                LSTM(128, dropout: 0.2, recurrentDropout: 0.2)
                Dense(1, activation: .sigmoid)
            }
        },
        vocabularySize: reviewWords)

    /// Two LSTMs that read in both directions, as in Keras's `imdb_bidirectional_lstm` example.
    package static let imdbBiLSTM = Demo(
        name: "imdb-bilstm", summary: "the same with LSTMs in both directions",
        epochs: 4, batchSize: 32, optimizers: [.adam(), .rmsprop(), .sgd()],
        loss: .binaryCrossentropy(), load: { try reviews(maxlen: 100) },
        makeModel: {
            try Sequential {
                Input(shape: [100], dtype: .int32)
                Embedding(reviewWords, 128)
                Bidirectional(LSTM(64))
                Dropout(0.5)
                Dense(1, activation: .sigmoid)
            }
        },
        vocabularySize: reviewWords)

    /// The last words of each review, or padding before them, and 1 for a positive one.
    private static func reviews(maxlen: Int) throws -> Samples {
        let reviews = try IMDB.load(numWords: reviewWords)
        func part(_ part: IMDBReviews.Part) throws -> (x: NDArray, y: NDArray) {
            (
                try padSequences(part.x, maxlen: maxlen),
                try NDArray(part.y.floats(), shape: [part.y.count, 1])
            )
        }
        let test = try part(reviews.test)
        return Samples(
            train: try part(reviews.train), test: test,
            figures: { trained in
                let best = trained.history["val_accuracy"]?.max()
                return [trained.testAccuracy, Figure("best accuracy", best)]
            },
            closing: { try examples(reviews, test.y, $0.predictions) })
    }

    /// The ends of some test reviews with their predicted sentiment, one that is wrong among them.
    private static func examples(
        _ reviews: IMDBReviews, _ labels: NDArray, _ predictions: NDArray
    ) throws -> String {
        let (right, positive) = (try labels.floats(), try predictions.floats())
        let wrong = right.indices.filter { (right[$0] > 0.5) != (positive[$0] > 0.5) }
        return try (Array(right.indices.prefix(4)) + wrong.prefix(1)).map { review in
            let isPositive = positive[review] > 0.5
            let isRight = isPositive == (right[review] > 0.5)
            let sure = Double(isPositive ? positive[review] : 1 - positive[review])
            let words = try reviews.text(reviews.test.x[review].suffix(40)).split(separator: " ")
            return """
                \(isPositive ? "positive" : "negative"), \(decimal(sure * 100, 0)) % sure, \
                \(isRight ? "right" : "wrong"):
                \(wrapped(["…"] + words.map(String.init), indent: "    "))
                """
        }.joined(separator: "\n")
    }

    /// Words in lines that fit the terminal.
    private static func wrapped(_ words: [String], indent: String) -> String {
        let width = min(Terminal.columns, 100)
        return words.reduce(into: [indent]) { lines, word in
            let line = lines[lines.count - 1]
            if line.count + word.count >= width, line != indent {
                lines.append(indent + word)
            } else {
                lines[lines.count - 1] += line == indent ? word : " " + word
            }
        }.joined(separator: "\n")
    }
}
