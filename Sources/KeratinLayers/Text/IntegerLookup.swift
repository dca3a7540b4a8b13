import KeratinCore
import KeratinTensor

/// From numbers of any size to indices: the index of each integer in a vocabulary, or rows made of these. Inverted: the
/// integer of each index. Otherwise as `StringLookup`.
public final class IntegerLookup {
    /// Made from the class's name and a number if none was given.
    public let name: String
    private var lookup: IndexLookup

    /// - Parameters:
    ///   - maxTokens: indices at most, those of special tokens included; nil: no limit.
    ///   - numOOVIndices: indices for integers that are not in the vocabulary. With more than one, `oovMethod` chooses;
    ///     with none, such an integer is an error.
    ///   - maskToken: has index 0 in mode `int` and is left out in the others; nil: there is none.
    ///   - oovToken: what an inverted lookup gives for unknown indices.
    ///   - vocabulary: with all special tokens at its start, or without any; nil: `adapt` finds it.
    ///   - idfWeights: inverse document frequencies, one a token; needed for a vocabulary in mode `tfIDF`.
    ///   - padToMaxTokens: whether rows have `maxTokens` columns, even if the vocabulary is smaller.
    ///   - salt: one number or two, for another hash; with the method `farmhash`.
    /// - Throws: `KeratinError` for arguments that contradict each other, and for a vocabulary that is empty, too large, or
    ///   has a number twice.
    public init(
        maxTokens: Int? = nil, numOOVIndices: Int = 1, maskToken: Int? = nil, oovToken: Int = -1,
        vocabulary: [Int]? = nil, idfWeights: [Double]? = nil, invert: Bool = false,
        outputMode: OutputMode = .int, padToMaxTokens: Bool = false,
        oovMethod: OOVMethod = .floormod, salt: [Int]? = nil, name: String? = nil
    ) throws {
        self.name = name ?? AutomaticName.next("IntegerLookup")
        lookup = try IndexLookup(
            IndexLookup.Options(
                coding: .integer, maxTokens: maxTokens, oovIndexCount: numOOVIndices,
                maskToken: maskToken.map(TokenCoding.bytes), oovToken: TokenCoding.bytes(oovToken),
                invert: invert, outputMode: outputMode, padToMaxTokens: padToMaxTokens,
                oovMethod: oovMethod, salt: salt),
            vocabulary: vocabulary?.map(TokenCoding.bytes), idfWeights: idfWeights,
            at: "IntegerLookup '\(self.name)'")
    }

    // MARK: Vocabulary

    /// Takes the vocabulary from integers, each a document of its own: by falling frequency, of equal ones the largest
    /// first. What an earlier call found is forgotten.
    /// - Throws: `KeratinError` if a vocabulary was given or there are no integers.
    public func adapt(_ integers: some Sequence<Int>) throws {
        try lookup.adapt(documents: integers.lazy.map { [TokenCoding.bytes($0)] })
    }

    /// Takes the vocabulary from rows of integers; a row is a document. See above.
    public func adapt(_ rows: some Sequence<[Int]>) throws {
        try lookup.adapt(documents: rows.lazy.map { $0.lazy.map(TokenCoding.bytes) })
    }

    /// Takes the vocabulary from an array, whose samples are documents. See above.
    public func adapt(_ data: NDArray) throws {
        let integers = try data.integers(at: lookup.place)
        let width = max(data.shape.dimensions.dropFirst().reduce(1, *), 1)
        try adapt(
            stride(from: 0, to: integers.count, by: width).lazy
                .map { Array(integers[$0..<($0 + width)]) })
    }

    /// Replaces the vocabulary. See `init`.
    public func setVocabulary(_ vocabulary: [Int], idfWeights: [Double]? = nil) throws {
        try lookup.setVocabulary(vocabulary.map(TokenCoding.bytes), idfWeights: idfWeights)
    }

