import CZlib
import KeratinCore

/// Inflates gzip data with zlib.
package enum Gzip {
    /// - Parameter limit: bytes that the result may have at most, so that a small file cannot fill the memory.
    /// - Throws: `KeratinError` if the data are damaged, cut off, or too large.
    package static func inflate(
        _ data: [UInt8], limit: Int, name: String
    ) throws(KeratinError) -> [UInt8] {
        guard data.count >= 2, data[0] == 0x1f, data[1] == 0x8b else {
            throw KeratinError(
                .invalidData, "is no gzip file: it starts with \(Array(data.prefix(2)))", at: name)
        }
        // zlib counts input in 32 bits.
        guard data.count < 1 << 31 else {
            throw KeratinError(.invalidData, "has \(data.count) bytes, more than 2 GiB", at: name)
        }
        var stream = z_stream()
        // 16 + 15: a gzip header, the largest window.
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw KeratinError(.invalidState, "zlib cannot be initialised", at: name) }
        defer { inflateEnd(&stream) }
        var result = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        // The stream keeps a pointer into the input from call to call, so it must not move.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: data.count)
        defer { input.deallocate() }
        _ = input.initialize(from: data)
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        while true {
            let (status, produced) = chunk.withUnsafeMutableBufferPointer { target in
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(target.count)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (status, target.count - Int(stream.avail_out))
            }
            result += chunk[..<produced]
            guard result.count <= limit else {
                throw KeratinError(.invalidData, "inflates to more than \(limit) bytes", at: name)
            }
            switch status {
            case Z_STREAM_END where stream.avail_in == 0:
                return result
            case Z_STREAM_END:
                // A gzip file may be several streams one after the other.
                guard inflateReset(&stream) == Z_OK else {
                    throw KeratinError(.invalidState, "zlib cannot be initialised", at: name)
                }
            case Z_OK where produced > 0 || stream.avail_in > 0:
                continue
            case Z_OK, Z_BUF_ERROR:
                throw KeratinError(.invalidData, "the gzip data are cut off", at: name)
            default:
                let text = stream.msg.map { String(cString: $0) } ?? "zlib code \(status)"
                throw KeratinError(.invalidData, "the gzip data are damaged: \(text)", at: name)
            }
        }
    }
}
