import KeratinTensor

/// A sum in float32 that loses no digits: what each addition rounds away is added up beside it (Knuth's TwoSum).
package enum CompensatedSum {
    /// The new sum, and the new sum of what was rounded away. The total is both together, unless the sum is not finite.
    package static func adding(
        _ addition: Tensor, to sum: Tensor, _ lost: Tensor
    ) throws -> (sum: Tensor, lost: Tensor) {
        let next = try sum + addition
        let taken = try next - sum
        return (next, try lost + ((sum - (next - taken)) + (addition - taken)))
    }

    /// The total of both parts.
    package static func total(_ sum: Float, _ lost: Float) -> Double {
        sum.isFinite && lost.isFinite ? Double(sum) + Double(lost) : Double(sum)
    }
}
