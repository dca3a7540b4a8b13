// Adds two numbers letter by letter: a sequence in, a sequence out, states from the encoder to the decoder.
import Keratin

let (width, letters) = (128, 13)
let (question, answer) = (Input(shape: [nil, letters]), Input(shape: [nil, letters]))
let encoded = try LSTM(width, returnState: true).outputs(question)
let states = Array(encoded.dropFirst())
let decoder = LSTM(width, returnSequences: true, returnState: true)
let read = Dense(letters, activation: .softmax)
let steps = try decoder(answer, initialState: states)
let model = try Model(inputs: [question, answer], outputs: read(steps[0]))

let alphabet = Array("0123456789+ <")
let number = Dictionary(uniqueKeysWithValues: zip(alphabet, Int32(0)...))

func code(_ text: String, _ length: Int) -> [Int32] {
    (text + String(repeating: " ", count: length - text.count)).map { number[$0]! }
}

func hot(_ rows: [[Int32]]) throws -> NDArray {
    let flat = Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    return NDArray(flat.oneHot(letters))
}

/// One-hot letters [count, steps, 13] of "12+345", of "<357", and of "357", each filled up with blanks.
func makeSums(_ count: Int) throws -> (question: NDArray, shifted: NDArray, answer: NDArray) {
    let pairs = (0..<count).map { _ in (Int.random(in: 0..<100), Int.random(in: 0..<100)) }
    let answers = pairs.map { code("\($0 + $1)", 4) }
    return (
        try hot(pairs.map { code("\($0)+\($1)", 5) }),
        try hot(answers.map { [12] + $0.dropLast() }), try hot(answers)
    )
}

let (questions, shifted, answers) = try makeSums(5_000)
try model.compile(
    optimizer: .adam(learningRate: 0.005), loss: "categorical_crossentropy", metrics: ["accuracy"])
try model.fit([questions, shifted], answers, batchSize: 128, epochs: 4, validationSplit: 0.1)

// To answer, the same layers stand in two models of their own.
let encode = try Model(inputs: question, outputs: states)
let (stateH, stateC) = (Input(shape: [width]), Input(shape: [width]))
let next = try decoder(answer, initialState: [stateH, stateC])
let decode = try Model(
    inputs: [answer, stateH, stateC], outputs: [read(next[0]), next[1], next[2]])

var state = try encode.predictAll(questions[0..<1])
var letter = try hot([[12]])
var text = ""
for _ in 0..<4 {
    let out = try decode.predictAll([letter, state[0], state[1]])
    let best: Int32 = try out[0].argmax().item()
    text.append(alphabet[Int(best)])
    letter = try hot([[best]])
    state = [out[1], out[2]]
}
let asked = try questions[0].argmax(axis: -1).int32s()
print(String(asked.map { alphabet[Int($0)] }), "=", text)
