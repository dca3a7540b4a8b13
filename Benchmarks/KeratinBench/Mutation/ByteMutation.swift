/// Damage to bytes, and to texts as bytes.
enum ByteMutation {
    /// Turned bits, overwritten, inserted, repeated and missing parts, strange numbers, an early end.
    static func damaged(_ bytes: [UInt8], _ random: inout MutationRandom) -> [UInt8] {
        var copy = bytes
        for _ in 0...random.pick([0, 0, 0, 1, 3]) { change(&copy, &random) }
        return copy
    }

    private static func change(_ bytes: inout [UInt8], _ random: inout MutationRandom) {
        guard !bytes.isEmpty else {
            bytes = [UInt8](repeating: UInt8(random.draw(256)), count: random.draw(9))
            return
        }
        let place =
            random.once(in: 2) ? random.draw(min(bytes.count, 512)) : random.draw(bytes.count)
        let length = min(1 + random.draw(random.pick([1, 8, 64, 1024])), bytes.count - place)
        switch random.draw(10) {
        case 0: bytes.removeLast(1 + random.draw(bytes.count))
        case 1: for index in place..<(place + length) { bytes[index] = 0xFF }
        case 2: for index in place..<(place + length) { bytes[index] = 0 }
        case 3: bytes[place] = UInt8(random.draw(256))
        case 4: bytes.removeSubrange(place..<(place + length))
        case 5: bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: place)
        case 6: number(at: place, &bytes, &random)
        case 7:
            let source = random.draw(bytes.count - length + 1)
            let part = Array(bytes[source..<(source + length)])
            bytes.replaceSubrange(place..<(place + length), with: part)
        default:
            for _ in 0...random.draw(4) { bytes[random.draw(bytes.count)] ^= 1 << random.draw(8) }
        }
    }

    /// A number of 1, 2, 4 or 8 bytes in either order.
    private static func number(
        at place: Int, _ bytes: inout [UInt8], _ random: inout MutationRandom
    ) {
        let width = random.pick([1, 2, 4, 8])
        let value = random.pick([
            0, 1, -1, 2, 127, 128, 255, 256, 32_767, 65_535, 65_536, 1 << 24, 1 << 31 - 1, 1 << 31,
            1 << 32 - 1, 1 << 40, 1 << 62, .max, .min, bytes.count, bytes.count - 1,
            bytes.count + 1,
        ])
        let isBig = random.once(in: 2)
        for index in 0..<width where place + index < bytes.count {
            let shift = 8 * (isBig ? width - 1 - index : index)
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    /// Changes to a text that keep some of its syntax: other numbers, lines and parts twice or away, deep nesting, odd characters.
    static func changed(text: [UInt8], _ random: inout MutationRandom) -> [UInt8] {
        var bytes = text
        for _ in 0...random.draw(3) {
            switch random.draw(6) {
            case 0: replaceNumber(&bytes, &random)
            case 1:
                var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(
                    Array.init)
                let line = random.draw(lines.count)
                switch random.draw(3) {
                case 0: lines.remove(at: line)
                case 1: lines.insert(lines[line], at: random.draw(lines.count))
                default: lines.swapAt(line, random.draw(lines.count))
                }
                bytes = Array(lines.joined(separator: [10]))
            case 2:
                let nesting = random.pick([
                    "[", "{\"a\":", "(", "- ", "\"", "&a [*a,", "? ", "!!x ", "'", ",",
                ])
                let depth = random.pick([1, 2, 10, 600, 20_000])
                let part = [[UInt8]](repeating: Array(nesting.utf8), count: depth).flatMap { $0 }
                bytes.insert(contentsOf: part, at: random.draw(bytes.count + 1))
            case 3:
                let odd = random.pick(
                    [
                        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
                        [0xEF, 0xBB, 0xBF],
                        [9], [13], [0x5C], [0x22], [0x2C, 0x2C], [0x0A, 0x0A],
                    ] as [[UInt8]])
                bytes.insert(contentsOf: odd, at: random.draw(bytes.count + 1))
            default: bytes = damaged(bytes, &random)
            }
        }
        return bytes
    }

    private static let numbers = [
        "0", "-1", "1e308", "1e999", "-1e-999", "NaN", "Infinity", "-Infinity",
        "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "4294967296", "2147483647", "0.5", "1.0",
        "01", "1_0",
        "0x10", "true", "null", "99999999999999999999999999", "--1", "1e", ".5",
    ]

    private static func replaceNumber(_ bytes: inout [UInt8], _ random: inout MutationRandom) {
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        let starts = bytes.indices.filter {
            isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1]))
        }
        guard !starts.isEmpty else { return }
        let start = random.pick(starts)
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array(random.pick(numbers).utf8))
    }
}
