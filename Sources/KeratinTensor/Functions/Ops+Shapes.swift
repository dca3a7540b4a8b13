import KeratinCore

// Other shapes and orders of the same numbers.

extension ops {
    /// One extent may be −1: what is left over.
    public static func reshape(_ x: Tensor, _ shape: [Int]) -> Tensor {
        one("Reshape", [("newshape", .init(shape))], [x]) {
            try $0[0].reshaped($0[0].shape.resolve(target: Shape(shape)))
        }
    }

    /// The flat array.
    public static func ravel(_ x: Tensor) -> Tensor {
        one("Ravel", [x]) { $0[0].reshaped([$0[0].count]) }
    }

    /// Axis i of the result is axis `axes[i]`; nil reverses the axes.
    public static func transpose(_ x: Tensor, axes: [Int]? = nil) -> Tensor {
        one("Transpose", [("axes", .init(axes))], [x]) { x in
            x[0].transposed(try axes?.map { try x[0].shape.resolve(axis: $0) })
        }
    }

    /// With two axes exchanged.
    public static func swapaxes(_ x: Tensor, _ axis1: Int, _ axis2: Int) -> Tensor {
        one("Swapaxes", [("axis1", .integer(axis1)), ("axis2", .integer(axis2))], [x]) { x in
            var order = Array(0..<x[0].rank)
            order.swapAt(
                try x[0].shape.resolve(axis: axis1), try x[0].shape.resolve(axis: axis2))
            return x[0].transposed(order)
        }
    }

