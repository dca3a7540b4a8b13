#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A number as C and Python write it with a format.
enum PrintfNumber {
    /// - Parameters:
    ///   - kind: f, e or g.
    ///   - digits: behind the point; for g significant ones.
    static func text(_ value: Double, _ kind: Character, digits: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 512)
        let length = withVaList([Int32(digits), value]) {
            vsnprintf(&buffer, buffer.count, "%.*\(kind)", $0)
        }
        return String(
            decoding: buffer.prefix(max(0, min(Int(length), buffer.count - 1))).map {
                UInt8(bitPattern: $0)
            }, as: UTF8.self)
    }
}
