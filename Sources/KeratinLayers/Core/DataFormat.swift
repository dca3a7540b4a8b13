import KeratinCore
import KeratinTensor

/// Where image tensors have their channels. Inside everything is channels-last; `channelsFirst` transposes
/// at the layer's edge. Kernels are stored (spatial…, in, out) in both.
public enum DataFormat: String, Sendable, CaseIterable {
    case channelsLast = "channels_last"
    case channelsFirst = "channels_first"

    /// To channels-last.
    func incoming(_ x: Tensor) throws -> Tensor {
        guard self == .channelsFirst, x.rank > 2 else { return x }
        return x.transposed([0] + Array(2..<x.rank) + [1])
    }

    /// From channels-last.
    func outgoing(_ x: Tensor) throws -> Tensor {
        guard self == .channelsFirst, x.rank > 2 else { return x }
        return x.transposed([0, x.rank - 1] + Array(1..<(x.rank - 1)))
    }

    /// A shape in channels-last order.
    func incoming(_ shape: [Int?]) -> [Int?] {
        guard self == .channelsFirst, shape.count > 2 else { return shape }
        return [shape[0]] + shape[2...] + [shape[1]]
    }
}
