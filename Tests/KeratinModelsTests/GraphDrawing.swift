import Keratin
import KeratinCore
import KeratinTensor

/// Draws functional models, the same from the same seed: several inputs and outputs, shared layers, nested models, merges, masks,
/// recurrent layers with states, convolutions and operations as nodes, a loss and metrics for each output.
struct GraphDrawing {
    static let samples = 5

    /// A model with data to train it on.
    struct Sample {
        var model: Model
        var x: [NDArray]
        var y: [NDArray]
        var losses: [Loss]
        var metrics: [[Metric]]
        var lossWeights: [Double]

        func compile() throws {
            if losses.count == 1 {
                try model.compile(
                    optimizer: .sgd(learningRate: 0.05), loss: losses[0], metrics: metrics[0])
            } else {
                let names = model.outputNames
                try model.compile(
                    optimizer: .sgd(learningRate: 0.05),
                    loss: Dictionary(uniqueKeysWithValues: zip(names, losses)),
                    metrics: Dictionary(uniqueKeysWithValues: zip(names, metrics)),
                    lossWeights: Dictionary(uniqueKeysWithValues: zip(names, lossWeights)))
            }
        }
    }

    private var generator: PhiloxGenerator
    private var inputs: [Input] = []
    private var data: [NDArray] = []
    /// A layer that several towers use, by the width that it takes.
    private var shared: [Int: Dense] = [:]

    static func sample(_ seed: Int) throws -> Sample {
        RandomSeed.set(UInt64(seed))
        var drawing = GraphDrawing(generator: PhiloxGenerator(seed: UInt64(seed), stream: 19))
        return try drawing.sample()
    }

    // MARK: Drawing

