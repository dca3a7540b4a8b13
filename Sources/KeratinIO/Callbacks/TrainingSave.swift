import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

/// A training between two steps, as `BackupAndRestore` keeps it: the weights, what the optimizer keeps, and where the run is.
struct TrainingSave {
    private(set) var checkpoint: TrainingCheckpoint
    private let arrays: Safetensors
    private let path: String

    private static let format = "keratin training 1"
    /// Weights, states of recurrent layers and the optimizer's variables, by their places.
    private static func name(_ kind: String, _ index: Int) -> String { "\(kind)/\(index)" }

    /// - Throws: `KeratinError` that names the file, if it is damaged or none of these.
    init(path: String) throws {
        self.path = path
        arrays = try Safetensors(file: path)
        guard arrays.metadata["format"] == Self.format, let text = arrays.metadata["training"]
        else {
            throw KeratinError(.file, "is no save of BackupAndRestore", at: path)
        }
        do {
            checkpoint = try TrainingCheckpoint(JSON.decode(Array(text.utf8), name: path))
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
        // In the order of the numbers at the end of their names.
        checkpoint.arrays = arrays.tensors.filter { tensor in
            ["callback/", "metric/"].contains { tensor.name.hasPrefix($0) }
        }.map { ($0.name, $0.array.floats) }
    }

    /// The bytes of a file.
    static func bytes(_ model: Model, _ checkpoint: TrainingCheckpoint) throws -> [UInt8] {
        var tensors: [(name: String, array: RawArray)] = []
        for (kind, variables) in kinds(model) {
            for (index, variable) in variables.enumerated() {
                tensors.append(
                    (
                        name(kind, index),
                        RawArray(try variable.state.values(), shape: variable.shape.dimensions)
                    ))
            }
        }
        for (index, array) in (try model.optimizerVariables() ?? []).enumerated() {
            tensors.append((name("optimizer", index), array))
        }
        for (name, values) in checkpoint.arrays {
            tensors.append((name, RawArray(values, shape: [values.count])))
        }
        return try Safetensors(
            tensors,
            metadata: [
                "format": format, "weights": description(model),
                "training": JSON.encode(checkpoint.value),
            ]
        ).bytes()
    }

    /// Gives a model its weights and its optimizer what it kept.
    /// - Throws: `KeratinError` if it is another model; nothing is changed then.
    func restore(_ model: Model) throws {
        guard arrays.metadata["weights"] == Self.description(model) else {
            throw KeratinError(
                .file,
                "was saved by another model than '\(model.name)': give each training a folder of its own, or remove the file to begin anew",
                at: path)
        }
        var values: [(Variable, [Float])] = []
        for (kind, variables) in Self.kinds(model) {
            for (index, variable) in variables.enumerated() {
                guard let array = array(Self.name(kind, index)),
                    array.shape == variable.shape.dimensions
                else { throw KeratinError(.file, "lacks the weight '\(variable.path)'", at: path) }
                values.append((variable, array.floats))
            }
        }
        var optimizer: [RawArray] = []
        while let next = array(Self.name("optimizer", optimizer.count)) { optimizer.append(next) }
        for (variable, numbers) in values { try variable.state.setValues(numbers) }
        try model.setOptimizerVariables(optimizer)
    }

    private func array(_ name: String) -> RawArray? {
        arrays.tensors.first { $0.name == name }?.array
    }

    private static func kinds(_ model: Model) -> [(kind: String, variables: [Variable])] {
        [("weights", model.weights), ("states", model.batchStates)]
    }

    /// What tells one model from another: the shapes of its weights, and its optimizer.
    private static func description(_ model: Model) -> String {
        let shapes = model.weights.map { "\($0.shape)" }.joined(separator: " ")
        return "\(model.optimizer?.name ?? "none"): \(shapes)"
    }
}
