import ArgumentParser
import Keratin
import KeratinIO

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
        var bytes = try FileAccess.read(path)
        do {
            if isYAML { bytes = try Self.json(yaml: bytes) }
            let model = try modelFromJSON(
                String(decoding: bytes, as: UTF8.self), compile: compile)
            if let file { try model.loadWeights(file) }
            return model
        } catch let error as KeratinError {
            throw error.location == file && file != nil ? error : error.nested(in: path)
        }
    }

    /// A text of YAML as JSON, by a program apart: what reads YAML would make every start of the tool slower.
    private static func json(yaml: [UInt8]) throws -> [UInt8] {
        guard let program = ChildProgram(besideThisOne: "keratin-yaml") else {
            throw KeratinError(
                .unavailable, "is YAML, which the program keratin-yaml reads: put it beside keratin"
            )
        }
        do {
            return try program.run([], input: yaml)
        } catch let error as KeratinError {
            throw KeratinError(.invalidData, error.message)
        }
    }
}
