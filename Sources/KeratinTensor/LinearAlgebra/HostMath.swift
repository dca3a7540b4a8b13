#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The C library's functions that tensors of known numbers are made with, apart from those of `ops` that bear the same names.
enum HostMath {
    /// The cosine of so many turns, exact at their quarters.
    static func cosine(_ turns: Double) -> Double {
        let part = turns - turns.rounded(.down)
        switch part {
        case 0: return 1
        case 0.25, 0.75: return 0
        case 0.5: return -1
        default: return cos(part * 2 * Double.pi)
        }
    }

    /// The sine of so many turns, exact at their quarters.
    static func sine(_ turns: Double) -> Double { cosine(turns - 0.25) }

    /// base^exponent.
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

    /// The natural logarithm.
    static func logarithm(_ x: Double) -> Double { log(x) }
}
