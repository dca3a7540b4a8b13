import KeratinCore
import KeratinTensor

/// From texts to numbers: standardise, split into tokens, join to n-grams, look up in a vocabulary, as Keras's layer of
/// this name.
///
/// Index 0 stands for padding (the token ""), 1 for unknown tokens ("[UNK]"); in other modes than `int` unknown tokens
/// have index 0. It is no step of a model, because models take numbers: vectorise texts before.
public final class TextVectorization {
    /// Made from the class's name and a number if none was given.
    public let name: String
    private let standardize: TextStandardization
    private let split: TextSplit
    private let ngrams: NGrams?
    private let outputSequenceLength: Int?
    private var lookup: IndexLookup

    /// - Parameters:
    ///   - maxTokens: indices at most, those of special tokens included; nil: no limit.
    ///   - ngrams: the sizes of n-grams, joined by spaces; nil: tokens as they are.
    ///   - outputSequenceLength: the length to which results of mode `int` are cut or padded at their end; nil: that of
    ///     the longest text of a call.
    ///   - padToMaxTokens: whether rows have `maxTokens` columns, even if the vocabulary is smaller.
    ///   - vocabulary: with all special tokens at its start, or without any; nil: `adapt` finds it.
    ///   - idfWeights: inverse document frequencies, one a token; needed for a vocabulary in mode `tfIDF`.
    /// - Throws: `KeratinError` for arguments that contradict each other, and for a vocabulary that is empty, too large, or
    ///   has a token twice.
    public init(
        maxTokens: Int? = nil, standardize: TextStandardization = .lowerAndStripPunctuation,
        split: TextSplit = .whitespace, ngrams: NGrams? = nil, outputMode: OutputMode = .int,
        outputSequenceLength: Int? = nil, padToMaxTokens: Bool = false, vocabulary: [String]? = nil,
        idfWeights: [Double]? = nil, name: String? = nil
    ) throws {
        self.name = name ?? AutomaticName.next("TextVectorization")
        let place = "TextVectorization '\(self.name)'"
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.outputSequenceLength = outputSequenceLength
        if let ngrams, !ngrams.isValid {
            throw KeratinError(
                .invalidArgument, "the sizes of n-grams must be positive, got \(ngrams.config)",
                at: place)
        }
        if let outputSequenceLength {
            guard outputMode == .int, outputSequenceLength >= 0 else {
                throw KeratinError(
                    .invalidArgument,
                    "outputSequenceLength must not be negative and is for the output mode int, got "
                        + "\(outputSequenceLength) with \(outputMode.rawValue)", at: place)
            }
        }
        lookup = try IndexLookup(
            IndexLookup.Options(
                coding: .string, maxTokens: maxTokens, oovIndexCount: 1, maskToken: [],
                oovToken: Array("[UNK]".utf8), invert: false, outputMode: outputMode,
                padToMaxTokens: padToMaxTokens, oovMethod: .floormod, salt: nil),
            vocabulary: vocabulary?.map { Array($0.utf8) }, idfWeights: idfWeights, at: place)
    }

    private var buffer: TokenBuffer {
        TokenBuffer(standardize: standardize, split: split, ngrams: ngrams)
    }

    // MARK: Vocabulary

    /// Takes the vocabulary from texts, each a document: by falling frequency, of equal ones the last in the alphabet
    /// first. What an earlier call found is forgotten.
    /// - Throws: `KeratinError` if a vocabulary was given or the texts have no tokens.
    public func adapt(_ texts: some Sequence<String>) throws {
        var counter = TokenCounter()
        var buffer = buffer
        for text in texts {
            buffer.forEachToken(of: [text]) { counter.count($0) }
            counter.endDocument()
        }
        try lookup.adapt(counter)
    }

    /// Replaces the vocabulary. See `init`.
    public func setVocabulary(_ vocabulary: [String], idfWeights: [Double]? = nil) throws {
        try lookup.setVocabulary(vocabulary.map { Array($0.utf8) }, idfWeights: idfWeights)
    }

