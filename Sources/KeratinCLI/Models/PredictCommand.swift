import ArgumentParser
import Keratin
import KeratinIO

/// `keratin predict MODEL --input x.npy --output y.npy`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Runs a model on arrays of NumPy.")

    @Argument(help: "A .keras file.")
    var model: String

    @Option(help: "An array for an input, x.npy or NAME=x.npy; one for each input of the model.")
    var input: [ArrayArgument]

    @Option(
        help:
            "Where to write an output, y.npy or NAME=y.npy; one for each output of the model, or the named ones."
    )
    var output: [ArrayArgument]

    @Option(help: "Samples that are computed at once.")
    var batchSize: Int = 32

    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            let model = try loadModel(self.model, compile: false)
            let places = try outputPlaces(model)
            for (path, _) in places { try FileAccess.requireWritable(path) }
            let x = try ArrayArgument.arrays(input, "--input")
            let results = try model.predictAll(x, batchSize: batchSize)
            for (path, index) in places { try results[index].write(npyFile: path) }
        }
    }

    /// Where the outputs go, by their numbers.
    private func outputPlaces(_ model: Model) throws -> [(path: String, index: Int)] {
        let names = model.outputLabels
        guard output.contains(where: { $0.name != nil }) else {
            guard output.count == names.count else {
                throw KeratinError(
                    .invalidArgument,
                    "the model has \(names.count) output\(names.count == 1 ? "" : "s"), got \(output.count)",
                    at: model.name)
            }
            return output.enumerated().map { ($1.path, $0) }
        }
        return try output.map { argument in
            guard let name = argument.name, let index = names.firstIndex(of: name) else {
                throw KeratinError(
                    .unknownName,
                    "has no output '\(argument.name ?? argument.path)': \(names.joined(separator: ", "))",
                    at: model.name)
            }
            return (argument.path, index)
        }
    }
}
