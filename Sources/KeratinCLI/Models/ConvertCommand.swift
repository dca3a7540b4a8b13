import ArgumentParser
import Keratin
import KeratinTooling

/// `keratin convert IN OUT`
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a model or weights in another format.",
        discussion: """
            A model of any Keras (.keras, .h5, or .json and .yaml with --weights) becomes a .keras file in the oldest form of Keras 3, an .h5 file as tf.keras wrote it, a .json file with the architecture, or a file of \
            its weights: .weights.h5, .safetensors or .npz. Files of weights become each other.

            \(examples("keratin convert model.keras model.weights.h5", "keratin convert model.h5 model.keras",
                "keratin convert model.json model.keras --weights weights.h5"))
            """)

    @Argument(help: "The file to read.", completion: .weights)
    var input: String

    @Argument(help: "The file to write.", completion: .file())
    var output: String

    @OptionGroup var weights: ModelOptions
    @OptionGroup var files: OutputOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            try files.check(outputs: [output], inputs: [input])
            guard try holdsModel(input) else { return try convertWeights(input, output) }
            let model = try weights.load(input)
            if isModelName(output) {
                try model.save(output)
            } else if output.hasSuffix(".json") {
                try writeFile(try model.toJSON(), to: output)
            } else {
                try model.saveWeights(output)
            }
        }
    }
}
