import KeratinCore
import KeratinTensor

/// The dot product of two inputs along an axis of each, sample by sample: [batch, …] without the axes, the first input's first;
/// at least [batch, 1].
public final class Dot: MergingLayer {
    private let axes: [Int]
    private let isOneNumber: Bool
    private let normalize: Bool

    /// - Parameters:
    ///   - axes: the axis of both inputs; negative: counted from the end.
    ///   - normalize: whether vectors along the axis are divided by their length first, so that the result is the cosine of their
    ///     angle.
    public convenience init(axes: Int, normalize: Bool = false, name: String? = nil) {
        self.init([axes], normalize, name)
    }

    /// - Parameter axes: the axis of the first and of the second input.
    public convenience init(axes: [Int], normalize: Bool = false, name: String? = nil) {
        self.init(axes, normalize, name)
    }

    private init(_ axes: [Int], _ normalize: Bool, _ name: String?) {
        self.axes = axes
        isOneNumber = axes.count == 1
        self.normalize = normalize
        super.init(name: name)
    }

    package required init(from configuration: Configuration) throws {
        if case .integer(let axis)? = configuration.value("axes") {
            axes = [axis]
            isOneNumber = true
        } else {
            axes = try configuration.integers("axes")
            isOneNumber = false
        }
        normalize = try configuration.boolean("normalize", default: false)
        try super.init(from: configuration)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "axes": isOneNumber ? .integer(axes[0]) : ConfigValue(axes),
            "normalize": .boolean(normalize),
        ])
    }

    override var inputCount: ClosedRange<Int> { 2...2 }

    /// The axes, counted from the start.
    private func axes(_ ranks: [Int]) throws -> [Int] {
        guard (1...2).contains(axes.count) else {
            throw KeratinError(.invalidArgument, "needs one or two axes, got \(axes)")
        }
        return try ranks.enumerated().map { index, rank in
            let axis = axes.count == 1 ? axes[0] : axes[index]
            let place = axis < 0 ? axis + rank : axis
            guard place >= 1, place < rank else {
                throw KeratinError(
                    .invalidArgument,
                    "axis \(axis) of input \(index) must lie behind the batch, the rank is \(rank)")
            }
            return place
        }
    }

    override func check(_ shapes: [[Int?]]) throws {
        let axes = try axes(shapes.map(\.count))
        let (a, b) = (shapes[0][axes[0]], shapes[1][axes[1]])
        guard a == b || a == nil || b == nil else { throw misfit(shapes) }
    }

    /// The inputs keep their ranks.
    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard inputs.count == 2 else {
            throw KeratinError(.invalidArgument, "joins 2 inputs, got \(inputs.count)")
        }
        let axes = try axes(inputs.map(\.rank))
        func unit(_ x: Tensor, _ axis: Int) throws -> Tensor {
            normalize ? try x.unitVectors(axes: [axis], shortest: 1e-7) : x
        }
        // [batch, rows, axis] · [batch, axis, columns].
        func matrix(_ x: Tensor, _ axis: Int, axisIsLast: Bool) throws -> (Tensor, rest: [Int]) {
            let x = try unit(x.cast(to: .float32), axis)
            let rest = (1..<x.rank).filter { $0 != axis }
            let order = axisIsLast ? [0] + rest + [axis] : [0, axis] + rest
            let extents = rest.map { x.shape[$0] }
            let count = extents.reduce(1, *)
            let (batch, length) = (x.shape[0], x.shape[axis])
            let shape: Shape = axisIsLast ? [batch, count, length] : [batch, length, count]
            return (x.transposed(order).reshaped(shape), extents)
        }
        let (a, rows) = try matrix(inputs[0], axes[0], axisIsLast: true)
        let (b, columns) = try matrix(inputs[1], axes[1], axisIsLast: false)
        let extents = rows + columns
        return [
            a.matmul(b).reshaped(
                Shape([inputs[0].shape[0]] + (extents.isEmpty ? [1] : extents)))
        ]
    }

    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        [nil]
    }
}
