import CZlib
import KeratinCore

/// A member that a zip archive on disk holds as it is, not compressed: the part of the file where it lies, so that it is read in
/// place. Keras stores the weights of `.keras` files so.
enum StoredMember {
    /// The end of the archive's record, without its comment.
    private static let recordSize = 22
    private static let longestComment = 0xFFFF
    private static let entrySize = 46
    private static let headerSize = 30
    private static let largestDirectory = 1 << 26

    /// - Returns: nil if there is no such member, or it cannot be read in place, since it is compressed or the archive is of an
    ///   uncommon kind: `Zip.read` knows what to say of it.
    /// - Throws: `KeratinError` if the member's checksum is wrong, the archive holds what `Zip.read` refuses, or cannot be read.
    static func find(_ name: String, in path: String) throws -> FilePart? {
        // Checks all names and what the archive claims.
        let members = try Zip.read(path: path) { _ in false }
        guard members.contains(where: { $0.name == name }) else { return nil }
        let file = try FilePart(path)
        guard let directory = try directory(file),
            let entry = entry(Array(name.utf8), directory.bytes),
            let start = try start(entry, Array(name.utf8), file),
            start <= directory.place, entry.size <= directory.place - start,
            let part = try file.part(start..<(start + entry.size))
        else { return nil }
        guard try checksum(part) == entry.checksum else {
            throw KeratinError(
                .file, "'\(name)' in the archive is damaged: its length or checksum is wrong")
        }
        return part
    }

    /// The list of members, and where it begins.
    private static func directory(_ file: FilePart) throws -> (bytes: [UInt8], place: Int)? {
        let size = file.range.count
        let tailSize = min(size, recordSize + longestComment)
        guard let tail = try file.bytes((size - tailSize)..<size) else { return nil }
        // The last record whose comment ends where the file does.
        let last = tail.count - recordSize
        guard last >= 0,
            let position = stride(from: last, through: 0, by: -1).first(where: { position in
                tail[position...].starts(with: [0x50, 0x4B, 0x05, 0x06])
                    && number(tail, position + 20, 2) == tail.count - position - recordSize
            })
        else { return nil }
        let length = number(tail, position + 12, 4)
        let place = number(tail, position + 16, 4)
        // Larger numbers stand elsewhere; and nothing may stand before the archive.
        guard length <= largestDirectory, place < 0xFFFF_FFFF,
            place + length == size - tailSize + position,
            let bytes = try file.bytes(place..<(place + length))
        else { return nil }
        return (bytes, place)
    }

    private struct Entry {
        var checksum: Int
        var size: Int
        var header: Int
    }

    private static func entry(_ name: [UInt8], _ directory: [UInt8]) -> Entry? {
        var position = 0
        while position + entrySize <= directory.count {
            guard directory[position...].starts(with: [0x50, 0x4B, 0x01, 0x02]) else { return nil }
            func field(_ offset: Int, _ width: Int) -> Int {
                number(directory, position + offset, width)
            }
            let nameEnd = position + entrySize + field(28, 2)
            guard nameEnd <= directory.count else { return nil }
            if directory[(position + entrySize)..<nameEnd].elementsEqual(name) {
                let size = field(24, 4)
                let header = field(42, 4)
                let isPlain =
                    field(8, 2) & 1 == 0 && field(10, 2) == 0 && field(20, 4) == size
                    && size < 0xFFFF_FFFF && header < 0xFFFF_FFFF
                return isPlain ? Entry(checksum: field(16, 4), size: size, header: header) : nil
            }
            position = nameEnd + field(30, 2) + field(32, 2)
        }
        return nil
    }

    /// Where a member's bytes begin: behind a header of their own.
    private static func start(_ entry: Entry, _ name: [UInt8], _ file: FilePart) throws -> Int? {
        let size = headerSize + name.count
        guard let header = try file.bytes(entry.header..<(entry.header + size)),
            header.starts(with: [0x50, 0x4B, 0x03, 0x04]), number(header, 8, 2) == 0,
            number(header, 26, 2) == name.count, header[headerSize...].elementsEqual(name)
        else { return nil }
        return entry.header + size + number(header, 28, 2)
    }

    private static func checksum(_ part: FilePart) throws -> Int {
        var sum = crc32(0, nil, 0)
        var position = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while position < part.range.count {
            let count = try buffer.withUnsafeMutableBytes { try part.read(into: $0, at: position) }
            if count == 0 { break }
            sum = crc32(sum, buffer, uInt(count))
            position += count
        }
        return Int(sum)
    }

    /// A number of up to 4 bytes, the lowest first.
    private static func number(_ bytes: [UInt8], _ position: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }
}
