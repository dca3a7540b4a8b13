import Keratin

// A layer made of layers: weights and files follow by themselves.
final class TransformerBlock: Layer {
    let attention: MultiHeadAttention, dense: Sequential
    let first = LayerNormalization(), second = LayerNormalization(), dropout = Dropout(0.1)

    init(_ width: Int, heads: Int) throws {
        attention = MultiHeadAttention(numHeads: heads, keyDim: width / heads)
        dense = try Sequential([Dense(4 * width, activation: .gelu), Dense(width)])
        super.init()
    }

    override func call(_ x: Tensor) -> Tensor {
        let attended = first(x + attention(x, x, useCausalMask: true))
        return second(attended + dropout(dense(attended)))
    }
}

let tokens = Input(shape: [64], dtype: .int32)
var x = Embedding(20_000, 128, maskZero: true)(tokens) + Embedding(64, 128)(ops.arange(64))
for _ in 0..<2 { x = try TransformerBlock(128, heads: 4)(x) }
let model = try Model(
    inputs: tokens, outputs: Dense(1, activation: .sigmoid)(GlobalAveragePooling1D()(x)))

let (train, test) = try IMDB.load(numWords: 20_000)
let pad = { try padSequences($0, maxlen: 64) }
try model.compile(
    optimizer: AdamW(learningRate: 3e-4, weightDecay: 0.01), loss: .binaryCrossentropy,
    metrics: [.accuracy])
try model.fit(
    pad(train.x), train.y, batchSize: 64, epochs: 5,
    validationData: (pad(test.x), test.y))
