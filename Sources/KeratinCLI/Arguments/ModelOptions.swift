import ArgumentParser
import Keratin
import KeratinIO
import KeratinYAML

/// Weights beside an architecture.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customLong("weights"),
        help:
            "A file of weights: for a model whose file holds its architecture alone (.json, .yaml), or in place of the model's own.",
        completion: .weights)
    var file: String?

    /// The model in a file: whole, or an architecture with these weights.
    /// - Parameter needsWeights: whether an architecture alone is a mistake.
    func load(_ path: String, compile: Bool = true, needsWeights: Bool = true) throws -> Model {
        let isJSON = path.hasSuffix(".json")
        let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
        guard isJSON || isYAML else {
            let model = try loadModel(path, compile: compile)
            if let file { try model.loadWeights(file) }
            return model
        }
        guard file != nil || !needsWeights else {
            throw KeratinError(
                .invalidArgument, "holds a model without weights: say --weights FILE", at: path)
        }
        let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
        do {
            let model =
                try isJSON
                ? modelFromJSON(text, compile: compile) : modelFromYAML(text, compile: compile)
            if let file { try model.loadWeights(file) }
            return model
        } catch let error as KeratinError {
            throw error.location == file && file != nil ? error : error.nested(in: path)
        }
    }
}
