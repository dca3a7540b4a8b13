import Keratin

final class Linear: Layer, ConfigurableLayer {
    let units: Int
    private var kernel: Variable!, bias: Variable!

    init(_ units: Int) {
        self.units = units
        super.init()
    }
    convenience init(from configuration: Configuration) throws {
        self.init(try configuration["units"])
    }
    var configuration: Configuration { ["units": units] }

    override func build(inputShape: Shape) throws {
        kernel = try addWeight(
            "kernel", shape: [inputShape.last, units], initializer: .glorotUniform)
        bias = try addWeight("bias", shape: [units], initializer: .zeros)
    }

    override func call(_ x: Tensor) -> Tensor { x.matmul(kernel) + bias }
}

func swish(_ x: Tensor) -> Tensor { x * x.sigmoid() }
func logCosh(_ truth: Tensor, _ prediction: Tensor) -> Tensor {
    ops.log(ops.cosh(prediction - truth)).mean(axis: -1)
}

final class WithinTen: Metric, @unchecked Sendable {  // a metric with a state of its own
    private lazy var hits = addVariable("hits", initializer: .zeros)
    private lazy var seen = addVariable("seen", initializer: .zeros)

    override func update(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) {
        hits += (ops.abs(prediction - truth) .< 10).sum()
        seen += Float(truth.count)
    }
    override func result() -> Tensor { hits / seen }
}

CustomObjects.register(Linear.self, WithinTen.self)
CustomObjects.register("swish", activation: swish)
CustomObjects.register("log_cosh", loss: logCosh)

let x = Tensor.randomNormal([256, 4], seed: 1)
let y = x.sum(axis: -1, keepDims: true)
let model = try Sequential([Input(shape: [4]), Linear(16), Activation(swish), Linear(1)])
try model.compile(
    optimizer: Adam(ExponentialDecay(0.01, decaySteps: 100, decayRate: 0.9)), loss: logCosh,
    metrics: [WithinTen()])
try model.fit(x, y, epochs: 5, classWeight: nil, sampleWeight: Tensor.ones([256]))
try model.save("custom.keras")
let again = try loadModel("custom.keras")
try again.fit(x, y, epochs: 10, initialEpoch: 5)  // goes on where it stopped, optimizer included
