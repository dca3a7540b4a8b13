import KeratinCore
import KeratinTensor

// Functions over an axis.

extension ActivationFunction {
    /// eˣ/Σ eˣ over the last axis.
    static let softmax = ActivationFunction(keras: "softmax") { try softmax($0, -1) }

    /// eˣ/Σ eˣ over an axis.
    static func softmax(axis: Int) -> ActivationFunction {
        axis == -1 ? softmax : ActivationFunction("softmax") { try softmax($0, axis) }
    }

    private static func softmax(_ x: Tensor, _ axis: Int) throws -> Tensor {
        let y = x.softmax(axis: axis)
        try Trace.current?.remember(logits: x, of: y, .softmax)
        return y
    }

    /// ln softmax over the last axis.
    static let logSoftmax = ActivationFunction(keras: "log_softmax") {
        $0.logSoftmax()
    }

    /// ln softmax over an axis.
    static func logSoftmax(axis: Int) -> ActivationFunction {
        axis == -1
            ? logSoftmax : ActivationFunction("log_softmax") { $0.logSoftmax(axis: axis) }
    }

    /// The first half of the last axis times the sigmoid of the second.
    static let glu = ActivationFunction(keras: "glu") { try gated($0, -1) }

    /// The first half of an axis times the sigmoid of the second.
    static func glu(axis: Int) -> ActivationFunction {
        axis == -1 ? glu : ActivationFunction("glu") { try gated($0, axis) }
    }

    private static func gated(_ x: Tensor, _ axis: Int) throws -> Tensor {
        let axis = try x.shape.resolve(axis: axis)
        guard x.shape[axis] % 2 == 0 else {
            throw KeratinError(
                .shapeMismatch, "glu needs an even extent along axis \(axis), got \(x.shape)")
        }
        let half = x.shape[axis] / 2
        var middle = x.shape.dimensions.map { _ in 0 }
        var limits = x.shape.dimensions
        limits[axis] = half
        let first = x.slice(starts: middle, limits: limits)
        middle[axis] = half
        return first * x.slice(starts: middle, limits: x.shape.dimensions).sigmoid()
    }

    /// max(x − τ, 0) over the last axis; see `sparsemax(axis:)`.
    static let sparsemax = ActivationFunction(keras: "sparsemax") { try sparsemax($0, -1) }

    /// max(x − τ, 0) over an axis (Martins and Astudillo, 2016, algorithm 1): the nearest point of the probability simplex.
    ///
    /// Of the elements in descending order, the k-th belongs to the support if 1 + k·x exceeds the sum s of the first k;
    /// τ is (s − 1)/k for the last k of the support. Keras 3.15 adds up all s of the support, which is right for one element
    /// only.
    static func sparsemax(axis: Int) -> ActivationFunction {
        axis == -1 ? sparsemax : ActivationFunction("sparsemax") { try sparsemax($0, axis) }
    }

    /// Ranks are found by comparing all pairs, which needs no sorting.
    private static func sparsemax(_ x: Tensor, _ axis: Int) throws -> Tensor {
        let axis = try x.shape.resolve(axis: axis)
        let moved = try x.movingAxisToEnd(axis)
        // A shift changes nothing. After this one no element of the support is below −1, and those that are need no more
        // digits: sums stay small, and −∞ stays out of products with 0.
        let peak = moved.max(axes: [-1], keepDimensions: true).stoppingGradient()
        let z = (moved - peak).binary(.maximum, -2)
        let row = z.expandingDimension(at: -1)
        let column = z.expandingDimension(at: -2)
        let square = Shape([z.shape[z.rank - 1], z.shape[z.rank - 1]])
        let isEarlier = Tensor(indicesAlong: 1, shape: square)
            .binary(.lessEqual, Tensor(indicesAlong: 0, shape: square))
        let isBefore = column.binary(.greater, row)
            .binary(.or, column.binary(.equal, row).binary(.and, isEarlier))
            .cast(to: .float32)
        let rank = isBefore.sum(axes: [-1])
        let sum = (isBefore * column).sum(axes: [-1])
        let support = (z * rank + 1).binary(.greater, sum).cast(to: .float32)
        let size = support.sum(axes: [-1], keepDimensions: true)
        let total = (support * z).sum(axes: [-1], keepDimensions: true)
        let y = (z - (total - 1) / size).binary(.maximum, 0)
        if axis == x.rank - 1 { return y }
        var back = Array(0..<(x.rank - 1))
        back.insert(x.rank - 1, at: axis)
        return y.transposed(back)
    }
}