    /// Some axes at other places; the others keep their order.
    public static func moveaxis(
        _ x: Tensor, source: any AxisConvertible, destination: any AxisConvertible
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("source", .init(axis: source)), ("destination", .init(axis: destination)),
        ]
        return one("Moveaxis", config, [x]) { x in
            let from = try source.axes.map { try x[0].shape.resolve(axis: $0) }
            let to = try destination.axes.map { try x[0].shape.resolve(axis: $0) }
            guard from.count == to.count, Set(from).count == from.count, Set(to).count == to.count
            else {
                throw KeratinError(
                    .invalidArgument, "axes \(from) cannot be moved to \(to): name each once")
            }
            var order = (0..<x[0].rank).filter { !from.contains($0) }
            for (place, axis) in zip(to, from).sorted(by: { $0.0 < $1.0 }) {
                order.insert(axis, at: place)
            }
            return x[0].transposed(order)
        }
    }

    /// New axes of extent 1; places are those in the result.
    public static func expandDims(_ x: Tensor, axis: any AxisConvertible) -> Tensor {
        one("ExpandDims", [("axis", .init(axis: axis))], [x]) { x in
            let rank = x[0].rank + axis.axes.count
            return axis.axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
                .reduce(x[0]) { $0.expandingDimension(at: $1) }
        }
    }

    /// Without axes of extent 1: those given, or all.
    public static func squeeze(
        _ x: Tensor, axis: (any AxisConvertible)? = nil
    ) -> Tensor {
        one("Squeeze", [("axis", .init(axis: axis))], [x]) { $0[0].squeezed(axis?.axes) }
    }

    /// In the opposite order along axes; nil: all.
    public static func flip(_ x: Tensor, axis: (any AxisConvertible)? = nil) -> Tensor {
        one("Flip", [("axis", .init(axis: axis))], [x]) {
            $0[0].reversed(axes: axis?.axes ?? Array(0..<$0[0].rank))
        }
    }

    /// In the opposite order along the second axis.
    public static func fliplr(_ x: Tensor) -> Tensor {
        one("Fliplr", [x]) { $0[0].reversed(axes: [1]) }
    }

    /// In the opposite order along the first axis.
    public static func flipud(_ x: Tensor) -> Tensor {
        one("Flipud", [x]) { $0[0].reversed(axes: [0]) }
    }

    /// Turned k quarters from the first axis to the second.
    public static func rot90(_ x: Tensor, k: Int = 1, axes: [Int] = [0, 1]) -> Tensor {
        one("Rot90", [("k", .integer(k)), ("axes", .init(axes))], [x]) { x in
            guard axes.count == 2 else {
                throw KeratinError(.invalidArgument, "turns between two axes, got \(axes)")
            }
            let (a, b) = (
                try x[0].shape.resolve(axis: axes[0]), try x[0].shape.resolve(axis: axes[1])
            )
            guard a != b else {
                throw KeratinError(.invalidArgument, "turns between two axes, got \(axes)")
            }
            var order = Array(0..<x[0].rank)
            order.swapAt(a, b)
            switch ((k % 4) + 4) % 4 {
            case 0: return x[0]
            case 1: return x[0].reversed(axes: [b]).transposed(order)
            case 2: return x[0].reversed(axes: [a, b])
            default: return x[0].transposed(order).reversed(axes: [b])
            }
        }
    }

    /// Moved along axes; what leaves at one end comes in at the other. Without an axis the flat array is moved.
    public static func roll(
        _ x: Tensor, shift: any AxisConvertible, axis: (any AxisConvertible)? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("shift", .init(axis: shift)), ("axis", .init(axis: axis)),
        ]
        return one("Roll", config, [x]) { x in
            guard let axes = axis?.axes else {
                let flat = x[0].reshaped([x[0].count])
                return shift.axes.reduce(flat) { $0.rolled($1, axis: 0) }
                    .reshaped(x[0].shape)
            }
            var shifts = shift.axes
            if shifts.count == 1 { shifts = axes.map { _ in shift.axes[0] } }
            guard shifts.count == axes.count else {
                throw KeratinError(
                    .invalidArgument, "\(shifts.count) shifts do not fit \(axes.count) axes")
            }
            return zip(shifts, axes).reduce(x[0]) { $0.rolled($1.0, axis: $1.1) }
        }
    }

    /// Broadcast to a shape by NumPy's rule.
    public static func broadcastTo(_ x: Tensor, _ shape: Shape) -> Tensor {
        x.broadcast(to: shape)
    }

    /// The whole again and again, so many times along each axis.
    public static func tile(_ x: Tensor, _ repeats: any AxisConvertible) -> Tensor {
        one("Tile", [("repeats", .init(axis: repeats))], [x]) { x in
            let rank = Swift.max(x[0].rank, repeats.axes.count)
            func filled(_ values: [Int]) -> [Int] {
                [Int](repeating: 1, count: rank - values.count) + values
            }
            let (extents, counts) = (filled(x[0].shape.dimensions), filled(repeats.axes))
            guard counts.allSatisfy({ $0 >= 0 }) else {
                throw KeratinError(.invalidArgument, "repeats must not be negative: \(counts)")
            }
            func pairs(_ first: [Int]) -> [Int] { zip(first, extents).flatMap { [$0, $1] } }
            return x[0].reshaped(Shape(pairs(extents.map { _ in 1 })))
                .broadcast(to: Shape(pairs(counts)))
                .reshaped(Shape(zip(counts, extents).map { $0 * $1 }))
        }
    }

    /// Each element again and again along an axis; nil: in the flat array.
    public static func `repeat`(
        _ x: Tensor, _ repeats: any AxisConvertible, axis: Int? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("repeats", .init(axis: repeats)), ("axis", .init(axis: axis)),
        ]
        return one("Repeat", config, [x]) { x in
            let flat = axis == nil ? x[0].reshaped([x[0].count]) : x[0]
            let axis = try flat.shape.resolve(axis: axis ?? 0)
            let extent = flat.shape[axis]
            let counts =
                repeats.axes.count == 1
                ? [Int](repeating: repeats.axes[0], count: extent) : repeats.axes
            guard counts.count == extent, counts.allSatisfy({ $0 >= 0 }) else {
                throw KeratinError(
                    .invalidArgument, "repeats \(repeats.axes) do not fit an axis of \(extent)")
            }
            if repeats.axes.count == 1 {
                let wide = flat.expandingDimension(at: axis + 1)
                var extents = wide.shape.dimensions
                extents[axis + 1] = repeats.axes[0]
                var joined = flat.shape.dimensions
                joined[axis] *= repeats.axes[0]
                return wide.broadcast(to: Shape(extents)).reshaped(Shape(joined))
            }
            let places = counts.enumerated().flatMap {
                [Int32](repeating: Int32($0), count: $1)
            }
            return flat.gather(Tensor(places, shape: [places.count]), axis: axis)
        }
    }

    /// Cells around the tensor, `[before, after]` for each axis.
    /// - Parameter mode: `constant`, `reflect` (without the edge) or `symmetric` (with it).
    public static func pad(
        _ x: Tensor, _ padWidth: [[Int]], mode: String = "constant", constantValues: Double? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("pad_width", .list(padWidth.map { .init($0) })), ("mode", .text(mode)),
        ]
        let arguments: [Argument] = [.tensor(0)] + (constantValues.map { [.init($0)] } ?? [])
        return one("Pad", config, arguments: arguments, [x]) { x in
            let widths =
                padWidth.count == 1 ? x[0].shape.dimensions.map { _ in padWidth[0] } : padWidth
            guard widths.count == x[0].rank,
                widths.allSatisfy({ $0.count == 2 && $0[0] >= 0 && $0[1] >= 0 })
            else {
                throw KeratinError(
                    .invalidArgument, "padWidth needs [before, after] for each of \(x[0].rank) axes"
                )
            }
            switch mode {
            case "constant":
                return x[0].padded(
                    low: widths.map { $0[0] }, high: widths.map { $0[1] },
                    value: constantValues ?? 0)
            case "reflect", "symmetric":
                return widths.enumerated().reduce(x[0]) {
                    $0.mirrored(
                        $1.element[0], $1.element[1], axis: $1.offset,
                        skipsEdge: mode == "reflect")
                }
            default:
                throw KeratinError(
                    .invalidArgument, "mode must be constant, reflect or symmetric, got '\(mode)'")
            }
        }
    }
}

