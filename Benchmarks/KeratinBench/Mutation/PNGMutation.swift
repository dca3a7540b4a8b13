/// Damage to PNG files, two thirds of it with checksums that are right all the same: without those a reader sees no more.
enum PNGMutation {
    static func damaged(_ file: [UInt8], _ random: inout MutationRandom) -> [UInt8] {
        var chunks = parts(file)
        guard !chunks.isEmpty, !random.once(in: 3) else {
            return ByteMutation.damaged(file, &random)
        }
        let place = random.draw(chunks.count)
        switch random.draw(8) {
        case 0: chunks.remove(at: place)
        case 1: chunks.insert(chunks[place], at: random.draw(chunks.count + 1))
        case 2: chunks.swapAt(place, random.draw(chunks.count))
        default:
            // The name stands before the data.
            let name = chunks[place].prefix(4)
            chunks[place] = name + ByteMutation.damaged(Array(chunks[place].dropFirst(4)), &random)
        }
        return file.prefix(8) + chunks.flatMap { number($0.count - 4) + $0 + number(checksum($0)) }
    }

    /// The names and data of the chunks.
    private static func parts(_ file: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var place = 8
        while place + 12 <= file.count {
            let count = file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard count <= file.count - place - 12 else { break }
            result.append(Array(file[(place + 4)..<(place + 8 + count)]))
            place += count + 12
        }
        return result
    }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }
}
