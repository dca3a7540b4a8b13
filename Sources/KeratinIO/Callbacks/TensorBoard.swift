import KeratinCore
import KeratinLayers
import KeratinModels

/// Writes what TensorBoard shows: the figures of epochs or steps, how the weights are distributed, and the model.
///
/// ```
/// tensorboard --logdir logs
/// ```
public final class TensorBoard: Callback, Holder {
    /// How often the figures of a training are written.
    public enum UpdateFrequency: Hashable, Sendable, ExpressibleByIntegerLiteral,
        ExpressibleByStringLiteral
    {
        /// After each epoch.
        case epoch
        /// After so many steps, besides.
        case batches(Int)

        /// After so many steps.
        public init(integerLiteral count: Int) { self = .batches(count) }

        /// "epoch" or "batch". Another word is a number of steps that does not exist: it throws when the training begins.
        public init(stringLiteral word: String) {
            self = word == "epoch" ? .epoch : .batches(word == "batch" ? 1 : 0)
        }
    }

    private let folder: String
    private let histogramFreq: Int
    private let writeGraph: Bool
    private let writeStepsPerSecond: Bool
    private let updateFreq: UpdateFrequency
    private var train: EventFile?
    private var validation: EventFile?
    private var trainBatches = 0
    private var testBatches = 0
    private var batchStart = 0.0
    private var epochStart = (time: 0.0, iterations: 0)

    /// - Parameters:
    ///   - logDir: the folder; the training's events come into `train` within, those of validations into `validation`.
    ///   - histogramFreq: after every how many epochs the distributions of the weights are written; 0: never.
    ///   - writeGraph: whether the model's layers are written.
    ///   - writeStepsPerSecond: whether the pace is written.
    ///   - updateFreq: `"epoch"`, `"batch"`, or after how many steps figures are written besides. Figures of steps wait for the device.
    public init(
        _ logDir: String = "logs", histogramFreq: Int = 0, writeGraph: Bool = true,
        writeStepsPerSecond: Bool = false, updateFreq: UpdateFrequency = .epoch
    ) {
        folder = logDir
        self.histogramFreq = histogramFreq
        self.writeGraph = writeGraph
        self.writeStepsPerSecond = writeStepsPerSecond
        self.updateFreq = updateFreq
    }

    /// The folder by its name.
    public convenience init(
        logDir: String, histogramFreq: Int = 0, writeGraph: Bool = true,
        writeStepsPerSecond: Bool = false, updateFreq: UpdateFrequency = .epoch
    ) {
        self.init(
            logDir, histogramFreq: histogramFreq, writeGraph: writeGraph,
            writeStepsPerSecond: writeStepsPerSecond, updateFreq: updateFreq)
    }

    // Files are made when there is something for them.

    private func trainFile() throws -> EventFile {
        if let train { return train }
        let file = try EventFile(folder: "\(folder)/train")
        train = file
        return file
    }

    private func validationFile() throws -> EventFile {
        if let validation { return validation }
        let file = try EventFile(folder: "\(folder)/validation")
        validation = file
        return file
    }

    /// Whether the figures of a step are written.
    private func isDue(_ batches: Int) -> Bool {
        if case .batches(let count) = updateFreq { batches % count == 0 } else { false }
    }

    public override func onTrainBegin(logs: Logs) throws {
        guard histogramFreq >= 0, updateFreq == .epoch || updateFreq.count > 0 else {
            throw KeratinError(
                .invalidArgument,
                "histogramFreq must be ≥ 0 and updateFreq \"epoch\", \"batch\" or a positive number of steps",
                at: "TensorBoard")
        }
        trainBatches = 0
        // A model of a class of its own has no graph that Keras could draw.
        guard writeGraph, model.graph != nil else { return }
        let text: String
        do {
            text = try model.toJSON()
        } catch {
            return warn("TensorBoard gets no picture of the model: \(error)")
        }
        try trainFile().graph(json: text)
    }

    package func letGo() {
        train?.close()
        validation?.close()
        train = nil
        validation = nil
    }

    public override func onTrainBatchBegin(_ batch: Int, logs: Logs) throws {
        trainBatches += 1
        if writeStepsPerSecond { batchStart = MonotonicClock.seconds() }
    }

    public override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
        guard isDue(trainBatches) else { return }
        let file = try trainFile()
        if writeStepsPerSecond {
            let seconds = MonotonicClock.seconds() - batchStart
            try file.scalar("batch_steps_per_second", 1 / max(seconds, 1e-9), step: trainBatches)
        }
        for (name, value) in logs.figures {
            try file.scalar("batch_\(name)", value, step: trainBatches)
        }
    }

    public override func onTestBatchBegin(_ batch: Int, logs: Logs) throws { testBatches += 1 }

    public override func onTestEnd(logs: Logs) throws {
        let steps = model.optimizer?.iterations ?? 0
        for (name, value) in logs.figures {
            try validationFile().scalar("evaluation_\(name)_vs_iterations", value, step: steps)
        }
    }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws {
        epochStart = (MonotonicClock.seconds(), model.optimizer?.iterations ?? 0)
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        var figures = logs.figures.filter {
            !$0.name.hasPrefix("val_") && $0.name != "learning_rate"
        }
        if let rate = model.learningRate { figures.append(("learning_rate", rate)) }
        if writeStepsPerSecond {
            let steps = (model.optimizer?.iterations ?? 0) - epochStart.iterations
            let seconds = MonotonicClock.seconds() - epochStart.time
            figures.append(("steps_per_second", Double(steps) / max(seconds, 1e-9)))
        }
        for (name, value) in figures {
            try trainFile().scalar("epoch_\(name)", value, step: epoch)
        }
        for (name, value) in logs.figures where name.hasPrefix("val_") {
            try validationFile().scalar("epoch_\(name.dropFirst(4))", value, step: epoch)
        }
        if histogramFreq > 0, epoch % histogramFreq == 0 { try writeWeights(epoch) }
    }

    private func writeWeights(_ epoch: Int) throws {
        for layer in model.layers {
            for weight in layer.weights {
                try trainFile().histogram(
                    "\(weight.path)/histogram", try weight.state.values(), step: epoch)
            }
        }
    }

    public override func getState() throws -> [String: ConfigValue]? {
        ["train_batches": .integer(trainBatches), "test_batches": .integer(testBatches)]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        trainBatches = state["train_batches"]?.asInteger ?? 0
        testBatches = state["test_batches"]?.asInteger ?? 0
    }
}

extension TensorBoard.UpdateFrequency {
    /// Steps between two writings; 0 for epochs.
    fileprivate var count: Int { if case .batches(let count) = self { count } else { 0 } }
}