extension Tensor {
    /// The part of an axis.
    func part(_ range: Range<Int>, axis: Int) -> Tensor {
        var (starts, limits) = ([Int](repeating: 0, count: rank), shape.dimensions)
        (starts[axis], limits[axis]) = (range.lowerBound, range.upperBound)
        return slice(starts: starts, limits: limits)
    }

    fileprivate func rolled(_ shift: Int, axis: Int) -> Tensor {
        Tensor.carrying([self]) {
            let axis = try shape.resolve(axis: axis)
            let extent = shape[axis]
            guard extent > 0 else { return self }
            let cut = ((extent - shift % extent) % extent + extent) % extent
            if cut == 0 { return self }
            return Tensor.concatenate(
                [part(cut..<extent, axis: axis), part(0..<cut, axis: axis)], axis: axis)
        }
    }

    fileprivate func mirrored(
        _ before: Int, _ after: Int, axis: Int, skipsEdge: Bool
    ) -> Tensor {
        Tensor.carrying([self]) {
            let (extent, edge) = (shape[axis], skipsEdge ? 1 : 0)
            guard before + edge <= extent, after + edge <= extent else {
                throw KeratinError(
                    .invalidArgument,
                    "axis \(axis) of \(shape) is too short to be mirrored by [\(before), \(after)]")
            }
            var parts = [self]
            if before > 0 {
                parts.insert(part(edge..<(edge + before), axis: axis).reversed(axes: [axis]), at: 0)
            }
            if after > 0 {
                let end = extent - edge
                parts.append(part((end - after)..<end, axis: axis).reversed(axes: [axis]))
            }
            return parts.count == 1 ? self : Tensor.concatenate(parts, axis: axis)
        }
    }
}
