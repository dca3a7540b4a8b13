// Whether two digits are the same: one tower of layers looks at both, and equal digits end near each other.
import Keratin

let tower = try Sequential {  // one set of weights, used twice
    Input(shape: [8, 8, 1])
    Conv2D(32, 3, activation: .relu)
    MaxPooling2D(2)
    Flatten()
    Dense(64)
}
let (left, right) = (Input(shape: [8, 8, 1]), Input(shape: [8, 8, 1]))
let difference = tower(left) - tower(right)
let distance = ops.sqrt(ops.sum(difference ** 2, axis: -1, keepDims: true) + 1e-7)
let model = try Model(inputs: [left, right], outputs: distance)

// Contrastive loss: the same digits belong together, others at a distance of 1 at least.
let contrastive = Loss("contrastive") { same, distance in
    let near = same * distance ** 2
    let far = (1 - same) * ops.maximum(1 - distance, 0) ** 2
    return (near + far).mean(axis: -1)
}
try model.compile(optimizer: "adam", loss: contrastive)

// Pairs: each digit beside one of the same class, and beside the next in the list.
let digits = try OpticalDigits.load().train
let count = 2_000
let x = try Tensor(digits.x.floats(), shape: digits.x.shape)
let labels = try digits.y.floats()
var latest: [Float: Int] = [:]
var partners: [Int32] = []
for index in 0..<count {
    let twin = latest[labels[index]] ?? index
    partners.append(Int32(index.isMultiple(of: 2) ? twin : (index + 1) % count))
    latest[labels[index]] = index
}
let first = x[0..<count]
let second = ops.take(x, Tensor(partners, shape: [count]), axis: 0)
let same = NDArray(zip(0..<count, partners).map { labels[$0] == labels[Int($1)] ? 1 : 0 })
try model.fit([NDArray(first), NDArray(second)], same, epochs: 4)

let distances = try model.predict([NDArray(first), NDArray(second)]).floats()
let correct = zip(distances, try same.floats()).count { ($0 < 0.5) == ($1 == 1) }
print("told apart: \(correct * 100 / count) % of the pairs")
tower.trainable = false  // the tower describes digits for other models
print("a digit in 64 numbers:", try tower.predict(NDArray(x[0..<1])).floats().prefix(4), "…")
