import KeratinCore
import KeratinTensor

/// From texts to word numbers and back by the rules of the `Tokenizer` of Keras 1 and 2 (in Keras 3
/// `keras._legacy.preprocessing.text.Tokenizer`).
///
/// Words are numbered from 1 by falling frequency, of equal ones the first that was seen; 0 is left for padding. With an
/// `oovToken` that token has the number 1 and words follow.
public final class Tokenizer {
    /// What a matrix holds for a word of a text.
    public enum MatrixMode: String, Hashable, Sendable, CaseIterable {
        /// 1.
        case binary
        /// How often it occurs.
        case count
        /// How often it occurs, divided by the number of words.
        case freq
        /// (1 + ln count)·ln(1 + documents/(1 + documents with the word)).
        case tfidf
    }

    /// The characters that split words unless others are named: punctuation but the apostrophe, tab and line feed.
    public static let defaultFilters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"

    /// Only words with smaller numbers are kept; nil: all.
    public let numWords: Int?
    /// What stands for unknown words; nil: they are left out.
    public let oovToken: String?
    /// The characters that `split` takes the place of, as UTF-8: those of one byte, and the others.
    private let filters: [Bool]
    private let longFilters: Set<[UInt8]>
    private let lower: Bool
    private let split: [UInt8]
    private let charLevel: Bool
    private var counter = TokenCounter()
    /// Words in the order of their numbers, as numbers of `counter.tokens`.
    private var order: [Int] = []
    /// The number of each word of `counter.tokens`.
    private var indices: [Int] = []