    /// The integers by index, or those of the vocabulary alone.
    public func getVocabulary(includeSpecialTokens: Bool = true) -> [Int] {
        lookup.vocabulary(includeSpecialTokens: includeSpecialTokens).map(TokenCoding.integer)
    }

    /// Indices in all, those of special tokens included; nil: there is no vocabulary yet.
    public var vocabularySize: Int? { lookup.size }

    /// Inverse document frequencies by index, in mode `tfIDF`.
    public var idfWeights: [Float] { lookup.idf }

    // MARK: Lookup

    /// The indices of integers: int32 [integers]. In mode `oneHot` float32 [integers, indices]; in the others the integers
    /// are one sample: float32 [indices]. Inverted: the integers of indices.
    /// - Throws: `KeratinError` without a vocabulary, for an unknown integer if `numOOVIndices` is 0, and for one beyond
    ///   int32 as a result.
    public func callAsFunction(_ integers: [Int]) throws -> NDArray {
        try look(up: integers, shape: [integers.count])
    }

    /// The indices of rows of integers. In mode `oneHot` float32 [rows, columns, indices], without the columns if there is
    /// one; in the others each row is a sample: float32 [rows, indices].
    /// - Throws: also if rows differ in length, in the modes `int` and `oneHot`.
    public func callAsFunction(_ rows: [[Int]]) throws -> NDArray {
        if lookup.options.invert {
            let width = rows.first?.count ?? 0
            if let row = rows.firstIndex(where: { $0.count != width }) {
                throw KeratinError(
                    .shapeMismatch,
                    "rows of indices need one length, but row 0 has \(width) and row \(row) has "
                        + "\(rows[row].count)", at: lookup.place)
            }
            return try look(up: rows.flatMap { $0 }, shape: [rows.count, width])
        }
        return try lookup.encode(rows: rows.map { $0.map(TokenCoding.bytes) })
    }

    /// The same for an array of any shape, whose last axis is a sample. Fractions are cut off.
    public func callAsFunction(_ data: NDArray) throws -> NDArray {
        try look(up: try data.integers(at: lookup.place), shape: data.shape.dimensions)
    }

    private func look(up integers: [Int], shape: [Int]) throws -> NDArray {
        guard lookup.options.invert else {
            return try lookup.encode(integers.map(TokenCoding.bytes), shape: shape)
        }
        let tokens = try integers.enumerated().map { position, index in
            let token = TokenCoding.integer(try lookup.token(of: index))
            guard let result = Int32(exactly: token) else {
                throw KeratinError(
                    .invalidData, "the token \(token) at \(position) does not fit into int32",
                    at: lookup.place)
            }
            return result
        }
        return NDArray(tokens, shape: Shape(shape))
    }
}

extension IntegerLookup {
    /// The arguments that the lookup was made from, by Keras's names. A vocabulary that `adapt` found is not among them.
    public func getConfig() -> [String: ConfigValue] {
        lookup.config(name: name).adding(["vocabulary_dtype": "int64"])
    }

    /// - Throws: `KeratinError` for missing or wrong arguments.
    package convenience init(from configuration: Configuration) throws {
        try configuration.requirePlainText()
        func token(_ key: String) throws -> Int? {
            try configuration.value(key).map {
                guard let token = $0.asInteger else {
                    throw configuration.mismatch(key, expected: "an integer")
                }
                return token
            }
        }
        try self.init(
            maxTokens: try configuration.optionalInteger("max_tokens"),
            numOOVIndices: try configuration.integer("num_oov_indices", default: 1),
            maskToken: try token("mask_token"), oovToken: try token("oov_token") ?? -1,
            vocabulary: try configuration.vocabulary(\.asInteger),
            idfWeights: try configuration.optionalNumbers("idf_weights"),
            invert: try configuration.boolean("invert", default: false),
            outputMode: try configuration.outputMode(),
            padToMaxTokens: try configuration.boolean("pad_to_max_tokens", default: false),
            oovMethod: try configuration.choice("oov_method", default: .floormod),
            salt: try configuration.salt(), name: configuration.name)
    }
}
