import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinYAML

/// Reads damaged files, and says what came of it.
struct MutationJudge {
    enum Verdict: Equatable {
        case read
        /// A worded error.
        case refused
        /// What should not have been.
        case wrong(String)
    }

    /// Where files are written that are read by their names.
    let folder: String
    let process: HDF5Process
    private let models: [Model]

    init(folder: String, process: HDF5Process) throws {
        self.folder = folder
        self.process = process
        models = try MutationModels.all()
    }

    func verdict(on input: MutationInput, number: Int) -> Verdict {
        // Warnings of a hundred thousand files help nobody.
        WarningCollector.$current.withValue(WarningCollector()) {
            do {
                if let fault = try read(input, number) { return .wrong(fault) }
                return .read
            } catch let error as KeratinError {
                return error.message.isEmpty ? .wrong("an error without words") : .refused
            } catch let error as BackendError {
                // What a file asks for may be more than there is.
                guard case .outOfMemory = error else { return .wrong("\(error)") }
                return .refused
            } catch {
                return .wrong("an error of another kind: \(error)")
            }
        }
    }

    /// - Returns: what is wrong with what was read.
    private func read(_ input: MutationInput, _ number: Int) throws -> String? {
        switch input.format {
        case .json:
            return try fault(
                unset { try modelFromJSON(String(decoding: input.bytes, as: UTF8.self)) })
        case .yaml:
            return try fault(
                unset { try modelFromYAML(String(decoding: input.bytes, as: UTF8.self)) })
        case .keras, .hdf5:
            return try withFile(input) { path in
                if number % 8 == 0 { _ = try FileInspection.describe(path) }
                return try fault(loadModel(path))
            }
        case .weights:
            return try withFile(input) { path in
                // The file may fit one of them. One reading process must do for a file that needs one.
                var first: KeratinError?
                for model in input.isHostileHDF5 ? [models[number % models.count]] : models {
                    do {
                        if let fault = try fault(loading: path, model, skips: number % 4 == 0) {
                            return fault
                        }
                        return nil
                    } catch let error as KeratinError { first = first ?? error }
                }
                if let first { throw first }
                return nil
            }
        case .safetensors: return try fault(Safetensors(bytes: input.bytes).arrays().map(\.array))
        case .npz: return try fault(NPZ(bytes: input.bytes).arrays().map(\.array))
        case .npy: return try fault([NDArray(npy: input.bytes)])
        case .idx: return try fault([NDArray(IDX.parse(input.bytes, name: "it"))])
        case .gzip:
            let bytes = try Gzip.inflate(input.bytes, limit: 1 << 26, name: "it")
            return try fault([NDArray(IDX.parse(bytes, name: "it"))])
        case .png, .jpeg, .webp: return try fault([ImageFile.array(decoding: input.bytes)])
        case .csv:
            let text = String(decoding: input.bytes, as: UTF8.self)
            let table = try Table(csvText: text)
            return table.rowCount >= 0 ? nil : "a table of \(table.rowCount) rows"
        }
    }

    /// A model of a text has as many weights as the text asks for. Their first values would take time and memory that say nothing of
    /// readers.
    private func unset(_ make: () throws -> Model) throws -> Model {
        try UnsetVariables.$current.withValue(UnsetVariables(), operation: make)
    }

    private func withFile<Result>(
        _ input: MutationInput, _ body: (String) throws -> Result
    ) throws -> Result {
        let path = "\(folder)/input\(input.suffix)"
        try FileAccess.write(input.bytes, to: path)
        return try WeightsFile.$process.withValue(input.isHostileHDF5 ? process : nil) {
            try body(path)
        }
    }

    /// Arrays must hold as many numbers as their shapes say.
    private func fault(_ arrays: [NDArray]) throws -> String? {
        for array in arrays {
            let count = array.shape.dimensions.reduce(1, *)
            guard array.shape.dimensions.allSatisfy({ $0 >= 0 }), count == array.count else {
                return "an array \(array.shape) of \(array.count) numbers"
            }
            if array.dtype == .float32, try array.floats().count != count {
                return "an array \(array.shape) without all of its numbers"
            }
        }
        return nil
    }

    /// A model must be what its own configuration says, and its results have the shape that it names.
    private func fault(_ model: Model) throws -> String? {
        for variable in model.weights where variable.shape.dimensions.contains(where: { $0 < 0 }) {
            return "a weight '\(variable.name)' of the shape \(variable.shape)"
        }
        guard model.isBuilt else { return nil }
        let text: String
        do {
            text = try model.toJSON()
        } catch let error as KeratinError {
            return "it is loaded and cannot be saved: \(error)"
        }
        do {
            let again = try unset { try modelFromJSON(text) }.toJSON()
            if again != text {
                return "its configuration changes when it is read again: \(difference(text, again))"
            }
        } catch let error as KeratinError {
            return "it is loaded, and what it saves is not: \(error)"
        }
        return nil
    }

    private func difference(_ a: String, _ b: String) -> String {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        let place = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
        func part(_ bytes: [UInt8]) -> String {
            String(
                decoding: bytes[max(place - 60, 0)..<min(place + 60, bytes.count)], as: UTF8.self)
        }
        return "\(part(a)) became \(part(b))"
    }

    /// A file that is refused must leave the model's weights alone.
    private func fault(loading path: String, _ model: Model, skips: Bool) throws -> String? {
        let before = try model.getWeights()
        defer { try? model.setWeights(before) }
        do {
            try model.loadWeights(path, skipMismatch: skips)
        } catch let error as KeratinError {
            for (old, new) in zip(before, try model.getWeights())
            where try old.floats() != new.floats() {
                return "weights changed although the file was refused: \(error)"
            }
            throw error
        }
        return nil
    }
}
