/// A sliding window over the spatial axes of a channels-last tensor `[N, spatial…, C]`, with the
/// padding already resolved to cells before and after each axis.
///
/// Window sizes and paddings are in cells of the input; output length is
/// ⌊(input + low + high − ((size − 1)·dilation + 1)) / stride⌋ + 1.
public struct Window: Hashable, Sendable, CustomStringConvertible {
    /// Cells of the window along each axis.
    public var sizes: [Int]
    /// Cells from one window to the next along each axis.
    public var strides: [Int]
    /// Cells of the input from one cell of the window to the next along each axis; 1 is dense.
    public var dilations: [Int]
    /// Cells of padding before the first along each axis.
    public var paddingLow: [Int]
    /// Cells of padding after the last along each axis.
    public var paddingHigh: [Int]

    /// How Keras names padding.
    public enum Padding: String, Hashable, Sendable, CaseIterable {
        case valid
        /// Output length ⌈input / stride⌉; an odd cell of padding goes to the end.
        case same
        /// All padding before the first cell, so that no output reads a later input.
        case causal
    }

    /// A window with its padding in cells; each array has one number per axis.
    public init(
        sizes: [Int], strides: [Int], dilations: [Int], paddingLow: [Int], paddingHigh: [Int]
    ) {
        self.sizes = sizes
        self.strides = strides
        self.dilations = dilations
        self.paddingLow = paddingLow
        self.paddingHigh = paddingHigh
    }

    /// Resolves Keras's padding word for the given spatial extents.
    public init(
        sizes: [Int], strides: [Int], dilations: [Int]? = nil, padding: Padding, input: [Int]
    ) {
        let dilations = dilations ?? sizes.map { _ in 1 }
        var low = sizes.map { _ in 0 }
        var high = low
        for axis in sizes.indices {
            let extent = (sizes[axis] - 1) * dilations[axis] + 1
            switch padding {
            case .valid: break
            case .causal: low[axis] = extent - 1
            case .same:
                let output = (input[axis] + strides[axis] - 1) / strides[axis]
                let total = max((output - 1) * strides[axis] + extent - input[axis], 0)
                low[axis] = total / 2
                high[axis] = total - total / 2
            }
        }
        self.init(
            sizes: sizes, strides: strides, dilations: dilations, paddingLow: low,
            paddingHigh: high)
    }

    /// The number of spatial axes.
    public var rank: Int { sizes.count }

    /// Cells in the window: the product of its sizes.
    public var count: Int { sizes.reduce(1, *) }

    public var description: String {
        "window(\(sizes), strides \(strides), dilations \(dilations), padding \(paddingLow)/\(paddingHigh))"
    }

    /// Output extents for an input's spatial extents.
    /// - Throws: `KeratinError` if the ranks differ or the window is larger than the padded input.
    public func outputExtents(input: [Int]) throws(KeratinError) -> [Int] {
        let ranks = [strides.count, dilations.count, paddingLow.count, paddingHigh.count]
        guard input.count == rank, ranks.allSatisfy({ $0 == rank }) else {
            throw KeratinError(
                .shapeMismatch,
                "\(self) has \(rank) spatial axes, the input has \(input.count): \(input)")
        }
        var output = [Int]()
        for axis in 0..<rank {
            guard sizes[axis] > 0, strides[axis] > 0, dilations[axis] > 0 else {
                throw KeratinError(
                    .invalidArgument, "sizes, strides and dilations must be positive: \(self)")
            }
            let extent = (sizes[axis] - 1) * dilations[axis] + 1
            let padded = input[axis] + paddingLow[axis] + paddingHigh[axis]
            guard padded >= extent else {
                throw KeratinError(
                    .shapeMismatch,
                    "the window covers \(extent) cells along spatial axis \(axis), "
                        + "but the padded input has only \(padded)")
            }
            output.append((padded - extent) / strides[axis] + 1)
        }
        return output
    }
}
