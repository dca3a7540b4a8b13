import KeratinCore
import KeratinLayers
import KeratinModels

/// What a file of a model or of weights holds, in words.
package enum FileInspection {
    /// Lines that say what the file is, its classes and weights, and what could not be used and why.
    /// - Throws: `KeratinError` for a file that cannot be read at all.
    package static func describe(_ path: String) throws -> [String] {
        let file = FileBytes(try FileAccess.read(path))
        let isZip = Zip.recognizes(file.bytes)
        var lines = ["file: \(path) (\(file.bytes.count) bytes)"]
        if isZip, path.hasSuffix(".keras") {
            let contents = try KerasFile.read(path, file.bytes)
            lines.append("format: Keras 3 (.keras, zip)")
            if case .string(let version)? = contents.metadata["keras_version"] {
                lines.append("keras version: \(version)")
            }
            lines += describe(contents.config)
            return lines + list(try WeightsFile.read(path, file)) + [loadingAsModel(path)]
        }
        if HDF5Reader.recognizes(file.bytes) {
            let root = try WeightsFile.read(path, file)
            let kind = HDF5Kind(root)
            lines.append("format: HDF5, \(kind.rawValue)")
            return lines + list(root) + [loading(kind, path)]
        }
        let root = try WeightsFormat.readTree(path)
        lines.append("format: weights (\(try WeightsFormat(path: path)))")
        return lines + list(root) + ["can be loaded: yes, as weights (loadWeights)"]
    }

    /// Whether the model in a file can be loaded; it is tried.
    private static func loadingAsModel(_ path: String) -> String {
        do {
            let model = try loadModel(path)
            let state = model.optimizer == nil ? "not compiled" : "compiled"
            return "can be loaded: yes, as a model, \(state)"
        } catch {
            return "can be loaded: no, \(error)"
        }
    }

    private static func loading(_ kind: HDF5Kind, _ path: String) -> String {
        guard kind == .weights else { return "can be loaded: no, it holds \(kind.advice)" }
        return path.hasSuffix(".weights.h5")
            ? "can be loaded: yes, as weights (loadWeights)"
            : "can be loaded: once its name ends in .weights.h5, as weights (loadWeights)"
    }

    private static func describe(_ object: SerializedObject) -> [String] {
        var lines = ["model: \(object.className)"]
        guard case .list(let entries)? = object.config["layers"] else { return lines }
        var problems: [String] = []
        for entry in entries {
            do {
                let layer = try SerializedObject(entry, what: "layer")
                var name = "?"
                if case .string(let text)? = layer.config["name"] { name = text }
                lines.append("layer: \(layer.className) '\(name)'")
                _ = try LayerRegistry.make(layer) { place, keys in
                    problems.append(
                        "\(place): arguments not understood: \(keys.joined(separator: ", "))")
                }
            } catch {
                problems.append("\(error)")
            }
        }
        if let compile = object.compileConfig {
            for key in ["optimizer", "loss", "metrics"] {
                lines.append("\(key): \(shortText(compile[key] ?? .null))")
            }
        }
        return lines + problems.map { "not used: \($0)" }
    }

    private static func shortText(_ value: ConfigValue) -> String {
        switch value {
        case .null: "none"
        case .string(let text): text
        case .list(let values): values.map(shortText).joined(separator: ", ")
        default: value["class_name"].map(shortText) ?? "?"
        }
    }

    private static func list(_ root: HDF5Group) -> [String] {
        let arrays = root.arrays
        let count = arrays.reduce(0) { $0 + $1.array.count }
        return arrays.map {
            "weights: \($0.name) \($0.array.type.rawValue) \(Shape($0.array.shape))"
        }
            + ["numbers: \(count)"]
    }
}
