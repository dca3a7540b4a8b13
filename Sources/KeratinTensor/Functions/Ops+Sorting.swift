import KeratinCore

// Orders of numbers along an axis. Orders are stable, and NaN counts as larger than every number, as in NumPy. Sorted numbers have the
// gradients of what they are picked from; places and counts have none.

extension ops {
    /// The numbers along an axis in ascending order; nil: of the flat array.
    public static func sort(_ x: Tensor, axis: Int? = -1) -> Tensor {
        one("Sort", [("axis", .init(axis: axis))], [x]) { x in
            let (rows, back) = try lastAxis(x[0], axis)
            return back(picked(rows, places(rows)).cast(to: x[0].dtype))
        }
    }

    /// The places (int32) of the numbers along an axis in ascending order; nil: in the flat array.
    public static func argsort(_ x: Tensor, axis: Int? = -1) -> Tensor {
        one("Argsort", [("axis", .init(axis: axis))], [x]) { x in
            let (rows, back) = try lastAxis(x[0], axis)
            return back(places(rows))
        }
    }

    /// Places (int32) along an axis such that the one numbered `kth` is that of the sorted array, those before it are of numbers that
    /// are not larger, and those behind it of numbers that are not smaller. Here all are in order. nil: in the flat array.
    /// - Parameter kth: in −extent..<extent.
    public static func argpartition(_ x: Tensor, _ kth: Int, axis: Int? = -1) -> Tensor {
        one("Argpartition", [("kth", .integer(kth)), ("axis", .init(axis: axis))], [x]) { x in
            let (rows, back) = try lastAxis(x[0], axis)
            let extent = rows.shape[rows.rank - 1]
            guard kth >= -extent, kth < extent else {
                throw KeratinError(
                    .invalidArgument, "kth \(kth) is out of range for an axis of \(extent)")
            }
            return back(places(rows))
        }
    }

    /// The k largest numbers of each row of the last axis, the largest first, and their places (int32); of equal ones the first.
    /// - Parameter sorted: as in Keras; they are sorted anyway.
    public static func topK(
        _ x: Tensor, _ k: Int, sorted: Bool = true
    ) -> (values: Tensor, indices: Tensor) {
        let config: [(name: String, value: Argument)] = [
            ("k", .integer(k)), ("sorted", .boolean(sorted)),
        ]
        let both = several(2, "TopK", module: "math", config, [x]) { x in
            let (rows, _) = try lastAxis(x[0], -1)
            let last = rows.rank - 1
            guard k > 0, k <= rows.shape[last] else {
                throw KeratinError(
                    .invalidArgument, "k must lie in 1...\(rows.shape[last]), got \(k)")
            }
            let first = places(rows, descending: true).part(0..<k, axis: last)
            return [picked(rows, first).cast(to: x[0].dtype), first]
        }
        return (both[0], both[1])
    }

    /// Where each value would be put into a sorted vector (int32): before equal ones (`left`) or behind them (`right`).
    public static func searchsorted(
        _ sortedSequence: Tensor, _ values: Tensor, side: String = "left"
    ) -> Tensor {
        one("SearchSorted", [("side", .text(side))], [sortedSequence, values]) { inputs in
            guard side == "left" || side == "right" else {
                throw KeratinError(.invalidArgument, "side must be left or right, got '\(side)'")
            }
            guard inputs[0].rank == 1 else {
                throw KeratinError(
                    .shapeMismatch, "needs a sorted vector, got shape \(inputs[0].shape)")
            }
            return ranks(of: inputs[1], among: inputs[0], behindEqual: side == "right")
        }
    }

    /// The number of the bin that each element falls into (int32): bin i holds bins[i − 1] ≤ x < bins[i] of the ascending limits.
    public static func digitize(_ x: Tensor, _ bins: Tensor) -> Tensor {
        one("Digitize", [x, bins]) { inputs in
            guard inputs[1].rank == 1 else {
                throw KeratinError(
                    .shapeMismatch, "needs a vector of limits, got shape \(inputs[1].shape)")
            }
            return ranks(of: inputs[0], among: inputs[1], behindEqual: true)
        }
    }

    /// Whether each element is among those of `x2` (bool); with `invert` whether it is not.
    public static func isin(
        _ x1: Tensor, _ x2: Tensor, assumeUnique: Bool = false, invert: Bool = false
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("assume_unique", .boolean(assumeUnique)), ("invert", .boolean(invert)),
        ]
        return one("IsIn", config, [x1, x2]) { inputs in
            let common = DType.common(inputs[0].dtype, inputs[1].dtype)
            let (x, rows) = (
                inputs[0].cast(to: common), inputs[1].cast(to: common).reshaped([inputs[1].count])
            )
            let numbers = numeric(rows)
            let set = picked(numbers, places(numbers))
            let isThere = ranks(of: x, among: set, behindEqual: false)
                .binary(.less, ranks(of: x, among: set, behindEqual: true))
            // NaN equals nothing.
            let found =
                common == .float32 ? isThere.binary(.and, x.unary(.isNaN).unary(.not)) : isThere
            return invert ? found.unary(.not) : found
        }
    }

    // MARK: How it is done

    /// A type that sorting takes.
    private static func numeric(_ x: Tensor) -> Tensor {
        x.dtype == .float32 ? x : x.cast(to: .int32)
    }

    /// The numbers with an axis as the last one (nil: the flat array), and the way back.
    static func lastAxis(
        _ x: Tensor, _ axis: Int?
    ) throws -> (rows: Tensor, back: (Tensor) -> Tensor) {
        let x = numeric(x)
        guard let axis else { return (x.reshaped([x.count]), { $0 }) }
        guard x.rank > 0 else {
            throw KeratinError(.shapeMismatch, "a scalar has no axis to sort along")
        }
        var order = Array(0..<x.rank)
        order.append(order.remove(at: try x.shape.resolve(axis: axis)))
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return (x.transposed(order), { $0.transposed(inverse) })
    }

    /// The places of each row's elements in order.
    static func places(_ rows: Tensor, descending: Bool = false) -> Tensor {
        Tensor.fused(ArgSort(descending: descending), [rows])
    }

    /// The elements of each row at some places of it.
    static func picked(_ rows: Tensor, _ places: Tensor) -> Tensor {
        takeAlongAxis(rows, places, axis: -1)
    }

    /// How many elements of a sorted vector come before each value.
    ///
    /// Both are sorted together. Of equal elements those that stand first come first, so that the order of the two parts says on which
    /// side equal ones count.
    private static func ranks(
        of values: Tensor, among sorted: Tensor, behindEqual: Bool
    ) -> Tensor {
        Tensor.carrying([values, sorted]) {
            let common = numeric(
                Tensor.concatenate(
                    behindEqual
                        ? [sorted, values.reshaped([values.count])]
                        : [values.reshaped([values.count]), sorted], axis: 0))
            let order = places(common)
            // Where each element of the joined vector stands in the order, and how many limits stand there or before.
            let place = places(order)
            let start = behindEqual ? sorted.count : 0
            let isLimit =
                behindEqual
                ? order.binary(.less, Double(sorted.count))
                : order.binary(.greaterEqual, Double(values.count))
            let count = cumsum(isLimit.cast(to: .int32), axis: 0)
            let own = place.part(start..<(start + values.count), axis: 0)
            return count.gatherClamped(own).reshaped(values.shape)
        }
    }
}
