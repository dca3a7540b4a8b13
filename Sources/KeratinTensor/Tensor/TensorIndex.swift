import KeratinCore

/// What `x[…]` takes of an axis: a number, a range, or an `AxisItem`.
public protocol TensorIndex {
    /// What is taken along the axis whose turn it is.
    var axisItem: AxisItem { get }
}

extension AxisItem: TensorIndex { public var axisItem: AxisItem { self } }
extension Int: TensorIndex { public var axisItem: AxisItem { .index(self) } }
extension Range<Int>: TensorIndex {
    public var axisItem: AxisItem { .range(lowerBound, upperBound, step: 1) }
}
extension ClosedRange<Int>: TensorIndex {
    public var axisItem: AxisItem { .range(lowerBound, end(after: upperBound), step: 1) }
}
extension PartialRangeFrom<Int>: TensorIndex {
    public var axisItem: AxisItem { .range(lowerBound, nil, step: 1) }
}
extension PartialRangeUpTo<Int>: TensorIndex {
    public var axisItem: AxisItem { .range(nil, upperBound, step: 1) }
}
extension PartialRangeThrough<Int>: TensorIndex {
    public var axisItem: AxisItem { .range(nil, end(after: upperBound), step: 1) }
}

/// The place behind one that belongs to a range; nil: behind the last one, which −1 means.
private func end(after last: Int) -> Int? { last == -1 || last == .max ? nil : last + 1 }

extension Tensor {
    /// A part, as in NumPy: `x[0, 1..<3]`, `x[-1]`, `x[..<10]`; nil is a new axis. A number's axis disappears; places outside of ranges
    /// are cut off.
    public subscript(_ items: (any TensorIndex)?...) -> Tensor {
        get {
            if items.count == 1, let place = items[0] as? Int, let result = result(at: place) {
                return result
            }
            return sliced(items.map { $0?.axisItem ?? .newAxis })
        }
        set { self = replacing(items.map { $0?.axisItem ?? .newAxis }, with: newValue) }
    }

    /// A part of the last axes, `x[..., 0]`: the ellipsis stands for all axes before.
    public subscript(_ axes: UnboundedRange, _ items: any TensorIndex...) -> Tensor {
        get { sliced([.ellipsis] + items.map(\.axisItem)) }
        set { self = replacing([.ellipsis] + items.map(\.axisItem), with: newValue) }
    }

    /// A part of the first axis and of the last ones, `x[0, ..., 1]`.
    public subscript(_ first: any TensorIndex, _ axes: UnboundedRange, _ items: any TensorIndex...)
        -> Tensor
    {
        get { sliced([first.axisItem, .ellipsis] + items.map(\.axisItem)) }
        set {
            self = replacing([first.axisItem, .ellipsis] + items.map(\.axisItem), with: newValue)
        }
    }

    /// What a tensor picks: where bools hold, the elements (or parts, if the mask has fewer axes) in their order; at whole numbers, the
    /// parts of the first axis with these numbers, negative ones from the end.
    ///
    /// How many elements a mask picks depends on its numbers, so it cannot be recorded.
    @_disfavoredOverload
    public subscript(_ picks: Tensor) -> Tensor {
        get { picked(picks) }
        set { self = replacing(picked: picks, with: newValue) }
    }

    private func picked(_ picks: Tensor) -> Tensor {
        Tensor.carrying([self, picks]) {
            guard picks.dtype == .bool else { return ops.take(self, picks, axis: 0) }
            let mask = picks.shape.dimensions
            guard Array(shape.dimensions.prefix(mask.count)) == mask, !mask.isEmpty else {
                throw KeratinError(
                    .shapeMismatch, "a mask \(picks.shape) does not fit the first axes of \(shape)",
                    at: "x[mask]")
            }
            let places = try picks.bools().enumerated().filter(\.element).map { Int32($0.offset) }
            let flat = reshaped(Shape([picks.count] + shape.dimensions.dropFirst(mask.count)))
            return flat.gather(Tensor(places), axis: 0)
        }
    }

    /// The parts of the first axis with these numbers, negative ones from the end.
    public subscript(_ numbers: [Int]) -> Tensor {
        get { picked(Tensor(numbers, shape: [numbers.count])) }
        set {
            self = replacing(picked: Tensor(numbers, shape: [numbers.count]), with: newValue)
        }
    }
}
