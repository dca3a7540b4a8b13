import KeratinCore
import KeratinTensor

/// eˣ/Σ eˣ over one axis, or over several together. Elements that a mask excludes are 0 and do not count.
public final class Softmax: Layer {
    private let axis: Axes

    /// - Parameter axis: one axis, or several over which all elements together sum to 1.
    public init(axis: any AxisConvertible = -1, name: String? = nil) {
        self.axis = Axes(axis)
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["axis": axis.config])
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try axis.resolved(rank: inputShape.count)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let axes = try axis.resolved(rank: input.rank)
        guard let mask = input.mask else {
            let y = try softmax(input, axes)
            if axes == [input.rank - 1] {
                try Trace.current?.remember(logits: input, of: y, .softmax)
            }
            return y
        }
        guard mask.shape.broadcasts(to: input.shape) else {
            throw KeratinError(
                .shapeMismatch, "the mask \(mask.shape) does not broadcast to \(input.shape)")
        }
        let y = try softmax(mask.select(input, Tensor(-1e9)), axes)
        return mask.select(y, Tensor(0))
    }

    private func softmax(_ x: Tensor, _ axes: [Int]) throws -> Tensor {
        if axes.count == 1 { return x.softmax(axis: axes[0]) }
        // The axes are brought to the end, where they are one.
        let others = (0..<x.rank).filter { !axes.contains($0) }
        let permutation = others + axes
        let moved = x.transposed(permutation)
        let extents = moved.shape.dimensions
        let rows = extents[..<others.count].reduce(1, *)
        let y = moved.reshaped([rows, extents[others.count...].reduce(1, *)]).softmax()
        let inverse = (0..<x.rank).map { axis in permutation.firstIndex(of: axis) ?? axis }
        return y.reshaped(moved.shape).transposed(inverse)
    }
}

extension Softmax: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1), name: configuration.name)
    }
}
