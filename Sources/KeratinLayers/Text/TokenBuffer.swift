/// Makes tokens of texts by `TextVectorization`'s steps: standardise, split, join to n-grams. It works on UTF-8 and
/// keeps its memory from text to text.
struct TokenBuffer {
    private let standardize: TextStandardization
    private let split: TextSplit
    private let ngrams: NGrams?
    private let map: [UInt8?]
    private var bytes: [UInt8] = []
    /// Where the tokens lie in `bytes`.
    private var tokens: [Range<Int>] = []

    init(standardize: TextStandardization, split: TextSplit, ngrams: NGrams?) {
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        map = standardize.byteMap
    }

    /// Calls `body` with each token of a sample: the tokens of its texts, one text after the other.
    mutating func forEachToken(
        of texts: [String], _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        bytes.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        for text in texts {
            let start = bytes.count
            append(text)
            splitBytes(from: start)
        }
        if let ngrams { joinNGrams(ngrams.sizes(of: tokens.count)) }
        try bytes.withUnsafeBytes { bytes in
            for token in tokens { try body(UnsafeRawBufferPointer(rebasing: bytes[token])) }
        }
    }

    /// Adds a text, standardised.
    private mutating func append(_ text: String) {
        if case .custom(let function) = standardize {
            bytes.append(contentsOf: function(text).utf8)
            return
        }
        var text = text
        text.withUTF8 { source in
            map.withUnsafeBufferPointer { map in
                bytes.reserveCapacity(bytes.count + source.count)
                for byte in source {
                    if let mapped = map[Int(byte)] { bytes.append(mapped) }
                }
            }
        }
    }

    /// Makes tokens of the bytes from one on.
    private mutating func splitBytes(from start: Int) {
        switch split {
        case .none: tokens.append(start..<bytes.count)
        case .character:
            // A code point starts at every byte that continues none.
            let starts = (start..<bytes.count).filter { bytes[$0] & 0xc0 != 0x80 }
            tokens += zip(starts, starts.dropFirst() + [bytes.count]).map { $0..<$1 }
        case .whitespace:
            var first = start
            for index in start..<bytes.count
            where bytes[index] == 32 || (9...13).contains(bytes[index]) {
                if index > first { tokens.append(first..<index) }
                first = index + 1
            }
            if first < bytes.count { tokens.append(first..<bytes.count) }
        case .custom(let function):
            let parts = function(String(decoding: bytes[start...], as: UTF8.self))
            bytes.removeSubrange(start...)
            for part in parts {
                let start = bytes.count
                bytes.append(contentsOf: part.utf8)
                tokens.append(start..<bytes.count)
            }
        }
    }

    /// All runs of tokens of each size, joined by spaces; sizes one after the other, none above the number of tokens.
    private mutating func joinNGrams(_ sizes: [Int]) {
        var joined: [Range<Int>] = []
        for size in sizes {
            for first in 0...(tokens.count - size) {
                guard size > 1 else {
                    joined.append(tokens[first])
                    continue
                }
                let start = bytes.count
                for index in first..<(first + size) {
                    if index > first { bytes.append(32) }
                    bytes.append(contentsOf: bytes[tokens[index]])
                }
                joined.append(start..<bytes.count)
            }
        }
        tokens = joined
    }
}
