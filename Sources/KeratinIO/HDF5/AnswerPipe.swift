import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The end of a pipe at which the answer of a reading process arrives.
final class AnswerPipe {
    /// The process closed the pipe before its answer was whole.
    struct Ended: Error {}

    /// What the process found wrong with the file.
    struct Refusal: Error { var message: String }

    /// The most bytes that a message has.
    static let longestMessage = 1 << 20

    private let descriptor: Int32
    private let path: String
    private let limit: Double
    private let start = MonotonicClock.seconds()
    private var buffer = [UInt8](repeating: 0, count: 1 << 14)
    private var unread = 0..<0
    /// Bytes that the piece which arrives still has.
    private var piece = 0

    /// - Parameter seconds: how long the answer may take, and one more for every 100 MB of the file.
    init(_ descriptor: Int32, _ path: String, _ seconds: Double) {
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        let size = stat(path, &status) == 0 ? Double(status.st_size) : 0
        limit = seconds + size / 1e8
    }

    /// Fills a buffer from the pieces that arrive (`HDF5Process.answer`).
    /// - Throws: `Refusal`, `Ended`; `KeratinError` if the time is up.
    func read(into target: UnsafeMutableRawBufferPointer) throws {
        var position = 0
        while position < target.count {
            if piece == 0 {
                piece = try length()
                guard piece > 0 else { throw AnswerPipe.damaged }
            }
            let end = position + min(piece, target.count - position)
            try fill(UnsafeMutableRawBufferPointer(rebasing: target[position..<end]))
            piece -= end - position
            position = end
        }
    }

    /// - Throws: as `read`; `KeratinError` if more arrives than was asked for.
    func end() throws {
        guard piece == 0, try length() == 0 else { throw AnswerPipe.damaged }
    }

    private static let damaged = KeratinError(
        .file, "the process that read the file sent no valid answer")

    private func length() throws -> Int {
        var number: Int64 = 0
        try withUnsafeMutableBytes(of: &number) { try fill($0) }
        let length = Int(Int64(littleEndian: number))
        if length >= 0 { return length }
        guard length >= -AnswerPipe.longestMessage else { throw AnswerPipe.damaged }
        var message = [UInt8](repeating: 0, count: -length)
        try message.withUnsafeMutableBytes { try fill($0) }
        throw Refusal(message: String(decoding: message, as: UTF8.self))
    }

    /// What is larger than the buffer goes straight to its place.
    private func fill(_ target: UnsafeMutableRawBufferPointer) throws {
        var position = 0
        while position < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[position...])
            if !unread.isEmpty {
                let part = unread.prefix(rest.count)
                buffer.withUnsafeBytes { rest.copyMemory(from: .init(rebasing: $0[part])) }
                unread = unread.dropFirst(part.count)
                position += part.count
            } else if rest.count >= buffer.count {
                let count = try receive(rest)
                guard count > 0 else { throw Ended() }
                position += count
            } else {
                try refill()
                guard !unread.isEmpty else { throw Ended() }
            }
        }
    }

    private func refill() throws {
        unread = 0..<(try buffer.withUnsafeMutableBytes { try receive($0) })
    }

    /// Some bytes, or none at the end.
    private func receive(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let left = limit - (MonotonicClock.seconds() - start)
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Int32(max(left, 0) * 1000))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                throw KeratinError(
                    .file,
                    "is damaged: the HDF5 library was still busy with it after \(Int(limit)) s",
                    at: path)
            }
            let count = systemRead(descriptor, target.baseAddress, target.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw HDF5Process.failure("the reading process cannot be heard", path)
            }
            return count
        }
    }
}