    /// - Parameters:
    ///   - numWords: only numbers below this are given; nil: all. `wordIndex` holds all words anyhow.
    ///   - filters: characters, as code points, that `split` takes the place of.
    ///   - lower: whether texts are put into lower case (Unicode).
    ///   - split: what words are split at.
    ///   - charLevel: whether every code point is a word; nothing is filtered then.
    ///   - oovToken: stands for words that were not seen or have too high a number; nil: these are left out.
    /// - Throws: `KeratinError` for an empty `split` or a negative `numWords`.
    public init(
        numWords: Int? = nil, filters: String = Tokenizer.defaultFilters, lower: Bool = true,
        split: String = " ", charLevel: Bool = false, oovToken: String? = nil
    ) throws {
        guard !split.isEmpty, numWords ?? 0 >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "split must not be empty and numWords not negative, got '\(split)' and \(numWords ?? 0)",
                at: "Tokenizer")
        }
        // As in Keras 0 means that there is no limit.
        self.numWords = numWords == 0 ? nil : numWords
        let characters = filters.unicodeScalars.map { Array(String($0).utf8) }
        self.filters = (0...255).map { (byte: UInt8) in characters.contains([byte]) }
        longFilters = Set(characters.filter { $0.count > 1 })
        self.lower = lower
        self.split = Array(split.utf8)
        self.charLevel = charLevel
        self.oovToken = oovToken
    }

    // MARK: Words

    /// Counts the words of texts, on top of those counted before, and numbers the words anew.
    public func fitOnTexts(_ texts: some Sequence<String>) {
        for text in texts {
            forEachWord(of: text) { counter.count($0) }
            counter.endDocument()
        }
        order = counter.tokens.byFrequency(counter.counts, precedes: <)
        indices = Array(repeating: 0, count: order.count)
        for (position, word) in order.enumerated() { indices[word] = position + firstIndex }
    }

    /// The number of the most frequent word.
    private var firstIndex: Int { oovToken == nil ? 1 : 2 }

    /// The number of the token for unknown words. If it is itself a word of the texts, it has that word's number.
    private var oovIndex: Int? {
        oovToken.map { token in
            counter.tokens.find(Array(token.utf8)).map { indices[$0] } ?? 1
        }
    }

    /// How many texts were counted.
    public var documentCount: Int { counter.documents }

    /// Words by their numbers from 1 on, the token for unknown words included.
    public var words: [String] {
        (oovToken.map { [$0] } ?? []) + order.map { counter.tokens.string($0) }
    }

    /// The number of each word. Words that Swift takes for equal (composed and decomposed letters) have one entry.
    public var wordIndex: [String: Int] {
        Dictionary(zip(words, 1...), uniquingKeysWith: { first, _ in first })
            .merging(
                oovToken.flatMap { token in oovIndex.map { [token: $0] } } ?? [:],
                uniquingKeysWith: { $1 })
    }

    /// How often each word occurs, by falling frequency.
    public var wordCounts: [(word: String, count: Int)] {
        order.map { (counter.tokens.string($0), counter.counts[$0]) }
    }

    private func requireWords(_ function: String) throws {
        guard !order.isEmpty else {
            throw KeratinError(
                .invalidState, "knows no words yet: call fitOnTexts before \(function)",
                at: "Tokenizer")
        }
    }

    /// Calls `body` with each word of a text.
    private func forEachWord(of text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
        let text = lower ? text.loweredUTF8 : Array(text.utf8)
        (charLevel ? text : filtered(text)).withUnsafeBytes { bytes in
            var (start, position) = (0, 0)
            func end() {
                if position > start {
                    body(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
                }
            }
            while position < bytes.count {
                if charLevel {
                    // A code point starts at every byte that continues none.
                    if bytes[position] & 0xc0 != 0x80 {
                        end()
                        start = position
                    }
                    position += 1
                } else if bytes[position] == split[0],
                    split.count == 1 || bytes[position...].starts(with: split)
                {
                    end()
                    position += split.count
                    start = position
                } else {
                    position += 1
                }
            }
            end()
        }
    }

    /// UTF-8 with `split` in the place of the characters that are filtered.
    private func filtered(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let byte = text[position]
            // The first byte of a character tells how many it has.
            let length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
            if length == 1 {
                if filters[Int(byte)] { result += split } else { result.append(byte) }
            } else {
                let character = text[position..<min(position + length, text.count)]
                let isFiltered = !longFilters.isEmpty && longFilters.contains(Array(character))
                result += isFiltered ? split[...] : character
            }
            position += length
        }
        return result
    }

    // MARK: Conversion

    /// The numbers of the words of each text.
    /// - Throws: `KeratinError` before `fitOnTexts`.
    public func textsToSequences(_ texts: some Sequence<String>) throws -> [[Int32]] {
        try requireWords("textsToSequences")
        let oov = oovIndex.map { Int32($0) }
        let limit = numWords ?? .max
        return texts.map { text in
            var sequence: [Int32] = []
            forEachWord(of: text) { word in
                let index = counter.tokens.find(word).map { indices[$0] }
                if let index, index < limit {
                    sequence.append(Int32(index))
                } else if let oov {
                    sequence.append(oov)
                }
            }
            return sequence
        }
    }

    /// The words of each sequence, joined by spaces. Numbers that no word has are unknown words: `oovToken`, or left out.
    /// - Throws: `KeratinError` before `fitOnTexts`.
    public func sequencesToTexts(_ sequences: some Sequence<[Int32]>) throws -> [String] {
        try requireWords("sequencesToTexts")
        let limit = numWords ?? .max
        // A token for unknown words that is itself a word has that word's number, and none has number 1.
        let oov = oovIndex
        func word(_ index: Int) -> String? {
            if index == oov { return oovToken }
            let position = index - firstIndex
            return order.indices.contains(position) ? counter.tokens.string(order[position]) : nil
        }
        return sequences.map { sequence in
            sequence.compactMap { index in
                let index = Int(index)
                guard let word = word(index), index < limit else { return oovToken }
                return word
            }.joined(separator: " ")
        }
    }

    /// A row a text, a column for each word number from 0 on: float32 [texts, numWords], or as many columns as there are
    /// words and one.
    /// - Throws: `KeratinError` before `fitOnTexts`.
    public func textsToMatrix(
        _ texts: some Sequence<String>, mode: MatrixMode = .binary
    ) throws -> NDArray {
        try sequencesToMatrix(try textsToSequences(texts), mode: mode)
    }

    /// The same for the word numbers of texts. Numbers beyond the columns count as words of the text only.
    /// - Throws: also for a negative number, with its position.
    public func sequencesToMatrix(
        _ sequences: [[Int32]], mode: MatrixMode = .binary
    ) throws -> NDArray {
        if numWords == nil || mode == .tfidf { try requireWords("sequencesToMatrix") }
        // A word that is the token for unknown words too has one column.
        let isShared = oovIndex.map { $0 != 1 } ?? false
        let columns = numWords ?? order.count + firstIndex - (isShared ? 1 : 0)
        guard Shape([sequences.count, columns]).count <= 1 << 31 else {
            throw KeratinError(
                .invalidArgument,
                "\(sequences.count) rows of \(columns) make too large an array", at: "Tokenizer")
        }
        var values = [Float](repeating: 0, count: sequences.count * columns)
        for (row, sequence) in sequences.enumerated() {
            var counts: [Int: Int] = [:]
            for (step, index) in sequence.enumerated() {
                guard index >= 0 else {
                    throw KeratinError(
                        .invalidData,
                        "\(index) at step \(step) of sequence \(row) is no word number",
                        at: "Tokenizer")
                }
                if Int(index) < columns { counts[Int(index), default: 0] += 1 }
            }
            for (index, count) in counts {
                values[row * columns + index] = Float(
                    value(mode, index, count: count, of: sequence.count))
            }
        }
        return NDArray(values, shape: [sequences.count, columns])
    }

    private func value(_ mode: MatrixMode, _ index: Int, count: Int, of words: Int) -> Double {
        switch mode {
        case .binary: return 1
        case .count: return Double(count)
        case .freq: return Double(count) / Double(words)
        case .tfidf:
            let position = index - firstIndex
            let documents =
                order.indices.contains(position) ? counter.documentCounts[order[position]] : 0
            return (1 + logarithm(Double(count)))
                * logarithm(1 + Double(counter.documents) / Double(1 + documents))
        }
    }
}
