// A lecture on what a classifier of pictures is built of: layers on a stack, convolution, pooling, dropout, testing.
// Its pictures, 32×32 in three colours, are made here: noise with a brighter band, whose height is the class.
import Keratin

func pictures(_ count: Int) -> (x: Tensor, y: Tensor) {
    let y = Tensor.randomIntegers([count], in: 0..<10)
    let bands = ops.pad(ops.repeat(y.oneHot(10), 3, axis: 1), [[0, 0], [1, 1]])
    return (random.uniform([count, 32, 32, 3]) + 0.3 * bands.reshaped(count, 32, 1, 1), y)
}
let (train, test) = (pictures(2_000), pictures(500))
let (xNormalized, xNormalizedTest) = (train.x / 1.3 - 0.5, test.x / 1.3 - 0.5)
let yOneHot = try toCategorical(train.y, 60)
let yOneHotTest = try toCategorical(test.y, 60)

// Layers on a stack, one by one. The first is told the shape of a picture, the others find theirs.
var model = Sequential()
try model.add(Flatten(inputShape: [32, 32, 3]))
try model.add(Dense(100))
try model.add(Activation("relu"))
try model.add(Dense(60))
try model.add(Activation("relu"))
try model.add(Activation("softmax"))

// Compiling, training, testing: a line each.
try model.compile("adam", "categorical_crossentropy", ["accuracy"])
let history = try model.fit(xNormalized, yOneHot, epochs: 10, validationSplit: 0.2)
let metrics = try model.evaluate(xNormalizedTest, yOneHotTest)

// A stack that starts with a convolution …
let inputShape = [32, 32, 3]
model = Sequential()
try model.add(Conv2D(32, kernelSize: [3, 3], activation: "relu", inputShape: inputShape))
// … has pooling …
try model.add(MaxPooling2D(poolSize: [2, 2]))
// … and dropout, and ends as the other one does.
try model.add(Dropout(0.5))
try model.add(Flatten())
try model.add(Dense(60, activation: "softmax"))
model.summary()

// Testing: how good is it?
try model.compile("adam", "categorical_crossentropy", ["accuracy"])
try model.fit(xNormalized, yOneHot, epochs: 10, validationSplit: 0.2)
print("dense:", metrics)
print("convolution:", try model.evaluate(xNormalizedTest, yOneHotTest))
