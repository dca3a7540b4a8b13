import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench step`: one training step of each demo.
struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract:
            "Training steps of the demos: time, kernels, memory. Data are random with the real shapes."
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Demos; default: all that fit trains.")
    var demo: [String] = []

    struct Row: Encodable {
        let backend: String
        let device: String
        let demo: String
        let batch: Int
        let microseconds: Double
        let kernels: Int
        let scratchBytes: Int
    }

    func run() throws {
        let trainable = Demo.all.filter { $0.loss != nil && $0.fineTuning == nil }
        let demos = demo.isEmpty ? trainable : try demo.map { try Demo.named($0) }
        var rows = [Row]()
        for backend in try options.backends() {
            for demo in demos {
                rows.append(try withBackend(backend) { try measure(demo, backend) })
            }
        }
        try options.report(
            rows, ["backend", "device", "demo", "batch", "us/step", "kernels", "scratch"]
        ) {
            [
                $0.backend, $0.device, $0.demo, "\($0.batch)", decimal($0.microseconds, 1),
                "\($0.kernels)", "\($0.scratchBytes >> 10) KiB",
            ]
        }
    }

    private func measure(_ demo: Demo, _ backend: any Backend) throws -> Row {
        RandomSeed.set(1)
        let model = try demo.makeModel()
        try demo.compile(model, demo.optimizers[0])
        // Whole epochs of at least 64 steps, as fit runs them; the first makes the plan.
        let (x, y) = try demo.randomSamples(64 * demo.batchSize)
        let step = try model.trainingStep(
            x[0..<demo.batchSize], y[0..<demo.batchSize])
        let steps = 64
        let seconds = try medianSeconds(repeats: options.repeats) {
            try model.fit(x, y, batchSize: demo.batchSize, verbose: 0)
        }
        return Row(
            backend: backend.name, device: backend.device.name, demo: demo.name,
            batch: demo.batchSize, microseconds: seconds / Double(steps) * 1e6,
            kernels: step.launchCount, scratchBytes: step.scratchBytes)
    }
}
