import KeratinCore

// What belongs together by numbers: rows of segments, and places that are written more than once.

extension ops {
    private typealias Config = [(name: String, value: Argument)]

    /// The largest number of the rows of each segment; the lowest number of the type where a segment has none.
    /// - Parameters:
    ///   - segmentIds: the segment of each row; rows of others than 0..<numSegments do not count.
    ///   - numSegments: nil: as many as the ids ask for, where they are known.
    public static func segmentMax(
        _ data: Tensor, _ segmentIds: Tensor, numSegments: Int? = nil, sorted: Bool = false
    ) -> Tensor {
        segments("SegmentMax", data, segmentIds, numSegments, sorted, .maximum)
    }

    /// The smallest number of the rows of each segment; the highest number of the type where a segment has none.
    /// - Parameters: as of `segmentMax`.
    public static func segmentMin(
        _ data: Tensor, _ segmentIds: Tensor, numSegments: Int? = nil, sorted: Bool = false
    ) -> Tensor {
        segments("SegmentMin", data, segmentIds, numSegments, sorted, .minimum)
    }

    /// The product of the rows of each segment; 1 where a segment has none.
    /// - Parameters: as of `segmentMax`.
    public static func segmentProd(
        _ data: Tensor, _ segmentIds: Tensor, numSegments: Int? = nil, sorted: Bool = false
    ) -> Tensor {
        segments("SegmentProd", data, segmentIds, numSegments, sorted, .multiply)
    }

    private static func segments(
        _ className: String, _ data: Tensor, _ ids: Tensor, _ count: Int?, _ sorted: Bool,
        _ join: BinaryFunction
    ) -> Tensor {
        let config: Config = [
            ("num_segments", count.map { .integer($0) } ?? .null), ("sorted", .boolean(sorted)),
        ]
        return one(className, module: "math", config, [data, ids]) { inputs in
            let ids = inputs[1].cast(to: .int32)
            guard ids.rank == 1, let rows = inputs[0].shape.dimensions.first, rows == ids.count
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs an id for each row, got \(ids.shape) for \(inputs[0].shape)")
            }
            guard let count = try count ?? largest(ids).map({ $0 + 1 }),
                (1..<(1 << 31)).contains(count)
            else {
                throw KeratinError(
                    .invalidArgument, "numSegments must be given where the ids are not known")
            }
            let groups = Groups(ids, count: count)
            let isFloat = inputs[0].dtype == .float32
            let neutral: Double =
                switch join {
                case .maximum:
                    isFloat ? -Double(Float.greatestFiniteMagnitude) : Double(Int32.min)
                case .minimum:
                    isFloat ? Double(Float.greatestFiniteMagnitude) : Double(Int32.max)
                default: 1
                }
            return groups.joined(inputs[0], join, neutral: neutral)
        }
    }

    /// - Throws: `KeratinError` for an index that is known to lie outside of its axis.
    private static func check(_ indices: Tensor, _ extents: [Int]) throws {
        guard indices.hasNumbers, Trace.current == nil else { return }
        for (place, index) in try indices.int32s().enumerated() {
            let extent = extents[place % extents.count]
            guard Int(index) >= -extent, Int(index) < extent else {
                throw KeratinError(
                    .invalidArgument, "the index \(index) is out of range for an axis of \(extent)")
            }
        }
    }

    /// The largest id, where the numbers are known.
    static func largest(_ ids: Tensor) throws -> Int? {
        if ids.isTraced || !ids.hasNumbers { return nil }
        return try ids.int32s().max().map { Int($0) }
    }

    /// A tensor with some elements (or blocks) replaced: indices [count, k] name the first k axes, negative ones count from the end. Others outside are
    /// an error where they are known, and change nothing in a recording.
    /// - Parameter reduction: nil: the update takes the place, of several the last; `add`, `max`, `min`, `mul`: what is there and all updates
    ///   of a place become one.
    public static func scatterUpdate(
        _ inputs: Tensor, _ indices: Tensor, _ updates: Tensor, reduction: String? = nil
    ) -> Tensor {
        let config: Config = [("reduction", reduction.map { .text($0) } ?? .null)]
        return one("ScatterUpdate", module: "core", config, [inputs, indices, updates]) { tensors in
            let (x, indices) = (tensors[0], tensors[1].cast(to: .int32))
            guard let width = indices.shape.dimensions.last, width <= x.rank,
                tensors[2].shape.dimensions
                    == indices.shape.dimensions.dropLast() + x.shape.dimensions.dropFirst(width)
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "updates \(tensors[2].shape) do not fit indices \(indices.shape) and a tensor \(x.shape)"
                )
            }
            let outer = Array(x.shape.dimensions.prefix(width))
            let (size, rest) = (
                outer.reduce(1, *), x.shape.dimensions.dropFirst(width).reduce(1, *)
            )
            let count = indices.shape.dimensions.dropLast().reduce(1, *)
            guard size > 0, count > 0 else { return x }
            let flat = indices.reshaped([count, width])
            try check(indices, outer)
            var place = Tensor(repeating: 0, shape: [count], dtype: .int32)
            for axis in 0..<width {
                let own = flat.part(axis..<(axis + 1), axis: 1).reshaped([count])
                let wrapped = own.binary(.less, 0).select(own + outer[axis], own)
                place = place * outer[axis] + wrapped
            }
            let groups = Groups(place, count: size)
            let old = x.reshaped([size, rest])
            let new = tensors[2].cast(to: x.dtype).reshaped([count, rest])
            let result: Tensor
            switch reduction {
            case nil: result = groups.isFilled.select(groups.last(new), old)
            case "add": result = old + groups.joined(new, .add, neutral: 0)
            case "mul": result = old * groups.joined(new, .multiply, neutral: 1)
            case "max":
                result = groups.isFilled.select(
                    old.binary(.maximum, groups.joined(new, .maximum, neutral: 0)), old)
            case "min":
                result = groups.isFilled.select(
                    old.binary(.minimum, groups.joined(new, .minimum, neutral: 0)), old)
            case let word?:
                throw KeratinError(
                    .unknownName, "reduction must be nil, add, max, min or mul, got '\(word)'")
            }
            return result.reshaped(x.shape).cast(to: x.dtype)
        }
    }
}

