#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes one line to standard error.
package func warn(_ text: String) {
    let bytes = Array("keratin: warning: \(text)\n".utf8)
    // A warning that cannot be written is not worth failing for.
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
