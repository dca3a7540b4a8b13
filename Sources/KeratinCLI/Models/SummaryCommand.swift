import ArgumentParser
import Keratin

/// `keratin summary MODEL`: the table of layers that Keras prints.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Prints a model's layers, shapes and parameter counts.",
        discussion: examples("keratin summary model.keras"))

    @Argument(help: "A model: .keras, .h5, .json or .yaml.", completion: .models)
    var model: String

    @OptionGroup var weights: ModelOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run { try weights.load(model, needsWeights: false).summary() }
    }
}
