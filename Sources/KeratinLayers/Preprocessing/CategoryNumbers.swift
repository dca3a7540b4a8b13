import KeratinCore
import KeratinTensor

/// What layers of categories make of the numbers of categories, in tensor code.
enum CategoryNumbers {
    /// The most categories, so that float32 tells them apart and computing with them cannot overflow.
    static let largestCount = 1 << 24

    /// - Throws: `KeratinError` for a number of categories that is not positive, or too large.
    static func requireCount(_ count: Int, _ argument: String, at place: String) throws {
        guard (1...largestCount).contains(count) else {
            throw KeratinError(
                .invalidArgument,
                "\(argument) must be positive and at most \(largestCount), got \(count)", at: place)
        }
    }

    /// Rows in place of numbers. Numbers outside of 0..<depth, and NaN, have no column; fractions are cut off.
    ///
    /// - `oneHot`: a row for each number: […, depth], in place of a last axis of extent 1.
    /// - `multiHot` and `count`: the numbers along axis 1 (of a vector: all) make one row: [batch, …, depth].
    /// - Parameter weights: what each number counts for, in mode `count`.
    static func encoded(
        _ numbers: Tensor, as mode: OutputMode, depth: Int, weights: Tensor? = nil
    ) throws -> Tensor {
        // A number alone is a sample of one.
        var numbers = numbers.rank == 0 ? numbers.reshaped([1]) : numbers
        let axis = numbers.rank > 1 ? 1 : 0
        switch mode {
        case .int: return numbers
        case .oneHot:
            if numbers.rank > 1, numbers.shape.dimensions.last == 1 {
                numbers = numbers.squeezed([-1])
            }
            return columns(numbers, depth).cast(to: .float32)
        case .multiHot:
            let counts = columns(numbers, depth).cast(to: .float32).sum(axes: [axis])
            return counts.binary(.greater, 0).cast(to: .float32)
        case .count:
            let rows = columns(numbers, depth).cast(to: .float32)
            guard let weights else { return rows.sum(axes: [axis]) }
            let given = weights.rank == 0 ? weights.reshaped([1]) : weights
            let factors = given.cast(to: .float32).expandingDimension(at: -1)
            return (rows * factors).sum(axes: [axis])
        case .tfIDF:
            throw KeratinError(.invalidArgument, "numbers of categories have no mode tf_idf")
        }
    }

    /// Whether each number is that of each column: bool […, depth].
    private static func columns(_ numbers: Tensor, _ depth: Int) -> Tensor {
        var extents = [Int](repeating: 1, count: numbers.rank + 1)
        extents[numbers.rank] = depth
        let wide = numbers.expandingDimension(at: -1)
        guard numbers.dtype == .float32 else {
            return wide.cast(to: .int32)
                .binary(.equal, Tensor(indicesAlong: numbers.rank, shape: Shape(extents)))
        }
        // Towards zero, as numbers become whole; NaN and infinity equal no column.
        let whole = wide.unary(.sign) * wide.abs().floor()
        let indices = Tensor(indicesAlong: numbers.rank, shape: Shape(extents)).cast(to: .float32)
        return whole.binary(.equal, indices)
    }
}

extension Configuration {
    /// Refuses results that hold only what is not zero.
    func refuseSparse() throws {
        if try boolean("sparse", default: false) {
            throw KeratinError(
                .unavailable, "'sparse' results are not there, only dense ones", at: className)
        }
    }
}
