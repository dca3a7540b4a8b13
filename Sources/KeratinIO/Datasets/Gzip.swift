import CZlib
import KeratinCore

/// Inflates gzip data with zlib.
enum Gzip {
    /// - Parameter limit: bytes that the result may have at most, so that a small file cannot fill the memory.
    /// - Throws: `KeratinError` if the data are damaged, cut off, or too large.
    static func inflate(_ data: [UInt8], limit: Int, name: String) throws -> [UInt8] {
        var stream = z_stream()
        // 16 + 15: a gzip header, the largest window.
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw KeratinError(.invalidState, "zlib cannot be initialised", at: name) }
        defer { inflateEnd(&stream) }
        var result = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var input = data
        return try input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
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
                case Z_STREAM_END:
                    return result
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
}