    /// The tokens by index, or those of the vocabulary alone.
    public func getVocabulary(includeSpecialTokens: Bool = true) -> [String] {
        lookup.vocabulary(includeSpecialTokens: includeSpecialTokens)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Indices in all, those of special tokens included; nil: there is no vocabulary yet.
    public var vocabularySize: Int? { lookup.size }

    /// Inverse document frequencies by index, in mode `tfIDF`.
    public var idfWeights: [Float] { lookup.idf }

    // MARK: Vectorisation

    /// The indices of the tokens of each text: int32 [texts, tokens], padded with 0 at the end. In the other modes a row for
    /// each text: float32 [texts, indices].
    ///
    /// If texts are not split, each is a token of one sample: [texts], or [indices]; in mode `oneHot` [texts, indices].
    /// - Throws: `KeratinError` without a vocabulary.
    public func callAsFunction(_ texts: [String]) throws -> NDArray {
        if case .none = split {
            let row = try padded(try rows([texts]))
            return try lookup.encode(row, shape: [row.indices.count])
        }
        guard lookup.options.outputMode != .oneHot else {
            // Keras gives it as ragged, however long the texts are.
            throw KeratinError(
                .unavailable,
                "the output mode one_hot has a row for each token of a text, so that results are ragged: that is "
                    + "there only for texts that are not split", at: lookup.place)
        }
        return try matrix(try rows(texts.lazy.map { [$0] }))
    }

    /// The same for rows of texts, which are not to be split: each text is a token and each row a sample. Texts that are to
    /// be split stand alone in their rows.
    /// - Throws: also for rows of several texts that are to be split.
    public func callAsFunction(_ rows: [[String]]) throws -> NDArray {
        guard case .none = split else {
            if let row = rows.firstIndex(where: { $0.count != 1 }) {
                throw KeratinError(
                    .shapeMismatch,
                    "texts that are split stand alone in their rows, got \(rows[row].count) in row \(row)",
                    at: lookup.place)
            }
            return try self(rows.flatMap { $0 })
        }
        return try matrix(try self.rows(rows))
    }

    /// The indices of the tokens of each text, as many as it has, for `padSequences`.
    /// - Throws: `KeratinError` without a vocabulary, and in other modes than `int`.
    public func sequences(_ texts: [String]) throws -> [[Int32]] {
        guard lookup.options.outputMode == .int else {
            throw KeratinError(
                .invalidState,
                "makes rows (\(lookup.options.outputMode.rawValue)), not sequences: that needs the mode int",
                at: lookup.place)
        }
        let rows = try self.rows(texts.lazy.map { [$0] })
        return rows.ends.indices.map { Array(rows[$0]) }
    }

    /// The indices of the tokens of samples.
    private func rows(_ samples: some Sequence<[String]>) throws -> IndexRows {
        try lookup.withLookup { lookup in
            var rows = IndexRows()
            var buffer = buffer
            for (number, sample) in samples.enumerated() {
                try buffer.forEachToken(of: sample) { token in
                    rows.indices.append(try lookup(token, "text \(number)"))
                }
                rows.endRow()
            }
            return rows
        }
    }

    /// The length of all rows in mode `int`.
    private func length(of rows: IndexRows) -> Int {
        outputSequenceLength ?? rows.ends.indices.map { rows[$0].count }.max() ?? 0
    }

    private func matrix(_ rows: IndexRows) throws -> NDArray {
        let rows = try padded(rows)
        // Without texts no row tells the length.
        let width = lookup.options.outputMode == .int ? length(of: rows) : rows.width
        return try lookup.encode(rows, shape: width.map { [rows.ends.count, $0] })
    }

    /// In mode `int`: all rows of one length.
    private func padded(_ rows: IndexRows) throws -> IndexRows {
        guard lookup.options.outputMode == .int else { return rows }
        let length = length(of: rows)
        try lookup.requireSize(rows: rows.ends.count, width: length)
        var result = IndexRows()
        result.indices.reserveCapacity(rows.ends.count * length)
        for row in rows.ends.indices {
            let kept = rows[row].prefix(length)
            result.indices += kept
            result.indices += repeatElement(0, count: length - kept.count)
            result.endRow()
        }
        return result
    }
}

extension TextVectorization {
    /// The arguments that the layer was made from, by Keras's names. A vocabulary that `adapt` found is not among them.
    /// - Throws: `KeratinError` if a step is a function, which cannot be saved.
    public func getConfig() throws -> [String: ConfigValue] {
        guard let standardize = standardize.name, let split = split.name else {
            throw KeratinError(
                .unavailable, "standardizes or splits by a function, which cannot be saved",
                at: lookup.place)
        }
        let own: Set = [
            "name", "trainable", "dtype", "max_tokens", "output_mode", "pad_to_max_tokens",
            "sparse",
            "vocabulary", "idf_weights", "vocabulary_size",
        ]
        return lookup.config(name: name).filter { own.contains($0.key) }.adding([
            "standardize": standardize, "split": split, "ngrams": ngrams?.config ?? .null,
            "output_sequence_length": outputSequenceLength.map { .integer($0) } ?? .null,
            "ragged": false, "encoding": "utf-8",
        ])
    }

    /// - Throws: `KeratinError` for missing or wrong arguments.
    package convenience init(from configuration: Configuration) throws {
        try configuration.requirePlainText()
        var ngrams: NGrams?
        if let value = configuration.value("ngrams") {
            if let size = value.asExtent {
                ngrams = NGrams(upTo: size)
            } else {
                ngrams = NGrams(try configuration.integers("ngrams"))
            }
        }
        try self.init(
            maxTokens: try configuration.optionalInteger("max_tokens"),
            standardize: try configuration.textStep(
                "standardize", default: .lowerAndStripPunctuation, none: .none,
                among: [.lowerAndStripPunctuation, .lower, .stripPunctuation], \.name),
            split: try configuration.textStep(
                "split", default: .whitespace, none: .none, among: [.whitespace, .character], \.name
            ),
            ngrams: ngrams, outputMode: try configuration.outputMode(),
            outputSequenceLength: try configuration.optionalInteger("output_sequence_length"),
            padToMaxTokens: try configuration.boolean("pad_to_max_tokens", default: false),
            vocabulary: try configuration.vocabulary {
                if case .string(let token) = $0 { token } else { nil }
            },
            idfWeights: try configuration.optionalNumbers("idf_weights"), name: configuration.name)
    }
}

extension Configuration {
    /// A step that has a name, is null, or is a function of Python.
    fileprivate func textStep<Step>(
        _ key: String, default fallback: Step, none: Step, among steps: [Step],
        _ name: (Step) -> ConfigValue?
    ) throws -> Step {
        if isNull(key) { return none }
        guard let value = value(key) else { return fallback }
        if let step = steps.first(where: { name($0) == value }) { return step }
        if case .object = value {
            throw KeratinError(
                .unavailable, "'\(key)' is a function of Python, which Keratin cannot run",
                at: className)
        }
        let words = steps.compactMap { name($0)?.description }.joined(separator: ", ")
        throw mismatch(key, expected: "null or one of \(words)")
    }
}
