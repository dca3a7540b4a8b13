import KeratinCore
import KeratinTensor

/// What a lookup makes of the tokens of a sample.
public enum OutputMode: String, Hashable, Sendable, CaseIterable {
    /// The index of each token: int32.
    case int
    /// A row for each token that is 1 at its index: float32.
    case oneHot = "one_hot"
    /// One row per sample that is 1 at the index of every token: float32.
    case multiHot = "multi_hot"
    /// One row per sample that counts the tokens of each index: float32.
    case count
    /// The counts times the inverse document frequencies: float32.
    case tfIDF = "tf_idf"
}

/// Where unknown tokens go if there are several indices for them.
public enum OOVMethod: String, Hashable, Sendable, CaseIterable {
    /// The token modulo the number of indices. For integers only.
    case floormod
    /// The fingerprint FarmHash64 of the token as text, or SipHash-2-4 with a salt, modulo the number of indices.
    case farmhash
}

/// The table of `StringLookup` and `IntegerLookup`, after Keras's `IndexLookup`: from tokens, as bytes, to indices.
///
/// Indices are laid out as [mask token, in mode `int`] [unknown tokens] [vocabulary].
struct IndexLookup {
    struct Options {
        var coding: TokenCoding
        var maxTokens: Int?
        var oovIndexCount: Int
        var maskToken: [UInt8]?
        var oovToken: [UInt8]
        var invert: Bool
        var outputMode: OutputMode
        var padToMaxTokens: Bool
        var oovMethod: OOVMethod
        /// One number or two.
        var salt: [Int]?
    }

    /// The most columns of a row, and indices of unknown tokens, so that computing with them cannot overflow.
    private static let largestCount = 1 << 24

    let options: Options
    /// How errors name the layer.
    let place: String
    /// The vocabulary without special tokens; nil: there is none yet.
    private(set) var tokens: TokenTable?
    /// By index, for `tfIDF`.
    private(set) var idf: [Float] = []
    /// Whether the vocabulary was given when the layer was made; it cannot be adapted then.
    private let isFixed: Bool
    /// What was given when the layer was made, which its configuration repeats.
    let given: (vocabulary: [[UInt8]]?, idfWeights: [Double]?)

    init(
        _ options: Options, vocabulary: [[UInt8]]?, idfWeights: [Double]?, at place: String
    ) throws {
        self.options = options
        self.place = place
        isFixed = vocabulary != nil
        given = (vocabulary, idfWeights)
        try checkOptions()
        if let vocabulary {
            try setVocabulary(vocabulary, idfWeights: idfWeights)
        } else if idfWeights != nil {
            throw error("idfWeights need a vocabulary")
        }
    }

    /// A table of texts without a vocabulary, which stands where one cannot be made.
    init(textsAt place: String) {
        options = Options(
            coding: .string, maxTokens: nil, oovIndexCount: 1, maskToken: [], oovToken: [],
            invert: false, outputMode: .int, padToMaxTokens: false, oovMethod: .floormod, salt: nil)
        self.place = place
        isFixed = false
        given = (nil, nil)
    }

    private func error(_ message: String, _ code: KeratinError.Code = .invalidArgument)
        -> KeratinError
    { KeratinError(code, message, at: place) }

    private func checkOptions() throws {
        if let maxTokens = options.maxTokens, maxTokens <= 1 {
            throw error("maxTokens must be above 1, got \(maxTokens)")
        }
        if options.padToMaxTokens, options.maxTokens == nil {
            throw error("padToMaxTokens needs maxTokens")
        }
        guard (0...Self.largestCount).contains(options.oovIndexCount) else {
            throw error(
                "numOOVIndices must not be negative and at most \(Self.largestCount), got "
                    + "\(options.oovIndexCount)")
        }
        if options.padToMaxTokens, let maxTokens = options.maxTokens, maxTokens > Self.largestCount
        {
            throw error("rows of maxTokens \(maxTokens) columns are too long")
        }
        if options.invert, options.outputMode != .int {
            throw error("invert needs the output mode int, got \(options.outputMode.rawValue)")
        }
        if let salt = options.salt {
            guard options.coding == .string || options.oovMethod == .farmhash else {
                throw error("a salt needs the method farmhash")
            }
            guard (1...2).contains(salt.count) else {
                throw error("a salt is one number or two, got \(salt)")
            }
        }
    }

    // MARK: Layout

    /// Where the indices of unknown tokens start.
    private var oovStart: Int {
        options.maskToken != nil && options.outputMode == .int ? 1 : 0
    }

    /// Where the vocabulary starts.
    private var tokenStart: Int { oovStart + options.oovIndexCount }

    /// Indices in all; nil: there is no vocabulary yet.
    var size: Int? { tokens.map { $0.count + tokenStart } }

    private var specialTokens: [[UInt8]] {
        Array(repeating: options.maskToken ?? [], count: oovStart)
            + Array(repeating: options.oovToken, count: options.oovIndexCount)
    }

    /// The tokens by index.
    func vocabulary(includeSpecialTokens: Bool) -> [[UInt8]] {
        let own = tokens.map { tokens in (0..<tokens.count).map { Array(tokens[$0]) } } ?? []
        return includeSpecialTokens ? specialTokens + own : own
    }

    private func requireTokens() throws -> TokenTable {
        guard let tokens else {
            throw error("has no vocabulary yet: give one, or call adapt", .invalidState)
        }
        return tokens
    }

    // MARK: Vocabulary

