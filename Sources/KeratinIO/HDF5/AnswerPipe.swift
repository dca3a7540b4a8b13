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

    private let descriptor: Int32
    private let path: String
    private let limit: Double
    private let start = MonotonicClock.seconds()
    private var buffer = [UInt8](repeating: 0, count: 1 << 14)
    private var unread = 0..<0

    /// - Parameter seconds: how long the answer may take, and one more for every 100 MB of the file.
    init(_ descriptor: Int32, _ path: String, _ seconds: Double) {
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        let size = stat(path, &status) == 0 ? Double(status.st_size) : 0
        limit = seconds + size / 1e8
    }

    func byte() throws -> UInt8 {
        var byte: UInt8 = 0
        try withUnsafeMutableBytes(of: &byte) { try read(into: $0) }
        return byte
    }

    /// Fills a buffer. What is larger than the pipe's own buffer goes straight to its place.
    /// - Throws: `Ended`; `KeratinError` if the time is up.
    func read(into target: UnsafeMutableRawBufferPointer) throws {
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

    /// Everything up to the end.
    func rest() throws -> [UInt8] {
        var bytes: [UInt8] = []
        repeat {
            bytes += buffer[unread]
            try refill()
        } while !unread.isEmpty
        return bytes
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
