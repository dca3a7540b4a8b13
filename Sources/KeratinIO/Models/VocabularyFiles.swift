import KeratinCore
import KeratinLayers

/// The vocabularies that Keras keeps beside the configuration, as `assets/…/vocabulary.txt`: a token a line, special ones included.
enum VocabularyFiles {
    /// The configuration with each vocabulary in the layer of texts that it belongs to.
    /// - Throws: `KeratinError` for a damaged archive, and if it is not clear which file belongs to a layer.
    static func placed(
        in object: SerializedObject, from archive: ZipArchive
    ) throws -> SerializedObject {
        guard case .object(var fields) = object.config, case .list(var layers)? = fields["layers"]
        else { return object }
        let missing = layers.indices.filter { isWithoutVocabulary(layers[$0]) }
        guard let index = missing.first else { return object }
        // The layer's table of tokens writes the same file once more.
        let files = try archive.members(wanted: isVocabulary).filter { isVocabulary($0.name) }
        guard let file = files.first else { return object }
        guard files.count == 1, missing.count == 1 else {
            throw KeratinError(
                .unavailable,
                "has \(missing.count) layers of texts and \(files.count) vocabularies: a model may begin with one layer of texts"
            )
        }
        let tokens = String(decoding: file.bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        layers[index] = with(.list(tokens.map { .string(String($0)) }), layers[index])
        fields["layers"] = .list(layers)
        var placed = object
        placed.config = .object(fields)
        return placed
    }

    private static func isVocabulary(_ name: String) -> Bool {
        name.hasPrefix("assets/") && name.hasSuffix("/vocabulary.txt")
            && !name.contains("/_lookup_layer/")
    }

    private static func isWithoutVocabulary(_ layer: ConfigValue) -> Bool {
        guard layer["class_name"] == "TextVectorization" else { return false }
        let vocabulary = layer["config"]?["vocabulary"]
        return vocabulary == nil || vocabulary == .null
    }

    private static func with(_ vocabulary: ConfigValue, _ layer: ConfigValue) -> ConfigValue {
        guard case .object(var entry) = layer, case .object(var config)? = entry["config"] else {
            return layer
        }
        config["vocabulary"] = vocabulary
        entry["config"] = .object(config)
        return .object(entry)
    }
}
