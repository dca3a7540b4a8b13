import ArgumentParser
import Keratin
import KeratinTooling

/// `keratin evaluate MODEL --x x.npy --y y.npy`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Computes the loss and the metrics of a compiled model.",
        discussion: examples(
            "keratin evaluate model.keras -x x.npy -y y.npy",
            "keratin evaluate model.keras -x left=l.npy -x right=r.npy -y y.csv -j"))

    @Argument(
        help: "A compiled model: .keras, .h5, or .json and .yaml with --weights.",
        completion: .models)
    var model: String

    @Option(
        name: .shortAndLong,
        help: "The inputs: .npy, .npz or .csv, NAME=FILE by name, - for standard input.")
    var x: [ArrayArgument]

    @Option(name: .shortAndLong, help: "The labels, likewise.")
    var y: [ArrayArgument]

    @Option(help: "What each sample counts.")
    var sampleWeight: ArrayArgument?

    @Option(name: [.customShort("s"), .long], help: "Samples that are computed at once.")
    var batchSize: Int = 32

    @Flag(name: .shortAndLong, help: "Print JSON.")
    var json = false

    @OptionGroup var weights: ModelOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            let model = try weights.load(self.model)
            let results = try model.evaluate(
                try ArrayArgument.arrays(x, "--x"), try ArrayArgument.arrays(y, "--y"),
                batchSize: batchSize, verbose: 0, sampleWeight: try sampleWeight?.read())
            if json { return print(FigureJSON.object(results.dictionary)) }
            for (name, value) in results.sorted(by: { $0.key < $1.key }) {
                print("\(name): \(value)")
            }
        }
    }
}
