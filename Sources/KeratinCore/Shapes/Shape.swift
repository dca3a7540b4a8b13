/// The extents of a dense, row-major tensor, outermost first. Rank 0 is a scalar; a zero extent makes
/// the tensor empty.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents, outermost first.
    public var dimensions: [Int]

    /// The given extents, outermost first.
    public init(_ dimensions: [Int]) { self.dimensions = dimensions }
    public init(arrayLiteral elements: Int...) { dimensions = elements }

    /// No axes, one element.
    public static let scalar = Shape([])

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// Elements of a tensor of this shape (1 for a scalar); the largest integer if there are more.
    public var count: Int {
        dimensions.reduce(1) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? .max : product
        }
    }

    /// The most elements that a tensor of a program may have: sums of a few such counts are still integers.
    package static let largestCount = 1 << 48

    /// - Throws: `KeratinError` for a negative extent, and if a tensor of this shape, or one with other extents in place of
    ///   zeros, would have more elements than any device holds.
    package func validate() throws(KeratinError) {
        var count = 1
        for extent in dimensions {
            guard extent >= 0 else {
                throw KeratinError(.shapeMismatch, "the shape \(self) is impossible")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow, product <= Shape.largestCount else {
                throw KeratinError(
                    .shapeMismatch, "a tensor of shape \(self) has too many elements")
            }
            count = product
        }
    }

    /// The extent along an axis, which counts from 0 at the outermost.
    public subscript(axis: Int) -> Int {
        get { dimensions[axis] }
        set { dimensions[axis] = newValue }
    }

    /// The extent of the last axis; 1 for a scalar.
    public var last: Int { dimensions.last ?? 1 }

    /// The extent of the first axis; 1 for a scalar.
    public var first: Int { dimensions.first ?? 1 }

    /// Elements between neighbours along each axis of the dense row-major layout.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        var step = 1
        for axis in stride(from: rank - 1, through: 0, by: -1) {
            strides[axis] = step
            step &*= dimensions[axis]
        }
        return strides
    }

    public var description: String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }

    /// The non-negative form of an axis that may count from the end.
    /// - Throws: `KeratinError` if the axis lies outside the rank.
    public func resolve(axis: Int) throws(KeratinError) -> Int {
        let resolved = axis < 0 ? axis + rank : axis
        guard resolved >= 0, resolved < rank else {
            throw KeratinError(
                .invalidArgument, "axis \(axis) is out of range for shape \(self) of rank \(rank)")
        }
        return resolved
    }

    /// NumPy's broadcasting: shapes are aligned at their last axis, and extents must be equal or 1.
    /// - Throws: `KeratinError` if two extents differ and neither is 1.
    public func broadcast(with other: Shape) throws(KeratinError) -> Shape {
        let rank = max(self.rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for offset in 1...max(rank, 1) where offset <= rank {
            let a = offset <= self.rank ? dimensions[self.rank - offset] : 1
            let b = offset <= other.rank ? other.dimensions[other.rank - offset] : 1
            guard a == b || a == 1 || b == 1 else {
                throw KeratinError(
                    .shapeMismatch, "shapes \(self) and \(other) cannot be broadcast together")
            }
            result[rank - offset] = a == 1 ? b : a
        }
        return Shape(result)
    }

    /// Whether this shape broadcasts to `target` without changing `target`.
    public func broadcasts(to target: Shape) -> Bool {
        guard rank <= target.rank else { return false }
        for offset in 0..<rank {
            let own = dimensions[rank - 1 - offset]
            if own != 1 && own != target.dimensions[target.rank - 1 - offset] { return false }
        }
        return true
    }

    /// Element strides for reading a tensor of this shape as if it had the shape `target`:
    /// zero along broadcast axes.
    public func broadcastStrides(to target: Shape) -> [Int] {
        var result = [Int](repeating: 0, count: target.rank)
        let own = strides
        for axis in 0..<rank where dimensions[axis] != 1 {
            result[target.rank - rank + axis] = own[axis]
        }
        return result
    }
}
