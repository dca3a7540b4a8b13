import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A digest that takes blocks of 64 bytes, the last of them filled up with a one bit, zeros and the length in bits.
package protocol BlockDigest {
    init()
    /// The order of the bytes in the length and in the words.
    static var isLittleEndian: Bool { get }
    mutating func absorb(_ block: UnsafeBufferPointer<UInt8>)
    /// The digest so far.
    var words: [UInt32] { get }
}

extension BlockDigest {
    /// The digest as hexadecimal digits.
    package static func hex(_ bytes: [UInt8]) -> String {
        var stream = DigestStream<Self>()
        stream.update(bytes)
        return stream.finish()
    }

    /// The digest of a file, which is read in pieces.
    /// - Throws: `KeratinError` (`file`) that names the file and the system's reason.
    package static func hex(file path: String) throws -> String {
        func failure() -> KeratinError {
            KeratinError(.file, "cannot be read: \(String(cString: strerror(errno)))", at: path)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var stream = DigestStream<Self>()
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = piece.withUnsafeMutableBytes {
                systemRead(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return stream.finish() }
            stream.update(piece.prefix(count))
        }
    }
}

/// Cuts bytes into a digest's blocks.
private struct DigestStream<Digest: BlockDigest> {
    private var digest = Digest()
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    mutating func update(_ bytes: some Collection<UInt8>) {
        count += UInt64(bytes.count)
        let all = rest + bytes
        let whole = all.count / 64 * 64
        absorb(all[..<whole])
        rest = Array(all[whole...])
    }

    private mutating func absorb(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { source in
            for start in stride(from: 0, to: source.count, by: 64) {
                digest.absorb(UnsafeBufferPointer(rebasing: source[start..<(start + 64)]))
            }
        }
    }

    mutating func finish() -> String {
        var tail = rest + [0x80]
        while tail.count % 64 != 56 { tail.append(0) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: (count * 8) >> UInt64(8 * $0)) }
        absorb((tail + (Digest.isLittleEndian ? length : length.reversed()))[...])
        return digest.words.map { word in
            let digits = String(Digest.isLittleEndian ? word.byteSwapped : word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
