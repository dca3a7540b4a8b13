import KeratinCore
import KeratinTensor

/// From words to numbers: the index of each string in a vocabulary, or rows made of these. Inverted: the string of each
/// index.
///
/// Indices are laid out as in Keras: the mask token at 0, if there is one and the output mode is `int`; then unknown
/// strings; then the vocabulary. It is no step of a model, because models take numbers: look strings up before.
public final class StringLookup {
    /// Made from the class's name and a number if none was given.
    public let name: String
    private var lookup: IndexLookup

    /// - Parameters:
    ///   - maxTokens: indices at most, those of special tokens included; nil: no limit.
    ///   - numOOVIndices: indices for strings that are not in the vocabulary. With more than one, a string's is chosen by
    ///     its hash; with none, such a string is an error.
    ///   - maskToken: has index 0 in mode `int` and is left out in the others; nil: there is none.
    ///   - oovToken: stands for unknown strings in the vocabulary, and is what an inverted lookup gives for unknown
    ///     indices.
    ///   - vocabulary: with all special tokens at its start, or without any; nil: `adapt` finds it.
    ///   - idfWeights: inverse document frequencies, one a token; needed for a vocabulary in mode `tfIDF`.
    ///   - padToMaxTokens: whether rows have `maxTokens` columns, even if the vocabulary is smaller.
    ///   - salt: one number or two, for another hash of unknown strings.
    /// - Throws: `KeratinError` for arguments that contradict each other, and for a vocabulary that is empty, too large, or
    ///   has a token twice.
    public init(
        maxTokens: Int? = nil, numOOVIndices: Int = 1, maskToken: String? = nil,
        oovToken: String = "[UNK]", vocabulary: [String]? = nil, idfWeights: [Double]? = nil,
        invert: Bool = false, outputMode: OutputMode = .int, padToMaxTokens: Bool = false,
        salt: [Int]? = nil, name: String? = nil
    ) throws {
        self.name = name ?? AutomaticName.next("StringLookup")
        lookup = try IndexLookup(
            IndexLookup.Options(
                coding: .string, maxTokens: maxTokens, oovIndexCount: numOOVIndices,
                maskToken: maskToken.map { Array($0.utf8) }, oovToken: Array(oovToken.utf8),
                invert: invert, outputMode: outputMode, padToMaxTokens: padToMaxTokens,
                oovMethod: .floormod, salt: salt),
            vocabulary: vocabulary?.map { Array($0.utf8) }, idfWeights: idfWeights,
            at: "StringLookup '\(self.name)'")
    }

    // MARK: Vocabulary

    /// Takes the vocabulary from strings, each a document of its own: by falling frequency, of equal ones the last in the
    /// alphabet first. What an earlier call found is forgotten.
    /// - Throws: `KeratinError` if a vocabulary was given or there are no strings.
    public func adapt(_ strings: some Sequence<String>) throws {
        try lookup.adapt(documents: strings.lazy.map { [Array($0.utf8)] })
    }

    /// Takes the vocabulary from rows of strings; a row is a document. See above.
    public func adapt(_ rows: some Sequence<[String]>) throws {
        try lookup.adapt(documents: rows.lazy.map { $0.lazy.map { Array($0.utf8) } })
    }

    /// Replaces the vocabulary. See `init`.
    public func setVocabulary(_ vocabulary: [String], idfWeights: [Double]? = nil) throws {
        try lookup.setVocabulary(vocabulary.map { Array($0.utf8) }, idfWeights: idfWeights)
    }

    /// The strings by index, or those of the vocabulary alone.
    public func getVocabulary(includeSpecialTokens: Bool = true) -> [String] {
        lookup.vocabulary(includeSpecialTokens: includeSpecialTokens)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Indices in all, those of special tokens included; nil: there is no vocabulary yet.
    public var vocabularySize: Int? { lookup.size }

    /// Inverse document frequencies by index, in mode `tfIDF`.
    public var idfWeights: [Float] { lookup.idf }

    // MARK: Lookup

    /// The indices of strings: int32 [strings]. In mode `oneHot` float32 [strings, indices]; in the others the strings are
    /// one sample: float32 [indices].
    /// - Throws: `KeratinError` without a vocabulary, and for an unknown string if `numOOVIndices` is 0.
    public func callAsFunction(_ strings: [String]) throws -> NDArray {
        try lookup.encode(strings.map { Array($0.utf8) }, shape: [strings.count])
    }

    /// The indices of rows of strings: int32 [rows, columns]. In mode `oneHot` float32 [rows, columns, indices], without
    /// the columns if there is one; in the others each row is a sample: float32 [rows, indices].
    /// - Throws: also if rows differ in length, in the modes `int` and `oneHot`.
    public func callAsFunction(_ rows: [[String]]) throws -> NDArray {
        try lookup.encode(rows: rows.map { $0.map { Array($0.utf8) } })
    }

    /// The strings of indices, row-major, if the lookup is inverted.
    public func callAsFunction(_ indices: NDArray) throws -> [String] {
        try indices.integers(at: lookup.place).map {
            String(decoding: try lookup.token(of: $0), as: UTF8.self)
        }
    }
}

extension StringLookup {
    /// The arguments that the lookup was made from, by Keras's names. A vocabulary that `adapt` found is not among them.
    public func getConfig() -> [String: ConfigValue] {
        lookup.config(name: name).adding(["encoding": "utf-8"])
    }

    /// - Throws: `KeratinError` for missing or wrong arguments.
    package convenience init(from configuration: Configuration) throws {
        try configuration.requirePlainText()
        // Strings are hashed whatever it says.
        configuration.ignore("oov_method")
        try self.init(
            maxTokens: try configuration.optionalInteger("max_tokens"),
            numOOVIndices: try configuration.integer("num_oov_indices", default: 1),
            maskToken: try configuration.optionalString("mask_token"),
            oovToken: try configuration.string("oov_token", default: "[UNK]"),
            vocabulary: try configuration.vocabulary {
                if case .string(let token) = $0 { token } else { nil }
            },
            idfWeights: try configuration.optionalNumbers("idf_weights"),
            invert: try configuration.boolean("invert", default: false),
            outputMode: try configuration.outputMode(),
            padToMaxTokens: try configuration.boolean("pad_to_max_tokens", default: false),
            salt: try configuration.salt(), name: configuration.name)
    }
}

extension Configuration {
    /// The key of the hash of unknown tokens, whose numbers have 64 bits.
    func salt() throws -> [Int]? {
        try value("salt").map { value in
            if let one = value.asInteger { return [one] }
            guard case .list(let values) = value, values.count == 2 else {
                throw mismatch("salt", expected: "an integer or two")
            }
            return try values.map {
                guard let number = $0.asInteger else {
                    throw mismatch("salt", expected: "an integer or two")
                }
                return number
            }
        }
    }
}

extension NDArray {
    /// The numbers as integers, row-major; fractions are cut off.
    /// - Throws: `KeratinError` for a number that is none, with its position.
    func integers(at place: String) throws -> [Int] {
        switch try hostArray().storage {
        case .int32(let values): return values.map { Int($0) }
        case .uint8(let values): return values.map { Int($0) }
        case .int64(let values): return values.map { Int($0) }
        case .bool(let values): return values.map { $0 ? 1 : 0 }
        case .float32(let values):
            return try values.enumerated().map { position, value in
                guard let integer = Int(exactly: value.rounded(.towardZero)) else {
                    throw KeratinError(
                        .invalidData, "\(value) at \(position) is no integer", at: place)
                }
                return integer
            }
        }
    }
}
