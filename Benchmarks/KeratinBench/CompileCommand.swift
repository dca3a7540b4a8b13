import ArgumentParser
import Keratin
import KeratinCore
import KeratinModels
import KeratinTooling

/// `keratin-bench compile`: how long a training step takes to be recorded and planned, and what its plan needs.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract:
            "Time to record and plan a training step, and to see at the next epoch that nothing changed."
    )

    @OptionGroup var options: BenchOptions

    @ArgumentParser.Argument(help: "resnet50, resnet101, resnet152, or .keras files.")
    var nets: [String] = ["resnet50"]

    @Option(help: "Samples of the batch.", transform: atLeast(1))
    var batch = 8

    @Option(
        help: "Width and height of images, where the net leaves them open.", transform: atLeast(1))
    var size = 224

    @Option(help: "Steps to run afterwards, after which the memory is read.", transform: atLeast(0))
    var steps = 0

    struct Row: Encodable {
        let backend: String
        let net: String
        let instructions: Int
        /// Seconds to make the layers, to record the step, and to plan it (with kernels and memory).
        let build: Double
        let record: Double
        let plan: Double
        /// Seconds that the next epoch takes to find the plan unchanged.
        let check: Double
        let launches: Int
        let scratchBytes: Int
        /// Resident bytes before there is a plan, and what the plan and the steps added.
        let residentBytes: Int
        let addedBytes: Int
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            for net in nets {
                rows.append(try withBackend(backend) { try measure(net, backend) })
            }
        }
        try options.report(
            rows,
            [
                "backend", "net", "instructions", "build s", "record s", "plan s", "check ms",
                "launches", "scratch", "resident", "step adds",
            ]
        ) {
            [
                $0.backend, $0.net, "\($0.instructions)", decimal($0.build, 3),
                decimal($0.record, 3), decimal($0.plan, 3), decimal($0.check * 1e3, 1),
                "\($0.launches)", "\($0.scratchBytes >> 20) MiB", "\($0.residentBytes >> 20) MiB",
                "\($0.addedBytes >> 20) MiB",
            ]
        }
    }

    private func measure(_ net: String, _ backend: any Backend) throws -> Row {
        RandomSeed.set(1)
        var start = MonotonicClock.seconds()
        func lap() -> Double {
            defer { start = MonotonicClock.seconds() }
            return MonotonicClock.seconds() - start
        }
        let model = try ResidualNet.named(net, size: size) ?? loadModel(net)
        try model.compile(
            optimizer: .sgd(learningRate: 1e-3, momentum: 0.9),
            loss: .sparseCategoricalCrossentropy())
        let build = lap()
        let extents = (model.inputShape ?? []).dropFirst().map { $0 ?? size }
        let x = NDArray(
            (0..<batch * extents.reduce(1, *)).map { Float($0 % 255) / 255 },
            shape: Shape([batch] + extents))
        let labels = (model.outputShape ?? []).dropFirst().dropLast().map { $0 ?? size }
        let y = NDArray(
            [Int32](repeating: 1, count: labels.reduce(batch, *)), shape: Shape([batch] + labels))
        let resident = residentBytes()
        _ = lap()
        // The first also lays the weights out.
        _ = try model.recordedTrainingStep(x, y)
        _ = lap()
        let function = try model.recordedTrainingStep(x, y)
        let record = lap()
        let plan = try model.trainingStep(x, y)
        let all = lap()
        var checks = [Double]()
        for _ in 0..<max(options.repeats, 1) {
            try model.beginTrainingRound()
            _ = lap()
            _ = try model.trainingStep(x, y)
            checks.append(lap())
        }
        for _ in 0..<steps { _ = try model.trainOnBatch(x, y) }
        return Row(
            backend: backend.name, net: net, instructions: function.program.instructions.count,
            build: build, record: record, plan: max(all - record, 0),
            check: checks.sorted()[checks.count / 2], launches: plan.launchCount,
            scratchBytes: plan.scratchBytes, residentBytes: resident,
            addedBytes: max(peakResidentBytes() - resident, 0))
    }
}