/// Rows sorted by the group that each belongs to; rows of no group stand before or behind all others.
private struct Groups {
    /// The rows' numbers, group by group, in their order.
    private let order: Tensor
    /// The group of each of them.
    private let ids: Tensor
    /// The place of each group's last row in the order; that of some row where there is none.
    private let ends: Tensor
    /// Whether a group has rows, [groups, 1].
    let isFilled: Tensor

    init(_ ids: Tensor, count: Int) {
        order = Tensor.fused(ArgSort(), [ids])
        self.ids = ids.gatherClamped(order)
        let groups = Tensor(indicesAlong: 0, shape: [count])
        let after = ops.searchsorted(self.ids, groups, side: "right")
        let before = ops.searchsorted(self.ids, groups, side: "left")
        ends = (after - 1).binary(.maximum, 0)
        isFilled = after.binary(.greater, before).reshaped([count, 1])
    }

    /// The last row of each group, [groups, …].
    func last(_ rows: Tensor) -> Tensor { rows.gatherClamped(order.gatherClamped(ends)) }

    /// All rows of each group joined, [groups, …]: each joins those at a distance of 1, 2, 4, … before it, as far as its group reaches.
    func joined(_ rows: Tensor, _ join: BinaryFunction, neutral: Double) -> Tensor {
        let count = rows.shape[0]
        let width = rows.shape.dimensions.dropFirst().reduce(1, *)
        let numbers = rows.dtype == .float32 ? rows : rows.cast(to: .int32)
        var total = numbers.reshaped([count, width]).gatherClamped(order)
        let start = Tensor(neutral, dtype: total.dtype)
        var distance = 1
        while distance < count {
            let isSame = ids.part(distance..<count, axis: 0)
                .binary(.equal, ids.part(0..<(count - distance), axis: 0))
                .reshaped([count - distance, 1])
            let (head, tail) = (
                total.part(0..<distance, axis: 0), total.part(distance..<count, axis: 0)
            )
            let earlier = total.part(0..<(count - distance), axis: 0)
            let joined = isSame.select(tail.binary(join, earlier), tail)
            total = Tensor.concatenate([head, joined], axis: 0)
            distance *= 2
        }
        let results = isFilled.select(total.gatherClamped(ends), start)
        let shape = Shape([isFilled.shape[0]] + rows.shape.dimensions.dropFirst())
        return results.reshaped(shape)
            .cast(to: rows.dtype == .float32 ? .float32 : .int32)
    }
}
