import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The rows of a file of comma-separated values, read in pieces that end between rows: the file is never in memory as a whole.
final class CSVPieces {
    private let path: String
    private let descriptor: Int32
    private let separator: UInt8
    /// Bytes that are read at a time; more while a row does not fit.
    private let pieceSize: Int
    /// A row of more bytes is none: somewhere a quote is not closed.
    private static let longestRow = 1 << 26
    /// The rows in memory.
    private(set) var rows: CSV
    private var isAtEnd = false
    /// The place in the file of the first byte that is not known to be UTF-8.
    private var checkedOffset = 0
    /// Bytes at the end of `rows` that are not checked yet: less than a character.
    private var uncheckedCount = 0

    /// - Throws: `KeratinError` if the file cannot be opened, and for a separator that is none.
    init(_ path: String, separator: Character, pieceSize: Int = 1 << 20) throws {
        self.path = path
        self.pieceSize = max(pieceSize, 4)
        self.separator = try CSV.checked(separator)
        descriptor = open(try UserFolders.expanded(path), O_RDONLY | O_CLOEXEC)
        rows = CSV(piece: [], separator: self.separator, position: 0, line: 1)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw KeratinError(.file, "is a folder, not a file", at: path)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next row that is not blank; nil at the end. Its fields lie in `rows` until the next call.
    /// - Throws: `KeratinError` that names the line.
    func next() throws -> CSV.Row? {
        while true {
            var attempt = rows
            do {
                let row = try attempt.next()
                // What ends with the piece may go on behind it.
                if isAtEnd || attempt.position < attempt.bytes.count {
                    rows = attempt
                    return row
                }
            } catch {
                // So may a quote that is not closed.
                if isAtEnd || attempt.position < attempt.bytes.count { throw error }
            }
            try readOn()
        }
    }

    /// Puts more of the file behind the row that is not whole.
    private func readOn() throws {
        var bytes = Array(rows.bytes[rows.position...])
        guard bytes.count < Self.longestRow else {
            throw KeratinError(
                .invalidData,
                "line \(rows.line): a row of more than \(Self.longestRow) bytes; is a quote never closed?"
            )
        }
        let isStart = checkedOffset == 0 && uncheckedCount == 0
        // As much again as there is, so that a long row is not read over and over.
        let wanted = max(pieceSize, bytes.count)
        let known = bytes.count
        let part = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let read = systemRead(descriptor, buffer.baseAddress! + count, wanted - count)
                if read < 0, errno == EINTR { continue }
                if read < 0 { throw failure("cannot be read") }
                if read == 0 { return }
                count += read
            }
        }
        isAtEnd = part.count < wanted
        bytes += part
        try check(bytes[(known - uncheckedCount)...])
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        rows = CSV(
            piece: bytes, separator: separator,
            position: isStart && bytes.starts(with: mark) ? 3 : 0, line: rows.line)
    }

    /// Checks that bytes are UTF-8, but for a character at their end that is not whole.
    private func check(_ bytes: ArraySlice<UInt8>) throws {
        uncheckedCount = 0
        if !isAtEnd {
            // A character has 4 bytes at most: its first one is no continuation (10……).
            for length in 1...4 where length <= bytes.count {
                let byte = bytes[bytes.endIndex - length]
                if byte & 0xC0 == 0x80 { continue }
                let size = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                if size > length { uncheckedCount = length }
                break
            }
        }
        let whole = Array(bytes.dropLast(uncheckedCount))
        _ = try TextFile.text(whole, at: path, offset: checkedOffset)
        checkedOffset += whole.count
    }

    private func failure(_ what: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}
