import KeratinCore
import KeratinLayers
import KeratinTensor

/// Reviews of films, positive or negative, 25,000 to train on and 25,000 to test on (Maas and others, 2011).
public enum IMDB {
    /// Reviews as texts, and y: uint8 [reviews], 1 for positive ones.
    public typealias Texts = (texts: [String], y: NDArray)

    /// Whether the files are there without a download.
    public static var isPresent: Bool { IMDBFiles().isPresent }

    /// The reviews as they were written; `<br />` stands for line ends.
    ///
    /// Files come from `$KERATIN_DATASETS/imdb`, then `~/.keratin/datasets/imdb`: `imdb_train.tsv.gz` and
    /// `imdb_test.tsv.gz`, or the folder `aclImdb`. Else the authors' archive is downloaded and unpacked with `tar`.
    /// - Throws: `KeratinError` that says what failed and what to do; for a damaged file it names the line.
    public static func loadTexts() throws -> (train: Texts, test: Texts) {
        func part(_ name: String) throws -> Texts {
            let reviews = try IMDBFiles().reviews(name)
            return (
                reviews.map(\.text), NDArray(reviews.map { $0.isPositive ? 1 : 0 as UInt8 })
            )
        }
        return (try part("train"), try part("test"))
    }

    /// The reviews as word numbers, by the conventions of `keras.datasets.imdb.load_data`: 0 is padding, 1 starts a
    /// review, 2 stands for words that are left out, and words follow from 4 on (`indexFrom` and their rank from 1) by
    /// falling frequency in both parts together.
    ///
    /// Words are runs of a…z, 0…9 and ' in lower case, `<br />` left out; of equally frequent ones the first seen comes
    /// first. Keras's file was made with a tokenizer that was never published, so its numbers differ.
    /// - Parameters:
    ///   - numWords: numbers from this one on are left out; nil: none.
    ///   - skipTop: numbers below this one are left out, which includes `startChar`, as in Keras.
    ///   - maxlen: only reviews of fewer numbers than this are kept; nil: all.
    ///   - seed: of the order of the reviews, in which they are shuffled. It is not the order of Keras.
    ///   - startChar: the number that every review starts with; nil: none.
    ///   - oovChar: what stands for numbers that are left out; nil: nothing.
    ///   - indexFrom: the number of the most frequent word, less one.
    /// - Throws: `KeratinError` that says what failed and what to do, or if no review is short enough.
    public static func load(
        numWords: Int? = nil, skipTop: Int = 0, maxlen: Int? = nil, seed: UInt64 = 113,
        startChar: Int32? = 1, oovChar: Int32? = 2, indexFrom: Int = 3
    ) throws -> IMDBReviews {
        try IMDBReviews(
            try loadTexts(),
            IMDBReviews.Options(
                numWords: numWords ?? .max, skipTop: skipTop, maxlen: maxlen ?? .max,
                startChar: startChar, oovChar: oovChar, indexFrom: indexFrom), seed: seed)
    }

    /// The same without the vocabulary: `let ((xTrain, yTrain), (xTest, yTest)) = try IMDB.load(numWords: 20_000)`, or
    /// `let (train, test) = …`.
    /// - Throws: `KeratinError` that says what failed and what to do, or if no review is short enough.
    @_disfavoredOverload
    public static func load(
        numWords: Int? = nil, skipTop: Int = 0, maxlen: Int? = nil, seed: UInt64 = 113,
        startChar: Int32? = 1, oovChar: Int32? = 2, indexFrom: Int = 3
    ) throws -> (train: (x: [[Int32]], y: NDArray), test: (x: [[Int32]], y: NDArray)) {
        let reviews: IMDBReviews = try load(
            numWords: numWords, skipTop: skipTop, maxlen: maxlen, seed: seed, startChar: startChar,
            oovChar: oovChar, indexFrom: indexFrom)
        return (
            (reviews.train.x, reviews.train.y), (reviews.test.x, reviews.test.y)
        )
    }

    /// The rank of each word by falling frequency, from 1 on; its number in reviews is `indexFrom` more.
    public static func getWordIndex() throws -> [String: Int] {
        let (train, test) = try loadTexts()
        let words = ReviewWords([train.texts, test.texts])
        return Dictionary(uniqueKeysWithValues: zip(words.ranked, 1...))
    }
}

/// Reviews as word numbers, and the vocabulary that they were made with.
public struct IMDBReviews: Sendable {
    /// Reviews with their labels.
    public struct Part: Sendable {
        /// The numbers of each review, for `padSequences`.
        public let x: [[Int32]]
        /// uint8 [reviews]: 1 for positive ones.
        public let y: NDArray
    }

    struct Options {
        var numWords: Int
        var skipTop: Int
        var maxlen: Int
        var startChar: Int32?
        var oovChar: Int32?
        var indexFrom: Int
    }

