import KeratinCore
import KeratinTestKit

/// Numbers that repeat from run to run.
struct Drawing {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func uniform(_ range: ClosedRange<Double> = -2...2) -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return range.lowerBound
            + (range.upperBound - range.lowerBound) * Double(state >> 11) * 0x1p-53
    }

    mutating func tensor(
        _ shape: Shape, _ range: ClosedRange<Double> = -2...2
    ) -> ReferenceTensor {
        let type = TensorType(shape)
        // Rounded to float32, so that backends see the same numbers.
        return ReferenceTensor(type, (0..<type.count).map { _ in Double(Float(uniform(range))) })
    }
}
