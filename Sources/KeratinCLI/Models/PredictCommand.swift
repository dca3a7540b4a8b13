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

    @Option(help: "Where to write an output; one for each output of the model.")
    var output: [String]

    @Option(help: "Samples that are computed at once.")
    var batchSize: Int = 32

    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            let model = try loadModel(self.model, compile: false)
            guard output.count == 1 else {
                throw KeratinError(
                    .invalidArgument, "the model has 1 output, got \(output.count)", at: model.name)
            }
            try FileAccess.requireWritable(output[0])
            let x = try ArrayArgument.single(input, of: model)
            try model.predict(x, batchSize: batchSize).write(npyFile: output[0])
        }
    }
}
