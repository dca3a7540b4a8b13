import ArgumentParser
import Keratin
import KeratinIO
import KeratinTensor
import KeratinTooling

/// `keratin train MODEL --x x.npy --y y.npy --output OUT`: goes on training with the file's own optimizer and loss, or compiles
/// the model as it is told.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model on arrays of NumPy.")

    @Argument(help: "A .keras file.")
    var model: String

    @Option(help: "The inputs, x.npy or NAME=x.npy.")
    var x: [ArrayArgument]

    @Option(help: "The labels, y.npy or NAME=y.npy.")
    var y: [ArrayArgument]

    @Option(help: "Where to write the trained model, a .keras file.")
    var output: String

    @Option(help: "How often all samples are seen.")
    var epochs: Int = 1

    @Option(help: "Samples in a step.")
    var batchSize: Int = 32

    @Option(help: "The part of the samples, from the end, that is only evaluated.")
    var validationSplit: Double = 0

    @Option(help: "Inputs that are only evaluated.")
    var validationX: [ArrayArgument] = []

    @Option(help: "Their labels.")
    var validationY: [ArrayArgument] = []

    @Option(help: "What each sample counts.")
    var sampleWeight: String?

    @Flag(inversion: .prefixedNo, help: "Whether samples are reordered each epoch.")
    var shuffle = true

    @Option(help: "What everything random starts from.")
    var seed: UInt64?

    @Option(help: "Compile with this optimizer, such as adam.")
    var optimizer: String?

    @Option(help: "Compile with this loss, such as sparse_categorical_crossentropy.")
    var loss: String?

    @Option(parsing: .upToNextOption, help: "Compile with these metrics, such as accuracy.")
    var metrics: [String] = []

    @Option(help: "Another learning rate.")
    var learningRate: Double?

    @Option(help: "Where to write the history as JSON, as Keras's history.history.")
    var history: String?

    @Option(help: "0 silent, 1 a bar, 2 a line per epoch.")
    var verbose: Int = 1

    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            // A mistake in a name must not cost the training.
            try requireModelName(output)
            for path in [output] + (history.map { [$0] } ?? []) {
                try FileAccess.requireWritable(path)
            }
            if let seed { RandomSeed.set(seed) }
            let model = try loadCompiled()
            if let learningRate { model.learningRate = learningRate }
            let history = try model.fit(
                try ArrayArgument.arrays(x, "--x"), try ArrayArgument.arrays(y, "--y"),
                batchSize: batchSize, epochs: epochs, verbose: verbose,
                validationSplit: validationSplit, validationData: try validationData(),
                shuffle: shuffle,
                sampleWeight: try sampleWeight.map { try NDArray(npyFile: $0) })
            try model.save(output)
            if let path = self.history {
                try writeFile(FigureJSON.history(history.history), to: path)
            }
        }
    }

    private func loadCompiled() throws -> Model {
        let isCompiledAnew = optimizer != nil || loss != nil || !metrics.isEmpty
        let model = try loadModel(self.model, compile: !isCompiledAnew)
        if isCompiledAnew {
            guard let loss else {
                throw KeratinError(.invalidArgument, "--optimizer and --metrics need --loss too")
            }
            try model.compile(
                optimizer: optimizer.map { Optimizer(stringLiteral: $0) } ?? .rmsprop(),
                loss: Loss(stringLiteral: loss),
                metrics: metrics.map { Metric(stringLiteral: $0) })
        } else if model.optimizer == nil {
            throw KeratinError(
                .invalidState,
                "was saved without being compiled: say --loss, and perhaps --optimizer and --metrics",
                at: self.model)
        }
        return model
    }

    private func validationData() throws -> (x: PerOutput<NDArray>, y: PerOutput<NDArray>)? {
        guard !validationX.isEmpty || !validationY.isEmpty else { return nil }
        guard !validationX.isEmpty, !validationY.isEmpty else {
            throw KeratinError(
                .invalidArgument, "--validation-x and --validation-y must come together")
        }
        return (
            try ArrayArgument.arrays(validationX, "--validation-x"),
            try ArrayArgument.arrays(validationY, "--validation-y")
        )
    }
}
