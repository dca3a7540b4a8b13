import KeratinCore

// Picking elements by their numbers, and putting them somewhere.

extension ops {
    /// What Python's `x[…]` takes: `ops.getItem(x, 0, 1..<3)`.
    public static func getItem(_ x: Tensor, _ items: any TensorIndex...) -> Tensor {
        x.sliced(items.map(\.axisItem))
    }

    /// A block of a shape that begins at a place.
    public static func slice(_ x: Tensor, _ start: [Int], _ shape: [Int]) -> Tensor {
        one(
            "Slice", module: "core", [("shape", .init(shape))],
            arguments: [.tensor(0), .init(start)], [x]
        ) { x in
            guard start.count == x[0].rank, shape.count == x[0].rank else {
                throw KeratinError(
                    .invalidArgument, "needs a start and an extent for each axis of \(x[0].shape)")
            }
            // −1 takes what is left.
            let limits = shape.indices.map {
                shape[$0] == -1 ? x[0].shape[$0] : start[$0] + shape[$0]
            }
            return x[0].slice(starts: start, limits: limits)
        }
    }

    /// With a block replaced that begins at a place.
    public static func sliceUpdate(
        _ x: Tensor, _ start: [Int], _ updates: Tensor
    ) -> Tensor {
        one(
            "SliceUpdate", module: "core", arguments: [.tensor(0), .init(start), .tensor(1)],
            [x, updates]
        ) { inputs in
            let (x, block) = (inputs[0], inputs[1].cast(to: inputs[0].dtype))
            guard start.count == x.rank, block.rank == x.rank,
                start.indices.allSatisfy({
                    start[$0] >= 0 && start[$0] + block.shape[$0] <= x.shape[$0]
                })
            else {
                throw KeratinError(
                    .shapeMismatch, "a block \(block.shape) at \(start) does not fit \(x.shape)")
            }
            let high = start.indices.map { x.shape[$0] - start[$0] - block.shape[$0] }
            let isInside = Tensor(repeating: 1, shape: block.shape)
                .padded(low: start, high: high).cast(to: .bool)
            let numbers = block.dtype == .bool ? block.cast(to: .int32) : block
            return isInside.select(
                numbers.padded(low: start, high: high).cast(to: x.dtype), x)
        }
    }

    /// Elements by their numbers along an axis; nil: in the flat array. Negative numbers count from the end; others outside are taken
    /// for the nearest.
    public static func take(_ x: Tensor, _ indices: Tensor, axis: Int? = nil) -> Tensor {
        one("Take", [("axis", .init(axis: axis))], [x, indices]) { inputs in
            let x = axis == nil ? inputs[0].reshaped([inputs[0].count]) : inputs[0]
            let axis = try x.shape.resolve(axis: axis ?? 0)
            return x.gather(wrapped(inputs[1], x.shape[axis]), axis: axis)
        }
    }

    private static func wrapped(_ indices: Tensor, _ extent: Int) -> Tensor {
        let indices = indices.cast(to: .int32)
        return indices.binary(.less, 0).select(indices + extent, indices)
    }

    /// For each place of `indices` the element at that number along the axis, at the same place along the others; nil: in the flat array.
    public static func takeAlongAxis(
        _ x: Tensor, _ indices: Tensor, axis: Int? = nil
    ) -> Tensor {
        one("TakeAlongAxis", [("axis", .init(axis: axis))], [x, indices]) { inputs in
            let isFlat = axis == nil
            let x = isFlat ? inputs[0].reshaped([inputs[0].count]) : inputs[0]
            let given = isFlat ? inputs[1].reshaped([inputs[1].count]) : inputs[1]
            let axis = try x.shape.resolve(axis: axis ?? 0)
            guard given.rank == x.rank else {
                throw KeratinError(
                    .shapeMismatch,
                    "indices \(given.shape) need the rank of the tensor, \(x.shape)")
            }
            let extent = x.shape[axis]
            var (own, places) = (x.shape.dimensions, given.shape.dimensions)
            (own[axis], places[axis]) = (1, 1)
            var outer = try Shape(own).broadcast(with: Shape(places)).dimensions
            outer[axis] = extent
            let source = x.broadcast(to: Shape(outer))
            outer[axis] = given.shape[axis]
            let indices = wrapped(given, extent).broadcast(to: Shape(outer))
            // Rows of the source, one after the other, each with its own numbers.
            var order = Array(0..<x.rank)
            order.append(order.remove(at: axis))
            let rows = source.transposed(order)
            let numbers = indices.transposed(order)
            let (count, width) = (rows.count / Swift.max(extent, 1), given.shape[axis])
            let start = Tensor(indicesAlong: 0, shape: [count, width]) * extent
            let flat = numbers.reshaped([count, width]) + start
            let picked = rows.reshaped([rows.count]).gather(flat, axis: 0)
            var back = Array(0..<x.rank)
            back.insert(back.removeLast(), at: axis)
            return picked.reshaped(numbers.shape).transposed(back)
        }
    }

