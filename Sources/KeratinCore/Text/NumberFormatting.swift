#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A number with a fixed count of decimals, rounded half to even on its exact value as C's `%.nf`.
package func fixed(_ value: Double, _ decimals: Int) -> String {
    formatted(value) { snprintf(ptr: $0, $1, "%.\(decimals)f", value) }
}

/// A number in scientific notation, as C's `%.4e`.
package func scientific(_ value: Double) -> String {
    formatted(value) { snprintf(ptr: $0, $1, "%.4e", value) }
}

private func formatted(
    _ value: Double, _ print: (UnsafeMutablePointer<CChar>, Int) -> Int32
) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        _ = print(buffer.baseAddress!, buffer.count)
        return String(cString: buffer.baseAddress!)
    }
}

private func snprintf(
    ptr: UnsafeMutablePointer<CChar>, _ count: Int, _ format: String, _ value: Double
) -> Int32 {
    withVaList([value]) { vsnprintf(ptr, count, format, $0) }
}
