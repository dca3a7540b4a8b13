#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether the process may have so many more bytes. An array that is larger would end it (limits of `ulimit -v`, and systems that promise
/// no more memory than they have).
package func hasHostMemory(byteCount: Int) -> Bool {
    guard byteCount > 1 << 24 else { return true }
    guard let memory = malloc(byteCount) else { return false }
    free(memory)
    return true
}
