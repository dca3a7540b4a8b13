import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench immediate`: what tensor code costs beside the numbers.
struct ImmediateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "immediate",
        abstract:
            "Operations at once, a compiled function, and a loop with gradients by hand beside fit: microseconds a call."
    )

    @OptionGroup var options: BenchOptions

    struct Row: Encodable {
        let backend: String
        let job: String
        let microseconds: Double
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            try withBackend(backend) {
                for (job, work) in try jobs() {
                    let seconds = try medianSeconds(repeats: options.repeats) {
                        try work()
                        try backend.synchronize()
                    }
                    rows.append(
                        Row(backend: backend.name, job: job, microseconds: seconds * 1e6))
                }
            }
        }
        try options.report(rows, ["backend", "job", "us"]) {
            [$0.backend, $0.job, decimal($0.microseconds, 1)]
        }
    }

    private func jobs() throws -> [(String, () throws -> Void)] {
        RandomSeed.set(1)
        let vector = Tensor([Float](repeating: 1.5, count: 64))
        let matrix = Tensor([Float](repeating: 0.5, count: 64 * 64), shape: [64, 64])
        let function = compiled { (x: [Tensor]) in [(x[0] * 2 + x[0]).sum()] }
        let x = NDArray((0..<64 * 64).map { Float($0 % 31) / 31 }, shape: [64, 64])
        let y = NDArray((0..<64).map { Float($0 % 7) }, shape: [64, 1])
        func network() throws -> Sequential {
            try Sequential([Input(shape: [64]), Dense(64, activation: .relu), Dense(1)])
        }
        let (fitted, byHand) = (try network(), try network())
        try fitted.compile(optimizer: .adam(), loss: "mse")
        let optimizer = Optimizer.adam()
        let loss = Loss.meanSquaredError
        let (inputs, labels) = (Tensor(x), Tensor(y))
        let step = { (x: Tensor, y: Tensor) throws -> Tensor in
            let (value, gradients) = try valueAndGradient(of: byHand.trainableWeights) {
                loss(y, byHand(x, training: true))
            }
            optimizer.apply(gradients, to: byHand.trainableWeights)
            return value
        }
        let replayed: (Tensor, Tensor) throws -> Tensor = compiled(step)
        return [
            ("sum of two vectors of 64", { _ = vector + vector }),
            ("product of two matrices 64x64", { _ = matrix.matmul(matrix) }),
            ("compiled function of a vector", { _ = try function(vector) }),
            ("step by hand, at once", { _ = try step(inputs, labels) }),
            ("step by hand, compiled", { _ = try replayed(inputs, labels) }),
            ("trainOnBatch", { try fitted.trainOnBatch(x, y) }),
            ("predict", { _ = try fitted.predict(x, batchSize: 64) }),
        ]
    }
}