    /// 1 at each number's place along a new axis, else 0; numbers outside have no 1.
    public static func oneHot(
        _ x: Tensor, _ numClasses: Int, axis: Int = -1, dtype: DType = .float32
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("num_classes", .integer(numClasses)), ("axis", .integer(axis)),
            ("dtype", .text(dtype.rawValue)),
        ]
        return one("OneHot", module: "nn", config, [x]) {
            hot($0[0], numClasses, axis).cast(to: dtype)
        }
    }

    private static func hot(_ x: Tensor, _ classes: Int, _ axis: Int) -> Tensor {
        Tensor.carrying([x]) {
            guard classes > 0 else {
                throw KeratinError(.invalidArgument, "numClasses must be positive, got \(classes)")
            }
            let wide = x.cast(to: .int32).expandingDimension(at: axis)
            let place = axis < 0 ? axis + wide.rank : axis
            var extents = [Int](repeating: 1, count: wide.rank)
            extents[place] = classes
            return wide.binary(.equal, Tensor(indicesAlong: place, shape: Shape(extents)))
        }
    }

    /// 1 at the places of all numbers of a sample, else 0.
    public static func multiHot(
        _ x: Tensor, _ numClasses: Int, axis: Int = -1, dtype: DType = .float32
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("num_classes", .integer(numClasses)), ("axis", .integer(axis)),
            ("dtype", .text(dtype.rawValue)),
        ]
        return one("MultiHot", module: "nn", config, [x]) { x in
            let all = hot(x[0], numClasses, axis).cast(to: .int32)
            return all.max(axes: [x[0].rank > 1 ? 1 : 0]).cast(to: dtype)
        }
    }

    /// Sums of the rows that belong to each segment.
    /// - Parameters:
    ///   - segmentIds: the segment of each row; rows of others than 0..<numSegments do not count.
    ///   - numSegments: nil: as many as the ids ask for, where they are known.
    public static func segmentSum(
        _ data: Tensor, _ segmentIds: Tensor, numSegments: Int? = nil, sorted: Bool = false
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("num_segments", numSegments.map { .integer($0) } ?? .null),
            ("sorted", .boolean(sorted)),
        ]
        return one("SegmentSum", module: "math", config, [data, segmentIds]) { inputs in
            let ids = inputs[1].cast(to: .int32)
            guard ids.rank == 1, let rows = inputs[0].shape.dimensions.first, rows == ids.count
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs an id for each row, got \(ids.shape) for \(inputs[0].shape)")
            }
            guard let count = try numSegments ?? largest(ids).map({ $0 + 1 }), count > 0 else {
                throw KeratinError(
                    .invalidArgument, "numSegments must be given where the ids are not known")
            }
            let isKnown = ids.binary(.greaterEqual, 0)
                .binary(.and, ids.binary(.less, Double(count)))
            let extents = [rows] + inputs[0].shape.dimensions.dropFirst().map { _ in 1 }
            let kept = isKnown.reshaped(Shape(extents))
                .select(inputs[0].cast(to: .float32), Tensor(0))
            let sums = try Tensor.apply(.scatterAdd(axis: 0, count: count), [kept, ids])
            return sums.cast(to: inputs[0].dtype == .float32 ? .float32 : .int32)
        }
    }

    /// Zeros of a shape to which values are added at places: indices [count, k] name the first k axes.
    public static func scatter(
        _ indices: Tensor, _ values: Tensor, shape: [Int]
    ) -> Tensor {
        one("Scatter", module: "core", [("shape", .init(shape))], [indices, values]) { inputs in
            let indices = inputs[0].cast(to: .int32)
            guard let width = indices.shape.dimensions.last, indices.rank >= 1,
                width <= shape.count,
                inputs[1].shape.dimensions
                    == indices.shape.dimensions.dropLast() + shape.dropFirst(width)
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "values \(inputs[1].shape) do not fit indices \(indices.shape) and a shape \(shape)"
                )
            }
            let count = indices.shape.dimensions.dropLast().reduce(1, *)
            let outer = Array(shape.prefix(width))
            var place = Tensor(repeating: 0, shape: [count], dtype: .int32)
            for axis in 0..<width {
                let own = indices.reshaped([count, width]).part(axis..<(axis + 1), axis: 1)
                place = place * outer[axis] + own.reshaped([count])
            }
            let size = outer.reduce(1, *)
            let rest = shape.dropFirst(width).reduce(1, *)
            let sums = try Tensor.apply(
                .scatterAdd(axis: 0, count: size),
                [inputs[1].cast(to: .float32).reshaped([count, rest]), place])
            return sums.reshaped(Shape(shape))
                .cast(to: inputs[1].dtype == .float32 ? .float32 : .int32)
        }
    }

    /// Whether the target is among the k largest predictions of its row (bool [samples]); those that are equal count as larger only if they
    /// are. A row with NaN or infinity at the target is false.
    public static func inTopK(_ targets: Tensor, _ predictions: Tensor, k: Int) -> Tensor {
        one("InTopK", module: "math", [("k", .integer(k))], [targets, predictions]) { inputs in
            let predictions = inputs[1]
            guard predictions.rank == 2, inputs[0].rank == 1 else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs targets [samples] and predictions [samples, classes], got \(inputs[0].shape) and \(predictions.shape)"
                )
            }
            let targets = inputs[0].cast(to: .int32)
            let isTarget = hot(targets, predictions.shape[1], -1)
            let own = isTarget.select(predictions, Tensor(0)).sum(axes: [1])
            let larger = predictions.binary(.greater, own.expandingDimension(at: 1))
                .cast(to: .int32).sum(axes: [1])
            let isThere = truth(of: isTarget, [1], false, ofAll: false)
            return larger.binary(.less, Double(k)).binary(.and, own.unary(.isFinite))
                .binary(.and, isThere)
        }
    }
}
