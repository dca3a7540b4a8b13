import Keratin

// Adds two numbers letter by letter: a sequence in, a sequence out, states from the encoder to the decoder.
let width = 128
let letters = 13
let question = Input(shape: [nil, letters])
let answer = Input(shape: [nil, letters])
let (_, h, c) = LSTM(width, returnState: true)(question)
let decoder = LSTM(width, returnSequences: true, returnState: true)
let read = Dense(letters, activation: .softmax)
let (steps, _, _) = decoder(answer, initialState: [h, c])
let model = try Model(inputs: [question, answer], outputs: read(steps))

/// One-hot letters [count, steps, 13] of "12+345", of " 357", and of "357", each filled up with blanks.
func makeSums(_ count: Int) -> (question: Tensor, shifted: Tensor, answer: Tensor) {
    let alphabet = Array("0123456789+ <")
    let number = Dictionary(uniqueKeysWithValues: zip(alphabet, 0...))
    func code(_ text: String, _ length: Int) -> [Int] {
        (text + String(repeating: " ", count: length - text.count)).map { number[$0]! }
    }
    let pairs = (0..<count).map { _ in (Int.random(in: 0..<1_000), Int.random(in: 0..<1_000)) }
    let answers = pairs.map { code("\($0 + $1)", 5) }
    return (
        Tensor(pairs.map { code("\($0)+\($1)", 7) }).oneHot(letters),
        Tensor(answers.map { [12] + $0.dropLast() }).oneHot(letters),
        Tensor(answers).oneHot(letters)
    )
}
let (questions, shifted, answers) = makeSums(50_000)
try model.compile(optimizer: "adam", loss: "categorical_crossentropy", metrics: ["accuracy"])
try model.fit([questions, shifted], answers, batchSize: 128, epochs: 10, validationSplit: 0.1)

// To answer, the same layers stand in two models of their own.
let encode = try Model(inputs: question, outputs: [h, c])
let stateH = Input(shape: [width])
let stateC = Input(shape: [width])
let (one, nextH, nextC) = decoder(answer, initialState: [stateH, stateC])
let decode = try Model(inputs: [answer, stateH, stateC], outputs: [read(one), nextH, nextC])

var state = try encode.predict(questions[0..<1])
var letter = Tensor([12]).oneHot(letters).reshaped(1, 1, letters)
var text: [Int] = []
for _ in 0..<5 {
    let out = try decode.predict([letter, state[0], state[1]], verbose: 0)
    text.append(try out[0][0, 0].argmax().item())
    letter = Tensor([text.last!]).oneHot(letters).reshaped(1, 1, letters)
    state = [out[1], out[2]]
}
print(text)
