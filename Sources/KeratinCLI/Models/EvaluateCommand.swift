import ArgumentParser
import Keratin
import KeratinTooling

/// `keratin evaluate MODEL --x x.npy --y y.npy`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Computes the loss and the metrics of a compiled model.")

    @Argument(help: "A .keras file of a compiled model.")
    var model: String

    @Option(help: "The inputs, x.npy or NAME=x.npy.")
    var x: [ArrayArgument]

    @Option(help: "The labels, y.npy or NAME=y.npy.")
    var y: [ArrayArgument]

    @Option(help: "What each sample counts.")
    var sampleWeight: String?

    @Option(help: "Samples that are computed at once.")
    var batchSize: Int = 32

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            let model = try loadModel(self.model)
            let results = try model.evaluate(
                try ArrayArgument.arrays(x, "--x"), try ArrayArgument.arrays(y, "--y"),
                batchSize: batchSize, verbose: 0,
                sampleWeight: try sampleWeight.map { try NDArray(npyFile: $0) })
            if json { return print(FigureJSON.object(results.dictionary)) }
            for (name, value) in results.sorted(by: { $0.key < $1.key }) {
                print("\(name): \(value)")
            }
        }
    }
}
