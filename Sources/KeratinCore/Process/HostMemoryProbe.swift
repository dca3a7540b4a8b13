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
    // Not `malloc` and `free`: the optimiser takes such a pair away and says that there is memory.
    let flags = MAP_PRIVATE | MAP_ANON
    guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
        memory != MAP_FAILED
    else { return false }
    munmap(memory, byteCount)
    return true
}
