import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The curves that Pillow resizes with.
struct PillowFilter {
    /// How far it reaches on either side, in pixels.
    let support: Double
    let value: (Double) -> Double

    /// - Throws: `KeratinError` for an interpolation that Pillow does not have.
    init(_ interpolation: ImageInterpolation) throws {
        switch interpolation {
        case .box: (support, value) = (0.5, { $0 > -0.5 && $0 <= 0.5 ? 1 : 0 })
        case .bilinear: (support, value) = (1, { abs($0) < 1 ? 1 - abs($0) : 0 })
        case .hamming:
            support = 1
            value = { position in
                let x = abs(position)
                if x == 0 { return 1 }
                if x >= 1 { return 0 }
                return sin(x * .pi) / (x * .pi) * (0.54 + 0.46 * cos(x * .pi))
            }
        case .bicubic:
            support = 2
            value = { position in
                let (a, x) = (-0.5, abs(position))
                if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
                return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
            }
        case .lanczos:
            func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
            (support, value) = (3, { $0 >= -3 && $0 < 3 ? sinc($0) * sinc($0 / 3) : 0 })
        default:
            throw KeratinError(
                .invalidArgument,
                "interpolation is nearest, bilinear, bicubic, box, hamming or lanczos here, got '\(interpolation.word)'"
            )
        }
    }
}
