import KeratinCore

extension IndexLookup {
    /// The arguments that both lookups have, by Keras's names.
    func config(name: String) -> [String: ConfigValue] {
        let coding = options.coding
        return [
            "name": .string(name), "trainable": true, "dtype": "float32",
            "invert": .boolean(options.invert),
            "max_tokens": options.maxTokens.map { .integer($0) } ?? .null,
            "num_oov_indices": .integer(options.oovIndexCount),
            "oov_token": coding.config(options.oovToken),
            "mask_token": options.maskToken.map(coding.config) ?? .null,
            "output_mode": .string(options.outputMode.rawValue), "sparse": false,
            "pad_to_max_tokens": .boolean(options.padToMaxTokens),
            "vocabulary": given.vocabulary.map { .list($0.map(coding.config)) } ?? .null,
            "idf_weights": given.idfWeights.map { .list($0.map { .number($0) }) } ?? .null,
            "vocabulary_size": size.map { .integer($0) } ?? .null,
            "oov_method": .string(options.oovMethod.rawValue),
            "salt": options.salt.map { salt in
                .list([salt.first, salt.last].map { .integer($0 ?? 0) })
            } ?? .null,
        ]
    }
}

/// Arguments of lookups and of `TextVectorization`.
extension Configuration {
    /// The output mode, also by the names of Keras 2.
    func outputMode() throws -> OutputMode {
        switch try optionalString("output_mode") {
        case "binary": .multiHot
        case "tf-idf": .tfIDF
        default: try choice("output_mode", default: .int)
        }
    }

    /// Refuses what is not there: sparse results, and text in other encodings than UTF-8.
    func requirePlainText() throws {
        for key in ["sparse", "ragged"] where try boolean(key, default: false) {
            throw KeratinError(
                .unavailable, "'\(key)' results are not there, only dense ones", at: className)
        }
        let encoding = try string("encoding", default: "utf-8")
        guard ["utf-8", "utf8"].contains(encoding.lowercased()) else {
            throw KeratinError(
                .unavailable, "text is read as utf-8 only, not as '\(encoding)'", at: className)
        }
        ignore("trainable", "dtype", "vocabulary_size", "vocabulary_dtype")
    }

    /// The tokens of a vocabulary.
    /// - Parameter token: the token that a value stands for; nil: it is none.
    func vocabulary<Token>(_ token: (ConfigValue) -> Token?) throws -> [Token]? {
        try value("vocabulary").map { value in
            guard case .list(let values) = value else {
                throw mismatch("vocabulary", expected: "a list of tokens")
            }
            return try values.map {
                guard let token = token($0) else {
                    throw mismatch("vocabulary", expected: "a list of tokens")
                }
                return token
            }
        }
    }
}
