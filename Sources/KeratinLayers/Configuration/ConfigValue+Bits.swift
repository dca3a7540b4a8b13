// Numbers bit for bit, NaN and infinities too, which JSON does not have: as hexadecimal digits.

extension ConfigValue {
    /// A number's bits; null for nil.
    package static func bits(_ value: Double?) -> ConfigValue {
        value.map { .bits($0.bitPattern) } ?? .null
    }

    /// Sixteen digits.
    package static func bits(_ value: UInt64) -> ConfigValue { .string(hex(value, digits: 16)) }

    /// Sixteen digits for each number.
    package static func bits(_ values: [Double]) -> ConfigValue {
        .string(values.map { hex($0.bitPattern, digits: 16) }.joined())
    }

    /// Eight digits for each number.
    package static func bits(_ values: [Float]) -> ConfigValue {
        .string(values.map { hex(UInt64($0.bitPattern), digits: 8) }.joined())
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The numbers of texts of so many digits each; nil if it is no such text.
    private func words(digits: Int) -> [UInt64]? {
        guard case .string(let text) = self, text.utf8.count % digits == 0 else { return nil }
        let bytes = Array(text.utf8)
        var words: [UInt64] = []
        for start in stride(from: 0, to: bytes.count, by: digits) {
            let part = String(decoding: bytes[start..<(start + digits)], as: UTF8.self)
            guard let word = UInt64(part, radix: 16) else { return nil }
            words.append(word)
        }
        return words
    }

    /// What `bits` of an unsigned integer was.
    package var word: UInt64? { words(digits: 16).flatMap { $0.count == 1 ? $0[0] : nil } }

    /// What `bits` of a number was.
    package var bits: Double? { word.map { Double(bitPattern: $0) } }

    /// What `bits` of numbers was.
    package var doubleBits: [Double]? {
        words(digits: 16)?.map { Double(bitPattern: $0) }
    }

    /// What `bits` of single-precision numbers was.
    package var floatBits: [Float]? {
        words(digits: 8)?.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }
}
