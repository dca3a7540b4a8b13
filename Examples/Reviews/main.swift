import Keratin

let (train, test) = try IMDB.loadTexts()
let vectorize = TextVectorization(maxTokens: 20_000, outputSequenceLength: 200)
try vectorize.adapt(train.texts)

let model = try Sequential {
    Embedding(20_000, 64, maskZero: true)
    Bidirectional(LSTM(32, dropout: 0.2))
    Dense(1, activation: .sigmoid)
}
try model.compile(
    optimizer: .adam(learningRate: 1e-3), loss: .binaryCrossentropy, metrics: [.accuracy])
try model.fit(vectorize(train.texts), train.y, batchSize: 64, epochs: 2, validationSplit: 0.2)
print(try model.evaluate(vectorize(test.texts), test.y))

let endToEnd = try Sequential([vectorize, model])  // from text to answer, in one file
try endToEnd.save("reviews.keras")
let loaded = try loadModel("reviews.keras")
print(try loaded.predict(["A film to see twice", "Two hours that I will not get back"]))
