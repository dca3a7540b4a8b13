import KeratinCore

/// What is taken of an axis, as in Python's `x[…]`.
public enum AxisItem: Hashable, Sendable {
    /// One place, counted from the end if negative; the axis disappears.
    case index(Int)
    /// From a place to one before another, nil: from the start, to the end; the step is positive.
    case range(Int?, Int?, step: Int)
    /// As many whole axes as are left over.
    case ellipsis
    /// A new axis of extent 1.
    case newAxis
}

extension Tensor {
    /// The part that Python's `x[…]` takes. Places outside are cut as in Python.
    /// The result carries a `KeratinError` for an index outside of its axis, and too many items.
    package func sliced(_ items: [AxisItem]) -> Tensor {
        Tensor.carrying([self]) {
            if isSymbolic {
                let form = OperationForm(
                    "GetItem", arguments: [.tensor(0), .list(items.map(\.argument))])
                return Tensor.node(form, [self]) { $0[0].sliced(items) }
            }
            if let part = hostSamples(items) { return part }
            let used = items.count { $0 != .newAxis && $0 != .ellipsis }
            guard used <= rank, items.count(where: { $0 == .ellipsis }) <= 1 else {
                throw KeratinError(
                    .invalidArgument, "\(items.count) items are too many for shape \(shape)")
            }
            var (starts, limits, strides, extents) = ([Int](), [Int](), [Int](), [Int]())
            func take(_ start: Int, _ limit: Int, _ step: Int) {
                starts.append(start)
                limits.append(Swift.max(limit, start))
                strides.append(step)
            }
            func takeWhole() {
                let extent = shape[starts.count]
                take(0, extent, 1)
                extents.append(extent)
            }
            for item in items {
                switch item {
                case .newAxis: extents.append(1)
                case .ellipsis: for _ in 0..<(rank - used) { takeWhole() }
                case .index(let index):
                    let extent = shape[starts.count]
                    let place = index < 0 ? index + extent : index
                    guard place >= 0, place < extent else {
                        throw KeratinError(
                            .invalidArgument,
                            "index \(index) is outside of axis \(starts.count) of \(shape)")
                    }
                    take(place, place + 1, 1)
                case .range(let start, let stop, let step):
                    guard step > 0 else {
                        throw KeratinError(
                            .unavailable, "steps of slices must be positive, got \(step)")
                    }
                    let extent = shape[starts.count]
                    func place(_ value: Int) -> Int {
                        Swift.min(Swift.max(value < 0 ? value + extent : value, 0), extent)
                    }
                    let first = place(start ?? 0)
                    let last = Swift.max(place(stop ?? extent), first)
                    take(first, last, step)
                    extents.append((last - first + step - 1) / step)
                }
            }
            while starts.count < rank { takeWhole() }
            return slice(starts: starts, limits: limits, strides: strides).reshaped(Shape(extents))
        }
    }
}

extension AxisItem {
    /// How Keras's files write the item.
    var argument: OperationForm.Argument {
        switch self {
        case .index(let index): .integer(index)
        case .range(let start, let stop, let step): .slice(start, stop, step == 1 ? nil : step)
        case .ellipsis: .text("...")
        case .newAxis: .null
        }
    }
}

extension Tensor {
    /// Samples of numbers in host memory, which stay there: a few of a large data set need no device.
    fileprivate func hostSamples(_ items: [AxisItem]) -> Tensor? {
        guard case .host(let host) = storage, items.count == 1, Trace.current == nil, rank > 0,
            case .range(let start, let stop, let step) = items[0], step == 1
        else { return nil }
        func place(_ value: Int) -> Int {
            Swift.min(Swift.max(value < 0 ? value + shape[0] : value, 0), shape[0])
        }
        let first = place(start ?? 0)
        return Tensor(host.array.samples(first..<Swift.max(place(stop ?? shape[0]), first)))
    }
}
