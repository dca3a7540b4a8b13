import KeratinCore
import KeratinTensor

/// Where image tensors have their channels. Inside everything is channels-last; `channelsFirst` transposes
/// at the layer's edge. Kernels are stored (spatial…, in, out) in both.
public enum DataFormat: String, Sendable {
    case channelsLast = "channels_last"
    case channelsFirst = "channels_first"

    /// To channels-last.
    func incoming(_ x: Tensor) throws -> Tensor {
        guard self == .channelsFirst, x.rank > 2 else { return x }
        return try x.transposed([0] + Array(2..<x.rank) + [1])
    }

    /// From channels-last.
    func outgoing(_ x: Tensor) throws -> Tensor {
        guard self == .channelsFirst, x.rank > 2 else { return x }
        return try x.transposed([0, x.rank - 1] + Array(1..<(x.rank - 1)))
    }

    /// A shape in channels-last order.
    func incoming(_ shape: [Int?]) -> [Int?] {
        guard self == .channelsFirst, shape.count > 2 else { return shape }
        return [shape[0]] + shape[2...] + [shape[1]]
    }
}

/// An argument that Keras takes as one number for all axes or as one a axis: `2`, or `[2, 1]`.
public struct Extents: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    let values: [Int]

    public init(_ values: [Int]) { self.values = values }
    public init(integerLiteral value: Int) { values = [value] }
    public init(arrayLiteral elements: Int...) { values = elements }

    /// One number an axis.
    /// - Throws: `KeratinError` if there are neither one nor `rank`, or one is not positive.
    func resolved(rank: Int, _ what: String) throws -> [Int] {
        let all = values.count == 1 ? [Int](repeating: values[0], count: rank) : values
        guard all.count == rank, all.allSatisfy({ $0 > 0 }) else {
            throw KeratinError(
                .invalidArgument, "\(what) needs \(rank) positive numbers, got \(values)")
        }
        return all
    }
}