    /// - Parameter vocabulary: with all special tokens at its start, or without any.
    mutating func setVocabulary(_ vocabulary: [[UInt8]], idfWeights: [Double]?) throws {
        let isWeighted = options.outputMode == .tfIDF
        guard (idfWeights != nil) == isWeighted else {
            throw error(
                isWeighted
                    ? "the output mode tf_idf needs idfWeights with the vocabulary"
                    : "idfWeights are for the output mode tf_idf, not \(options.outputMode.rawValue)"
            )
        }
        guard !vocabulary.isEmpty else { throw error("the vocabulary is empty") }
        let hasSpecialTokens = Array(vocabulary.prefix(tokenStart)) == specialTokens
        let skipped = hasSpecialTokens ? tokenStart : 0
        var table = TokenTable(minimumCapacity: vocabulary.count)
        for (index, token) in vocabulary.enumerated().dropFirst(skipped) {
            let text = options.coding.text(token)
            guard table.insert(token) == index - skipped else {
                throw error("the token '\(text)' is in the vocabulary twice, again at \(index)")
            }
            guard token != options.maskToken, !options.invert || token != options.oovToken else {
                throw error(
                    "the special token '\(text)' is at \(index) of the vocabulary; special tokens stand at its "
                        + "start, all of them, or are left out")
            }
        }
        guard table.count > 0 else {
            throw error("the vocabulary holds nothing but special tokens")
        }
        if let maxTokens = options.maxTokens, table.count + tokenStart > maxTokens {
            throw error(
                "the vocabulary has \(table.count + tokenStart) tokens, more than maxTokens \(maxTokens)"
            )
        }
        if let idfWeights {
            guard idfWeights.count == vocabulary.count else {
                throw error(
                    "\(vocabulary.count) tokens need as many idfWeights, got \(idfWeights.count)")
            }
            let mean = idfWeights.reduce(0, +) / Double(idfWeights.count)
            let front = Array(repeating: mean, count: hasSpecialTokens ? 0 : tokenStart)
            setIDF((front + idfWeights).map { Float($0) })
        }
        tokens = table
    }

    private mutating func setIDF(_ weights: [Float]) {
        idf = weights
        if options.padToMaxTokens, let maxTokens = options.maxTokens {
            idf += Array(repeating: 0, count: max(maxTokens - weights.count, 0))
        }
    }

    /// Takes the vocabulary from counts: by falling frequency, of equal ones the last in the order of tokens first.
    mutating func adapt(_ counter: TokenCounter) throws {
        guard !isFixed else {
            throw error(
                "has the vocabulary that it was made with and cannot be adapted", .invalidState)
        }
        let found = counter.tokens
        let order = found.byFrequency(counter.counts) {
            found[$1].lexicographicallyPrecedes(found[$0])
        }.filter {
            !found[$0].elementsEqual(options.oovToken)
                && !(options.maskToken?.elementsEqual(found[$0]) ?? false)
        }
        let kept = order.prefix(options.maxTokens.map { max($0 - tokenStart, 0) } ?? order.count)
        guard !kept.isEmpty else { throw error("adapt found no tokens") }
        var table = TokenTable(minimumCapacity: kept.count)
        for number in kept { table.insert(Array(found[number])) }
        if options.outputMode == .tfIDF {
            let weights = kept.map { number in
                Float(
                    logarithm(
                        1 + Double(counter.documents)
                            / Double(1 + counter.documentCounts[number])))
            }
            let mean = weights.reduce(0) { $0 + Double($1) } / Double(weights.count)
            setIDF(Array(repeating: Float(mean), count: tokenStart) + weights)
        }
        tokens = table
    }

    // MARK: Lookup

    /// Finds the indices of tokens, one after the other.
    ///
    /// - Parameter body: is given a function from a token and its position, for errors, to its index. −1: the mask token
    ///   in a mode that leaves it out.
    func withLookup<Result>(
        _ body: ((UnsafeRawBufferPointer, @autoclosure () -> String) throws -> Int32) throws ->
            Result
    ) throws -> Result {
        guard !options.invert else {
            throw error("is inverted: it takes indices, not tokens", .invalidState)
        }
        let tokens = try requireTokens()
        let (oovStart, tokenStart) = (Int32(oovStart), Int32(tokenStart))
        let mask = options.maskToken
        let maskIndex: Int32 = options.outputMode == .int ? 0 : -1
        return try body { token, position in
            if let number = tokens.find(token) { return tokenStart + Int32(number) }
            if let mask, token.elementsEqual(mask) { return maskIndex }
            switch options.oovIndexCount {
            case 0:
                throw error(
                    "the token '\(options.coding.text(token))' at \(position()) is not in the vocabulary, "
                        + "and numOOVIndices is 0", .invalidData)
            case 1: return oovStart
            default: return oovStart + Int32(bucket(token))
            }
        }
    }

    /// Which of the indices of unknown tokens a token has.
    private func bucket(_ token: UnsafeRawBufferPointer) -> Int {
        let count = options.oovIndexCount
        if options.coding == .integer, options.oovMethod == .floormod {
            let rest = TokenCoding.integer(token) % count
            return rest < 0 ? rest + count : rest
        }
        let buckets = HashBuckets(count, salt: options.salt)
        return options.coding == .string
            ? buckets.bucket(of: token) : buckets.bucket(of: options.coding.text(token))
    }

    /// The token of an index, of an inverted lookup: the unknown token for an index that has none.
    func token(of index: Int) throws -> [UInt8] {
        guard options.invert else {
            throw error(
                "takes tokens, not indices; make one with invert: true for these", .invalidState)
        }
        let tokens = try requireTokens()
        if index == 0, let mask = options.maskToken { return mask }
        let number = index.subtractingReportingOverflow(tokenStart)
        guard !number.overflow, (0..<tokens.count).contains(number.partialValue) else {
            return options.oovToken
        }
        return Array(tokens[number.partialValue])
    }
}
