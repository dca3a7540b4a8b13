import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard normal numbers by the method of Box and Muller.
struct NormalGenerator {
    private var generator: PhiloxGenerator
    private var spare: Double?

    init(seed: UInt64) { generator = PhiloxGenerator(seed: seed) }

    mutating func next() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        let radius = (-2 * log(1 - generator.uniform())).squareRoot()
        let angle = 2 * Double.pi * generator.uniform()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// A number within two standard deviations.
    mutating func truncated() -> Double {
        while true {
            let value = next()
            if abs(value) <= 2 { return value }
        }
    }
}
