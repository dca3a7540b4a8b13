/// How the tokens of a lookup are bytes. The order of the bytes is that of the tokens.
enum TokenCoding: Sendable {
    /// UTF-8.
    case string
    /// Eight bytes, the highest first, the sign turned around.
    case integer

    static func bytes(_ integer: Int) -> [UInt8] {
        let word = UInt64(bitPattern: Int64(integer)) ^ (1 << 63)
        return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }

    static func integer(_ bytes: some Sequence<UInt8>) -> Int {
        let word = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(Int64(bitPattern: word ^ (1 << 63)))
    }

    /// The token as errors show it, and as it is hashed.
    func text(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .string: String(decoding: bytes, as: UTF8.self)
        case .integer: String(Self.integer(bytes))
        }
    }

    func config(_ bytes: [UInt8]) -> ConfigValue {
        switch self {
        case .string: .string(text(bytes))
        case .integer: .integer(Self.integer(bytes))
        }
    }
}
