import ArgumentParser
import Keratin
import KeratinIO
import KeratinTensor
import KeratinTooling

/// `keratin train MODEL --x x.npy --y y.npy --output OUT`: goes on training with the file's own optimizer and loss, or compiles
/// the model as it is told.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model on arrays in files.",
        discussion: """
            Goes on with the file's own optimizer and loss unless others are said. Ctrl-C ends the training behind its step and \
            saves what was trained; a second one ends at once, and leaves the output as it was.

            \(examples(
                "keratin train model.keras -x x.npy -y y.npy -o trained.keras -e 10",
                "keratin train model.keras -x x.csv -y y.csv -o model.keras --overwrite",
                "keratin train new.keras -x x.npy -y y.npy -o out.keras --loss mse",
                "keratin train m.keras -x x.npy -y y.npy -o out.keras --resume backup"))
            """)

    @Argument(help: "A model: .keras, .h5, or .json and .yaml with --weights.", completion: .models)
    var model: String

    @Option(
        name: .shortAndLong,
        help: "The inputs: .npy, .npz or .csv, NAME=FILE by name, - for standard input.")
    var x: [ArrayArgument]

    @Option(name: .shortAndLong, help: "The labels, likewise.")
    var y: [ArrayArgument]

    @Option(
        name: .shortAndLong, help: "Where to write the trained model, a .keras file.",
        completion: .models)
    var output: String

    @Option(name: .shortAndLong, help: "How often all samples are seen.")
    var epochs: Int = 1

    @Option(name: [.customShort("s"), .long], help: "Samples in a step.")
    var batchSize: Int = 32

    @Option(help: "The part of the samples, from the end, that is only evaluated.")
    var validationSplit: Double = 0

    @Option(help: "Inputs that are only evaluated.")
    var validationX: [ArrayArgument] = []

    @Option(help: "Their labels.")
    var validationY: [ArrayArgument] = []

    @Option(help: "What each sample counts.")
    var sampleWeight: ArrayArgument?

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

    @Option(
        help:
            "Where to write the figures of the epochs: .json, as Keras's history.history, .csv with a row for each, or a picture: .svg, .png, .pdf.",
        completion: .figures)
    var history: String?

    @Option(name: .shortAndLong, help: "0 silent, 1 a bar, 2 a line per epoch.")
    var verbose: Int = 1

    @OptionGroup var weights: ModelOptions
    @OptionGroup(title: "In the course of the training") var course: CallbackOptions
    @OptionGroup var files: OutputOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            // A mistake in a name must not cost the training.
            try requireModelName(output)
            let figures = try history.map { try FigureFile($0) }
            let arrays = x + y + validationX + validationY + [sampleWeight].compactMap { $0 }
            try files.check(
                outputs: [output] + [history].compactMap { $0 } + course.outputs,
                inputs: [self.model] + [weights.file].compactMap { $0 } + arrays.map(\.path))
            if let seed { RandomSeed.set(seed) }
            let model = try loadCompiled()
            if let learningRate { model.learningRate = learningRate }
            let history = try fit(model)
            try model.save(output)
            try figures?.write(history)
            if let signal = Interruption.signal {
                writeError(
                    "keratin: stopped after \(history.epoch.count) whole epochs of \(epochs); what was trained is in \(output)"
                        + (course.resume == nil
                            ? "" : "; the same command goes on behind the last whole epoch")
                )
                // As shells tell that a signal ended a program.
                throw ExitCode(128 + signal)
            }
        }
    }

    private func fit(_ model: Model) throws -> History {
        let (x, y) = (try ArrayArgument.arrays(x, "--x"), try ArrayArgument.arrays(y, "--y"))
        let (validation, weight) = (try validationData(), try sampleWeight?.read())
        let isValidated = validation != nil || validationSplit != 0
        let callbacks = try course.callbacks(isValidated: isValidated)
        model.breaksOff = { Interruption.signal != nil }
        return try Interruption.watch {
            try model.fit(
                x, y, batchSize: batchSize, epochs: epochs, verbose: verbose,
                callbacks: callbacks, validationSplit: validationSplit, validationData: validation,
                shuffle: shuffle, sampleWeight: weight)
        }
    }

    private func loadCompiled() throws -> Model {
        let isCompiledAnew = optimizer != nil || loss != nil || !metrics.isEmpty
        let model = try weights.load(self.model, compile: !isCompiledAnew)
        if isCompiledAnew {
            guard let loss else {
                throw KeratinError(.invalidArgument, "--optimizer and --metrics need --loss too")
            }
            try model.compile(
                optimizer: optimizer.map { Optimizer(stringLiteral: $0) } ?? .rmsprop(),
                loss: Loss(stringLiteral: loss),
                metrics: metrics.map(\.metric))
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