    /// Of the 25 000 reviews to train on those shorter than `maxlen`, shuffled.
    public let train: Part
    /// Of the 25 000 reviews that were held back those shorter than `maxlen`, shuffled.
    public let test: Part
    /// Words by falling frequency.
    public let words: [String]
    private let vocabulary: ReviewWords
    private let options: Options

    init(_ texts: (train: IMDB.Texts, test: IMDB.Texts), _ options: Options, seed: UInt64) throws {
        self.options = options
        let vocabulary = ReviewWords([texts.train.texts, texts.test.texts])
        var generator = PhiloxGenerator(seed: seed)
        func part(_ texts: IMDB.Texts) throws -> Part {
            var order = Array(texts.texts.indices)
            order.shuffle(using: &generator)
            let labels = try texts.y.floats()
            let reviews = order.map { index in
                (x: vocabulary.sequence(texts.texts[index], options), y: UInt8(labels[index]))
            }.filter { $0.x.count < options.maxlen }
            guard !reviews.isEmpty else {
                throw KeratinError(
                    .invalidArgument, "no review is shorter than maxlen \(options.maxlen)",
                    at: "IMDB")
            }
            // Keras drops numbers after it has looked at lengths.
            return Part(
                x: reviews.map { vocabulary.limited($0.x, options) },
                y: NDArray(reviews.map(\.y)))
        }
        train = try part(texts.train)
        test = try part(texts.test)
        words = vocabulary.ranked
        self.vocabulary = vocabulary
    }

    /// The numbers of another text, as those of the reviews.
    public func sequence(_ text: String) -> [Int32] {
        vocabulary.limited(vocabulary.sequence(text, options), options)
    }

    /// The words of a review, with [START] and [OOV] for what these stand for; padding is left out.
    /// - Throws: `KeratinError` for a number that no word has, with its position.
    public func text(_ sequence: some Sequence<Int32>) throws -> String {
        try sequence.enumerated().compactMap { position, number -> String? in
            switch number {
            case options.startChar: return "[START]"
            case options.oovChar: return "[OOV]"
            case 0: return nil
            default:
                let rank = Int(number) &- options.indexFrom
                guard rank > 0, rank <= words.count else {
                    throw KeratinError(
                        .invalidData,
                        "the number \(number) at \(position) is outside of the vocabulary, "
                            + "\(options.indexFrom + 1)...\(options.indexFrom + words.count)",
                        at: "IMDB")
                }
                return words[rank - 1]
            }
        }.joined(separator: " ")
    }
}

/// The words of texts: runs of a…z, 0…9 and ' in lower case.
struct ReviewWords: Sendable {
    private var table = TokenTable(minimumCapacity: 1 << 17)
    /// The rank from 1 on of each word of the table, by falling frequency.
    private var ranks: [Int] = []
    /// Words by rank.
    private(set) var ranked: [String] = []

    init(_ parts: [[String]]) {
        var counts: [Int] = []
        for text in parts.joined() {
            Self.forEachWord(of: text) { word in
                let number = table.insert(word)
                if number == counts.count { counts.append(0) }
                counts[number] += 1
            }
        }
        let order = table.byFrequency(counts, precedes: <)
        ranks = Array(repeating: 0, count: order.count)
        for (position, number) in order.enumerated() { ranks[number] = position + 1 }
        ranked = order.map { table.string($0) }
    }

    /// The numbers of a text's words, with what starts it. Words that were never seen are left out, as in Keras.
    func sequence(_ text: String, _ options: IMDBReviews.Options) -> [Int32] {
        var sequence = options.startChar.map { [$0] } ?? []
        Self.forEachWord(of: text) { word in
            if let number = table.find(word) {
                sequence.append(Int32(clamping: ranks[number] &+ options.indexFrom))
            }
        }
        return sequence
    }

    /// Numbers within the limits; what stands for the others.
    func limited(_ sequence: [Int32], _ options: IMDBReviews.Options) -> [Int32] {
        sequence.compactMap {
            Int($0) >= options.skipTop && Int($0) < options.numWords ? $0 : options.oovChar
        }
    }

    private static let lineBreak = Array("<br />".utf8)

    /// What becomes of each byte in a word; 0 where it belongs to none.
    private static let letters: [UInt8] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 65...90: byte + 32
        case 97...122, 48...57, 39: byte
        default: 0
        }
    }

    private static func forEachWord(
        of text: String, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        var text = text
        var bytes = text.withUTF8 { source in
            [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
                for index in source.indices { target[index] = letters[Int(source[index])] }
                count = source.count
            }
        }
        // The letters of line breaks are no word.
        text.withUTF8 { source in
            for index in source.indices
            where source[index] == lineBreak[0] && source[index...].starts(with: lineBreak) {
                for offset in lineBreak.indices { bytes[index + offset] = 0 }
            }
        }
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for index in bytes.indices where bytes[index] == 0 {
                if index > start { body(UnsafeRawBufferPointer(rebasing: bytes[start..<index])) }
                start = index + 1
            }
            if start < bytes.count { body(UnsafeRawBufferPointer(rebasing: bytes[start...])) }
        }
    }
}
