import KeratinCore
import KeratinTensor

/// From texts to numbers: standardise, split into tokens, join to n-grams, look up in a vocabulary, as Keras's layer of
/// this name.
///
/// Index 0 stands for padding (the token ""), 1 for unknown tokens ("[UNK]"); in other modes than `int` unknown tokens
/// have index 0. Texts are encoded on the host: by the layer itself, `vectorize(texts)`, or by a `Sequential` that begins with it, which
/// takes texts then.
public final class TextVectorization: Layer {
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
    ///
    /// Arguments that contradict each other, and a vocabulary that is empty, too large, or has a token twice, are errors wherever the layer is
    /// used.
    public init(
        maxTokens: Int? = nil, standardize: TextStandardization = .lowerAndStripPunctuation,
        split: TextSplit = .whitespace, ngrams: NGrams? = nil, outputMode: OutputMode = .int,
        outputSequenceLength: Int? = nil, padToMaxTokens: Bool = false, vocabulary: [String]? = nil,
        idfWeights: [Double]? = nil, name: String? = nil
    ) {
        let name = name ?? AutomaticName.next("TextVectorization")
        let place = "TextVectorization '\(name)'"
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.outputSequenceLength = outputSequenceLength
        var failure: (any Error)?
        do {
            try Self.check(ngrams, outputSequenceLength, outputMode, at: place)
            lookup = try IndexLookup(
                IndexLookup.Options(
                    coding: .string, maxTokens: maxTokens, oovIndexCount: 1, maskToken: [],
                    oovToken: Array("[UNK]".utf8), invert: false, outputMode: outputMode,
                    padToMaxTokens: padToMaxTokens, oovMethod: .floormod, salt: nil),
                vocabulary: vocabulary?.map { Array($0.utf8) }, idfWeights: idfWeights, at: place)
        } catch {
            failure = error
            lookup = IndexLookup(textsAt: place)
        }
        super.init(name: name)
        note(failure)
        markBuilt()
    }

    private static func check(
        _ ngrams: NGrams?, _ length: Int?, _ outputMode: OutputMode, at place: String
    ) throws {
        if let ngrams, !ngrams.isValid {
            throw KeratinError(
                .invalidArgument, "the sizes of n-grams must be positive, got \(ngrams.config)",
                at: place)
        }
        if let length {
            guard outputMode == .int, length >= 0 else {
                throw KeratinError(
                    .invalidArgument,
                    "outputSequenceLength must not be negative and is for the output mode int, got "
                        + "\(length) with \(outputMode.rawValue)", at: place)
            }
        }
    }

    private var buffer: TokenBuffer {
        TokenBuffer(standardize: standardize, split: split, ngrams: ngrams)
    }

    // MARK: Vocabulary

    /// Takes the vocabulary from texts, each a document: by falling frequency, of equal ones the last in the alphabet
    /// first. What an earlier call found is forgotten.
    /// - Throws: `KeratinError` if a vocabulary was given or the texts have no tokens.
    public func adapt(_ texts: some Sequence<String>) throws {
        if let mistake { throw mistake }
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
    /// - Returns: a tensor that carries the error if there is no vocabulary.
    public func callAsFunction(_ texts: [String]) -> Tensor {
        Tensor.carrying { try encoded(texts) }
    }

    /// The same where an error is thrown.
    package func encoded(_ texts: [String]) throws -> Tensor {
        if let mistake { throw mistake }
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
    /// - Returns: a tensor that carries the error, also for rows of several texts that are to be split.
    public func callAsFunction(_ rows: [[String]]) -> Tensor {
        Tensor.carrying { try encoded(rows: rows) }
    }

    private func encoded(rows: [[String]]) throws -> Tensor {
        if let mistake { throw mistake }
        guard case .none = split else {
            if let row = rows.firstIndex(where: { $0.count != 1 }) {
                throw KeratinError(
                    .shapeMismatch,
                    "texts that are split stand alone in their rows, got \(rows[row].count) in row \(row)",
                    at: lookup.place)
            }
            return try encoded(rows.flatMap { $0 })
        }
        return try matrix(try self.rows(rows))
    }

    /// The indices of the tokens of each text, as many as it has, for `padSequences`.
    /// - Throws: `KeratinError` without a vocabulary, and in other modes than `int`.
    public func sequences(_ texts: [String]) throws -> [[Int32]] {
        if let mistake { throw mistake }
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

    // MARK: Files

    /// The arguments that the layer was made from, by Keras's names. A vocabulary that `adapt` found is not among them.
    /// - Throws: `KeratinError` if a step is a function, which cannot be saved.
    public override func getConfig() throws -> [String: ConfigValue] {
        if let mistake { throw mistake }
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

    /// The layer as files hold it, with the vocabulary that `adapt` found.
    public override func serialized() throws -> SerializedObject {
        var config = try getConfig()
        if let size = vocabularySize {
            let own = getVocabulary(includeSpecialTokens: false)
            config["vocabulary"] = .list(own.map { .string($0) })
            if lookup.options.outputMode == .tfIDF {
                let weights = lookup.idf.dropFirst(size - own.count).prefix(own.count)
                config["idf_weights"] = .list(weights.map { .number(Double($0)) })
            }
        }
        return SerializedObject(
            module: "keras.layers", className: "TextVectorization", config: config)
    }

    /// A layer of the same arguments and the same vocabulary.
    public override func copied() throws -> Layer {
        try TextVectorization(from: serialized().configuration())
    }

    public override func call(_ input: Tensor) throws -> Tensor {
        throw KeratinError(
            .invalidArgument,
            "takes texts: call it with [String], or let a Sequential begin with it")
    }
}

extension TextVectorization: TextLayer {
    package var encodedShape: [Int?] {
        get throws {
            if let mistake { throw mistake }
            if case .none = split {
                throw KeratinError(
                    .unavailable,
                    "encodes a list of texts as one sample if they are not split, so it is no layer of a model",
                    at: lookup.place)
            }
            if lookup.options.outputMode == .int { return [outputSequenceLength] }
            guard let size = lookup.size else {
                throw KeratinError(
                    .invalidState,
                    "has no vocabulary yet, so that the length of its rows is unknown: call adapt before",
                    at: lookup.place)
            }
            return [lookup.options.padToMaxTokens ? lookup.options.maxTokens ?? size : size]
        }
    }

    package var encodedType: DType { lookup.options.outputMode == .int ? .int32 : .float32 }
}

extension TextVectorization {
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
        self.init(
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
        if let mistake { throw mistake }
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
