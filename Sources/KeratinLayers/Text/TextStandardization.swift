/// What `TextVectorization` does to a text before it splits it.
public enum TextStandardization {
    /// Lower case, and no punctuation.
    case lowerAndStripPunctuation
    /// A…Z become a…z. Letters beyond ASCII stay as they are, as in Keras, which works on bytes here.
    case lower
    /// Without the punctuation of ASCII.
    case stripPunctuation
    case none
    /// A function of your own. It cannot be saved.
    case custom((String) -> String)

    private static let punctuation = Set("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'".utf8)

    /// Keras's name; nil: a function.
    var name: ConfigValue? {
        switch self {
        case .lowerAndStripPunctuation: "lower_and_strip_punctuation"
        case .lower: "lower"
        case .stripPunctuation: "strip_punctuation"
        case .none: .null
        case .custom: nil
        }
    }

    /// What becomes of each byte; nil: it is removed.
    var byteMap: [UInt8?] {
        let (lowers, strips) =
            switch self {
            case .lowerAndStripPunctuation: (true, true)
            case .lower: (true, false)
            case .stripPunctuation: (false, true)
            case .none, .custom: (false, false)
            }
        return (0...255).map { (byte: UInt8) in
            if strips, Self.punctuation.contains(byte) { return nil }
            return lowers && (65...90).contains(byte) ? byte + 32 : byte
        }
    }
}

/// How `TextVectorization` makes tokens of a text.
public enum TextSplit {
    /// At runs of the space, tab, line feed, vertical tab, form feed and carriage return of ASCII.
    case whitespace
    /// Unicode code points.
    case character
    /// The text is one token.
    case none
    /// A function of your own. It cannot be saved.
    case custom((String) -> [String])

    /// Keras's name; nil: a function.
    var name: ConfigValue? {
        switch self {
        case .whitespace: "whitespace"
        case .character: "character"
        case .none: .null
        case .custom: nil
        }
    }
}

/// The sizes of n-grams: `2` for 1 and 2, `[2, 3]` for exactly these.
public struct NGrams: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    private enum Sizes: Hashable, Sendable {
        case upTo(Int)
        case list([Int])
    }

    private let sizes: Sizes

    /// All sizes up to one.
    public init(upTo size: Int) { sizes = .upTo(size) }

    /// Runs of exactly these lengths.
    public init(_ sizes: [Int]) { self.sizes = .list(sizes) }

    /// Whether there are sizes, all of them positive.
    var isValid: Bool {
        switch sizes {
        case .upTo(let size): size > 0
        case .list(let sizes): !sizes.isEmpty && sizes.allSatisfy { $0 > 0 }
        }
    }

    /// The sizes that so many tokens have n-grams of, in the order in which these are made.
    func sizes(of count: Int) -> [Int] {
        switch sizes {
        case .upTo(let size): count > 0 ? Array(1...min(size, count)) : []
        case .list(let sizes): sizes.filter { $0 <= count }
        }
    }

    /// As it was given.
    var config: ConfigValue {
        switch sizes {
        case .upTo(let size): .integer(size)
        case .list(let sizes): .list(sizes.map { .integer($0) })
        }
    }

    public init(integerLiteral value: Int) { self.init(upTo: value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}
