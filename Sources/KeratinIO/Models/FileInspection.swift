import KeratinCore
import KeratinLayers
import KeratinModels

/// What a file of a model or of weights holds, in words.
package enum FileInspection {
    /// Lines that say what the file is, its classes and weights, and what could not be used and why.
    /// - Throws: `KeratinError` for a file that cannot be read at all.
    package static func describe(_ path: String) throws -> [String] {
        // What lies on disk is read part by part; a pipe is read once, and whole.
        let file = FileAccess.isOrdinary(path) ? nil : FileBytes(try FileAccess.read(path))
        let start = try file.map { Array($0.bytes.prefix(8)) } ?? FileAccess.prefix(path, 8)
        let size =
            try file?.bytes.count ?? FileAccess.byteCount(UserFolders.expanded(path))
        var lines = ["file: \(path) (\(size) bytes)"]
        if Zip.recognizes(start), path.hasSuffix(".keras") {
            let contents = try KerasFile.read(path, file.map { .bytes($0.bytes) } ?? .file(path))
            lines.append("format: Keras 3 (.keras, zip)")
            if case .string(let version)? = contents.metadata["keras_version"] {
                lines.append("keras version: \(version)")
            }
            lines += describe(contents.config)
            // The arrays have gone when the model is loaded.
            lines += list(try WeightsFile.read(path, file))
            return lines + [loadingAsModel(path)]
        }
        if HDF5Reader.recognizes(start) {
            var root = try WeightsFile.read(path, file)
            let kind = HDF5Kind(root)
            lines.append("format: HDF5, \(kind.rawValue)")
            if let version = LegacyWeights.version(of: root) {
                lines.append("keras version: \(version)")
            }
            if kind == .wholeModel { lines += try describe(wholeModel: root) }
            lines += list(root)
            root = HDF5Group()
            return lines + [
                kind == .wholeModel
                    ? loadingAsModel(path) : "can be loaded: yes, as weights (loadWeights)"
            ]
        }
        if path.hasSuffix(".json") {
            let value = try JSON.decode(
                file?.take() ?? FileAccess.read(path), name: path)
            lines.append("format: the architecture of a model (JSON)")
            return lines + describe(value, version: value["keras_version"]?.text) + [
                loading { _ = try model(from: value, compile: false) }
            ]
        }
        let root = try WeightsFormat.readTree(path)
        lines.append("format: weights (\(try WeightsFormat(path: path)))")
        return lines + list(root) + ["can be loaded: yes, as weights (loadWeights)"]
    }

    /// Whether the model in a file can be loaded; it is tried.
    private static func loadingAsModel(_ path: String) -> String {
        var state = ""
        let result = loading {
            state = try loadModel(path).optimizer == nil ? "not compiled" : "compiled"
        }
        return state.isEmpty ? result : "can be loaded: yes, as a model, \(state)"
    }

    private static func loading(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "can be loaded: yes, as a model"
        } catch {
            return "can be loaded: no, \(error)"
        }
    }

    private static func describe(wholeModel root: HDF5Group) throws -> [String] {
        guard let text = LegacyWeights.text(root.attributes["model_config"]) else { return [] }
        let value = try JSON.decode(Array(text.utf8), name: "model_config")
        var lines = describe(value, version: LegacyWeights.version(of: root))
        if let text = LegacyWeights.text(root.attributes["training_config"]) {
            let training = CompileUpgrade.upgraded(
                try JSON.decode(Array(text.utf8), name: "training_config"))
            lines += describe(compile: training)
        }
        return lines
    }

    /// The layers of a configuration of any Keras, and what cannot be had of each.
    private static func describe(_ model: ConfigValue, version: String?) -> [String] {
        let era = version.flatMap { KerasEra(version: $0) } ?? KerasEra(of: model)
        var model = model
        if era == .keras0 { model = Keras0Layers.upgraded(model: model) }
        var lines = ["model: \(model["class_name"]?.text ?? "?")"]
        var problems: [String] = []
        func look(_ entry: ConfigValue, _ depth: Int) {
            let className = entry["class_name"]?.text ?? "?"
            let name = entry["name"]?.text ?? entry["config"]?["name"]?.text ?? "?"
            lines.append("layer: \(String(repeating: "  ", count: depth))\(className) '\(name)'")
            let config = entry["config"]
            if let inner = config?["layers"]?.elements
                ?? (className == "Sequential" ? config?.elements : nil)
            {
                for layer in inner { look(layer, depth + 1) }
                return
            }
            do {
                let entries =
                    try era < .keras3
                    ? GraphUpgrade(ConfigUpgrade(isOfTheano: false)).entries(
                        LegacyValues.plain(entry)) : [entry]
                for entry in entries where entry["module"]?.text?.contains(".ops.") != true {
                    _ = try LayerRegistry.make(SerializedObject(entry, what: "layer")) {
                        problems.append(
                            "\($0): arguments not understood: \($1.joined(separator: ", "))")
                    }
                }
            } catch {
                problems.append("\(error)")
            }
        }
        let config = model["config"]
        for entry in config?["layers"]?.elements ?? config?.elements ?? [] { look(entry, 0) }
        return lines + problems.map { "not used: \($0)" }
    }

    private static func describe(compile: ConfigValue) -> [String] {
        ["optimizer", "loss", "metrics"].map {
            "\($0): \(shortText(compile[$0] ?? .null))"
        }
    }

    private static func describe(_ object: SerializedObject) -> [String] {
        describe(object.value, version: nil)
            + (object.compileConfig.map { describe(compile: $0) } ?? [])
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
