import KeratinIO

/// Zip archives byte by byte, also such as no honest tool writes.
struct ZipBuilder {
    struct Member {
        var name: String
        /// The bytes as they lie in the archive.
        var stored: [UInt8]
        /// 0 stored, 8 deflated.
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// What the archive claims; nil: the truth about a stored member.
        var claimedSize: UInt32?
        var checksum: UInt32?
    }

    var members: [Member]

    init(_ members: [Member]) { self.members = members }

    /// Stored members.
    init(_ members: [(String, [UInt8])]) {
        self.members = members.map { Member(name: $0.0, stored: $0.1) }
    }

    func bytes() -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let offset = UInt32(file.count)
            let fields = fields(member)
            let name = Array(member.name.utf8)
            file += word(0x0403_4B50) + half(20) + fields + name + member.stored
            directory += word(0x0201_4B50) + half(20) + half(20) + fields
            directory += half(0) + half(0) + half(0) + word(0) + word(offset) + name
        }
        let count = half(UInt16(members.count))
        return file + directory + word(0x0605_4B50) + half(0) + half(0) + count + count
            + word(UInt32(directory.count)) + word(UInt32(file.count)) + half(0)
    }

    /// What both headers of a member say.
    private func fields(_ member: Member) -> [UInt8] {
        half(member.flags) + half(member.method) + half(0) + half(33)
            + word(member.checksum ?? ZipBuilder.checksum(member.stored))
            + word(UInt32(member.stored.count))
            + word(member.claimedSize ?? UInt32(member.stored.count))
            + half(UInt16(member.name.utf8.count)) + half(0)
    }

    private func half(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }

    private func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// A deflate stream of zeros: one literal, then copies of 258 bytes from one byte before, in the code that
    /// RFC 1951 fixes. `count` must be one more than a multiple of 258.
    static func deflatedZeros(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var (buffer, filled) = (UInt32(0), UInt32(0))
        func bits(_ value: UInt32, _ width: UInt32) {
            buffer |= value << filled
            filled += width
            while filled >= 8 {
                bytes.append(UInt8(buffer & 255))
                buffer >>= 8
                filled -= 8
            }
        }
        // Huffman codes go highest bit first.
        bits(0b011, 3)  // last block, fixed code
        bits(0b0000_1100, 8)  // literal 0: 00110000
        for _ in 0..<(count / 258) {
            bits(0b1010_0011, 8)  // length 258: 11000101
            bits(0, 5)  // distance 1: 00000
        }
        bits(0, 7)  // end of block
        if filled > 0 { bits(0, 8 - filled) }
        return bytes
    }
}
