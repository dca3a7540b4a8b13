// A small transformer reads sequences of words and says whether word 1 stands before word 2.
import Keratin

/// A layer made of layers: weights and files follow by themselves.
final class TransformerBlock: Layer {
    let attention: MultiHeadAttention
    let dense: Sequential
    let first = LayerNormalization()
    let second = LayerNormalization()
    let dropout = Dropout(0.1)

    init(_ width: Int, heads: Int) throws {
        attention = MultiHeadAttention(numHeads: heads, keyDim: width / heads)
        dense = try Sequential([Dense(4 * width, activation: .gelu), Dense(width)])
        super.init()
    }

    override func call(_ x: Tensor, training: Bool) throws -> Tensor {
        let attended = try first(x + attention(x, x, training: training))
        let more = dropout(dense(attended), training: training)
        return second(attended + more)
    }
}

let (vocabulary, length, width) = (50, 24, 32)
let words = Input(shape: [length], dtype: .int32)
let places = Embedding(length, width)(ops.arange(length))
var x = Embedding(vocabulary, width)(words) + places
for _ in 0..<2 { x = try TransformerBlock(width, heads: 4)(x) }
let answer = Dense(1, activation: .sigmoid)(GlobalAveragePooling1D()(x))
let model = try Model(inputs: words, outputs: answer)
model.summary()

/// Sequences of other words with a 1 and a 2 among them, and 1 where the 1 comes first.
func makeTexts(_ count: Int) throws -> (words: NDArray, answers: NDArray) {
    var (texts, answers) = ([Int32](), [Float]())
    for _ in 0..<count {
        var text = (0..<length).map { _ in Int32.random(in: 3..<Int32(vocabulary)) }
        let spots = (0..<length).shuffled().prefix(2)
        text[spots[0]] = 1
        text[spots[1]] = 2
        texts += text
        answers.append(spots[0] < spots[1] ? 1 : 0)
    }
    return (
        NDArray(texts, shape: [count, length]), NDArray(answers, shape: [count, 1])
    )
}

let (train, test) = (try makeTexts(4_000), try makeTexts(500))
try model.compile(
    optimizer: .adamW(learningRate: 1e-3, weightDecay: 0.01), loss: .binaryCrossentropy,
    metrics: ["accuracy"])
try model.fit(
    train.words, train.answers, batchSize: 64, epochs: 4, validationData: (test.words, test.answers)
)