    private mutating func below(_ limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &generator)
    }
    private mutating func size() -> Int { 2 + below(5) }
    private mutating func pick<Choice>(_ choices: Choice...) -> Choice {
        choices[below(choices.count)]
    }

    private mutating func numbers(_ shape: Shape) throws -> NDArray {
        NDArray(
            (0..<shape.count).map { _ in Float(generator.uniform() * 4 - 2) }, shape: shape)
    }

    private mutating func classes(_ shape: Shape, below limit: Int) throws -> NDArray {
        NDArray((0..<shape.count).map { _ in Int32(below(limit)) }, shape: shape)
    }

    private mutating func dense(_ units: Int? = nil) -> Dense {
        Dense(
            units ?? size(),
            activation: pick(.linear, .relu, .tanh, .sigmoid, .softplus, .gelu))
    }

    private mutating func input(_ shape: [Int?], _ array: NDArray, _ dtype: DType = .float32)
        -> Tensor
    {
        let input = Input(shape: shape, dtype: dtype)
        inputs.append(input)
        data.append(array)
        return input.tensor
    }

    // MARK: Towers

    private mutating func tower() throws -> Tensor {
        let n = Self.samples
        var x: Tensor
        switch below(5) {
        case 0:
            x = try Embedding(9, size(), maskZero: pick(true, false))(
                input([6], classes([n, 6], below: 9), .int32))
        case 1:
            let width = size()
            var array = try numbers([n, 5, width]).floats()
            // The last steps of some samples do not count.
            for sample in 0..<n {
                for index in (sample * 5 + 5 - below(4)) * width..<(sample + 1) * 5 * width {
                    array[index] = 0
                }
            }
            x = input([pick(nil, 5), width], NDArray(array, shape: [n, 5, width]))
            if pick(true, false) { x = Masking()(x) }
        case 2:
            let channels = 1 + below(3)
            x = input([6, 6, channels], try numbers([n, 6, 6, channels]))
        default:
            let width = size()
            x = input([width], try numbers([n, width]))
        }
        for _ in 0..<below(3) { x = try step(x) }
        return try vector(x)
    }

    private func rank(_ x: Tensor) -> Int { SymbolicType(of: x).extents.count }
    private func width(_ x: Tensor) -> Int { (SymbolicType(of: x).extents.last ?? nil) ?? 0 }

    /// Some layer or operation that keeps the rank.
    private mutating func step(_ x: Tensor) throws -> Tensor {
        switch rank(x) {
        case 2: return try vectorStep(x)
        case 3: return try sequenceStep(x)
        default: return try imageStep(x)
        }
    }

    private mutating func vectorStep(_ x: Tensor) throws -> Tensor {
        let width = width(x)
        switch below(9) {
        case 0: return LayerNormalization()(x)
        case 1: return BatchNormalization()(x)
        case 2: return x * 2 - 0.5
        case 3: return x.tanh() + x.mean(axes: [-1], keepDimensions: true)
        case 4: return 1 / (1 + x.square())
        case 5:
            let twice = Dense(width, activation: .tanh)
            return Add()([x, twice(twice(x))])
        case 6:
            // Two inputs, one of which is used twice.
            let (a, b) = (Input(shape: [width]), Input(shape: [width]))
            let inner = try Model(
                inputs: [a, b], outputs: Concatenate()([dense()(a), Multiply()([a, b])]))
            return inner([x, x.sigmoid()])
        case 7: return try Sequential([dense(), Activation(.tanh)])(x)
        default:
            let layer = shared[width] ?? dense()
            shared[width] = layer
            return layer(x)
        }
    }

    private mutating func sequenceStep(_ x: Tensor) throws -> Tensor {
        switch below(6) {
        case 0:
            return Conv1D(
                size(), kernelSize: 3, padding: .same, activation: pick(.relu, .tanh))(x)
        case 1: return TimeDistributed(dense())(x)
        case 2:
            let results = try GRU(4, returnSequences: true, returnState: true).outputs(x)
            return results[0] * results[1].expandingDimension(at: 1)
        case 3:
            // The states of one are the start of the other.
            let first = try LSTM(3, returnSequences: true, returnState: true).outputs(x)
            return LSTM(3, returnSequences: true)(
                first[0], initialState: Array(first.dropFirst()))
        case 4: return LayerNormalization()(x)
        default: return Bidirectional(SimpleRNN(3, returnSequences: true))(x)
        }
    }

    private mutating func imageStep(_ x: Tensor) throws -> Tensor {
        switch below(5) {
        case 0: return BatchNormalization()(x)
        case 1:
            let gate = Conv2D(width(x), kernelSize: 1)(x)
            return Multiply()([x, gate.sigmoid()])
        case 2:
            let small = MaxPooling2D()(x)
            return Concatenate()([x, UpSampling2D(size: 2)(small)])
        case 3: return DepthwiseConv2D(3, padding: .same)(x)
        default:
            return Conv2D(
                size(), kernelSize: 3, padding: .same, activation: pick(.relu, .tanh, .linear))(x)
        }
    }

    private mutating func vector(_ x: Tensor) throws -> Tensor {
        switch rank(x) {
        case 2: return x
        case 3:
            switch below(4) {
            case 0: return LSTM(size())(x)
            case 1: return GRU(size())(x)
            case 2: return Bidirectional(LSTM(3))(x)
            default: return GlobalAveragePooling1D()(x)
            }
        default:
            return pick(true, false)
                ? GlobalAveragePooling2D()(x) : Flatten()(AveragePooling2D()(x))
        }
    }

    private mutating func merge(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let kind = below(8)
        if kind == 0 { return Concatenate()([a, b]) }
        let b = width(a) == width(b) ? b : Dense(width(a))(b)
        switch kind {
        case 1: return Add()([a, b])
        case 2: return Subtract()([a, b])
        case 3: return Multiply()([a, b])
        case 4: return Average()([a, b, a])
        case 5: return Maximum()([a, b])
        case 6: return Minimum()([a, b])
        default: return Dot(axes: 1)([a, b])
        }
    }

    // MARK: The whole

    private mutating func sample() throws -> Sample {
        var towers: [Tensor] = []
        for _ in 0..<(1 + below(3)) { towers.append(try tower()) }
        if pick(true, false) { towers.append(try step(towers[0])) }
        var x = towers[0]
        for other in towers.dropFirst() { x = try merge(x, other) }
        var (outputs, losses, metrics): ([Tensor], [Loss], [[Metric]]) = ([], [], [])
        var (labels, weights): ([NDArray], [Double]) = ([], [])
        let n = Self.samples
        for index in 0..<pick(1, 1, 2, 3) {
            var y = x
            for _ in 0..<below(3) { y = try step(y) }
            let name = "out\(index)"
            switch below(3) {
            case 0:
                let units = 1 + below(3)
                outputs.append(Dense(units, name: name)(y))
                losses.append(pick(.meanSquaredError, .huber()))
                metrics.append([.meanAbsoluteError])
                labels.append(try numbers([n, units]))
            case 1:
                outputs.append(Dense(3, activation: .softmax, name: name)(y))
                losses.append(.sparseCategoricalCrossentropy())
                metrics.append([.accuracy])
                labels.append(try classes([n, 1], below: 3))
            default:
                outputs.append(Dense(1, activation: .sigmoid, name: name)(y))
                losses.append(.binaryCrossentropy())
                metrics.append([.accuracy])
                labels.append(try classes([n, 1], below: 2))
            }
            weights.append(pick(1, 0.5, 2))
        }
        return Sample(
            model: try Model(inputs: inputs, outputs: outputs), x: data, y: labels, losses: losses,
            metrics: metrics, lossWeights: weights)
    }
}
