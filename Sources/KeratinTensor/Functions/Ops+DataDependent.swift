import KeratinCore

// Functions whose result has a shape that depends on the numbers. They need numbers: outside of recorded steps and graphs.

extension ops {
    /// The numbers in host memory.
    private static func known(_ x: Tensor, _ name: String) throws -> HostArray {
        try x.check()
        guard x.hasNumbers else {
            throw KeratinError(
                .unavailable,
                "the shape of its result depends on the numbers, which recorded steps and graphs do not have yet: call it on arrays",
                at: name)
        }
        return try x.hostArray()
    }

    /// The coordinates of all elements that are not zero (NaN is not): a vector (int32) for each axis.
    public static func nonzero(_ x: Tensor) -> [Tensor] {
        Tensor.carrying(count: Swift.max(x.rank, 1), [x]) {
            let places = try filled(x, "nonzero")
            return (0..<Swift.max(x.rank, 1)).map { axis in
                Tensor(places.map { $0[axis] }, shape: [places.count])
            }
        }
    }

    /// The coordinates of all elements that are not zero, one row (int32) for each: NumPy's function.
    public static func argwhere(_ x: Tensor) -> Tensor {
        Tensor.carrying([x]) {
            let places = try filled(x, "argwhere")
            return Tensor(places.flatMap { $0.prefix(x.rank) }, shape: [places.count, x.rank])
        }
    }

    private static func filled(_ x: Tensor, _ name: String) throws -> [[Int32]] {
        let values = try known(x, name).floats
        let extents = x.rank == 0 ? [1] : x.shape.dimensions
        return values.enumerated().filter { $0.element != 0 }.map { flat, _ in
            var (rest, place) = (flat, [Int32](repeating: 0, count: extents.count))
            for axis in extents.indices.reversed() {
                place[axis] = Int32(truncatingIfNeeded: rest % extents[axis])
                rest /= extents[axis]
            }
            return place
        }
    }

    /// The different numbers of the flat array in ascending order; NaN counts once, as the largest.
    /// - Parameters:
    ///   - size: how many are given: the first ones, or `fillValue` behind them where there are fewer; nil: as many as there are.
    ///   - fillValue: nil: the smallest number.
    public static func unique(
        _ x: Tensor, size: Int? = nil, fillValue: Double? = nil
    ) -> Tensor {
        Tensor.carrying([x]) {
            let all = try uniqueAll(x).values
            guard let size else { return all }
            guard size >= 0, size < 1 << 31, all.count > 0 || size == 0 else {
                throw KeratinError(
                    .invalidArgument, "cannot give \(size) of \(all.count) numbers", at: "unique")
            }
            if size <= all.count { return all.part(0..<size, axis: 0) }
            let rest = size - all.count
            let filler =
                fillValue.map { Tensor(repeating: $0, shape: [rest], dtype: all.dtype) }
                ?? all.part(0..<1, axis: 0).broadcast(to: [rest])
            return Tensor.concatenate([all, filler], axis: 0)
        }
    }

    /// The different numbers of the flat array in ascending order; where each stands first; for each element of the array which of them it is, in
    /// the array's shape; and how often each is there. Indices and counts are int32.
    /// - Throws: `KeratinError` in recordings and graphs; the tensor's error.
    public static func uniqueAll(
        _ x: Tensor
    ) throws -> (values: Tensor, indices: Tensor, inverse: Tensor, counts: Tensor) {
        let array = try known(x, "unique")
        func sorted<Element: Comparable>(
            _ values: [Element], _ isLess: (Element, Element) -> Bool,
            _ make: ([Element]) -> HostArray.Storage
        ) -> (Tensor, Tensor, Tensor, Tensor) {
            let order = values.indices.sorted {
                isLess(values[$0], values[$1])
                    || (!isLess(values[$1], values[$0]) && $0 < $1)
            }
            var (distinct, firsts, counts) = ([Element](), [Int32](), [Int32]())
            var inverse = [Int32](repeating: 0, count: values.count)
            for index in order {
                if let last = distinct.last, !isLess(last, values[index]) {
                    counts[counts.count - 1] += 1
                } else {
                    distinct.append(values[index])
                    firsts.append(Int32(truncatingIfNeeded: index))
                    counts.append(1)
                }
                inverse[index] = Int32(truncatingIfNeeded: distinct.count - 1)
            }
            let count = distinct.count
            return (
                Tensor(HostArray(make(distinct), [count])), Tensor(firsts, shape: [count]),
                Tensor(inverse, shape: x.shape), Tensor(counts, shape: [count])
            )
        }
        switch array.storage {
        case .float32(let values):
            return sorted(
                values, { $1.isNaN ? !$0.isNaN : $0 < $1 }, { .float32($0) })
        case .int32(let values): return sorted(values, <, { .int32($0) })
        case .uint8(let values): return sorted(values, <, { .uint8($0) })
        case .int64(let values): return sorted(values, <, { .int64($0) })
        case .bool(let values):
            return sorted(values.map { UInt8($0 ? 1 : 0) }, <, { .bool($0.map { $0 != 0 }) })
        }
    }

    /// How often each whole number 0, 1, … is in a vector (int32), or in each row of a matrix; with weights their sums (float32).
    ///
    /// The result is as long as the largest number asks for, at least `minlength`. Where the numbers are not known, in recordings, it has
    /// `minlength` places, which must be given, and larger numbers do not count.
    public static func bincount(
        _ x: Tensor, weights: Tensor? = nil, minlength: Int = 0
    ) -> Tensor {
        Tensor.carrying([x] + (weights.map { [$0] } ?? [])) {
            guard x.rank == 1 || x.rank == 2, x.dtype != .float32,
                weights?.shape ?? x.shape == x.shape,
                !x.isSymbolic, !(weights?.isSymbolic ?? false)
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs whole numbers in a vector or a matrix, and as many weights, got \(x.dtype.rawValue) \(x.shape)",
                    at: "bincount")
            }
            let numbers = x.cast(to: .int32)
            var length = minlength
            if x.hasNumbers, Trace.current == nil {
                let values = try numbers.int32s()
                guard values.allSatisfy({ $0 >= 0 }) else {
                    throw KeratinError(
                        .invalidArgument, "numbers must not be negative", at: "bincount")
                }
                length = Swift.max(length, values.max().map { Int($0) + 1 } ?? 0)
            }
            guard length > 0 || x.count == 0, (0..<(1 << 31)).contains(length) else {
                throw KeratinError(
                    .invalidArgument, "needs minlength where the numbers are not known",
                    at: "bincount")
            }
            guard length > 0 else {
                return Tensor(
                    repeating: 0, shape: Shape(x.shape.dimensions.dropLast() + [0]), dtype: .int32)
            }
            let isKnown = numbers.binary(.greaterEqual, 0)
                .binary(.and, numbers.binary(.less, Double(length)))
            let amounts = isKnown.select(
                weights?.cast(to: .float32) ?? Tensor(repeating: 1, shape: x.shape), Tensor(0))
            let rows = x.rank == 1 ? 1 : x.shape[0]
            let start = Tensor(indicesAlong: 0, shape: [rows, 1]) * length
            let places =
                numbers.binary(.maximum, 0).binary(.minimum, Double(length - 1))
                .reshaped([rows, x.count / Swift.max(rows, 1)]) + start
            let sums = Tensor.apply(
                .scatterAdd(axis: 0, count: rows * length),
                [amounts.reshaped([x.count]), places.reshaped([x.count])])
            return sums.reshaped(Shape(x.shape.dimensions.dropLast() + [length]))
                .cast(to: weights == nil ? .int32 : .float32)
        }
    }

    /// How many numbers lie in each of `bins` parts of a range, all equally wide, and the parts' `bins + 1` edges. A part holds its lower edge, the last
    /// one both.
    /// - Parameter range: nil: from the smallest to the largest number. Numbers outside do not count.
    public static func histogram(
        _ x: Tensor, bins: Int = 10, range: (low: Double, high: Double)? = nil
    ) -> (counts: Tensor, edges: Tensor) {
        let written: Argument = range.map { .list([.init($0.low), .init($0.high)]) } ?? .null
        let config: [(name: String, value: Argument)] = [
            ("bins", .integer(bins)), ("range", written),
        ]
        let both = several(2, "Histogram", config, [x]) { x in
            let numbers = x[0].cast(to: .float32).reshaped([x[0].count])
            guard bins > 0, bins < 1 << 24, x[0].count > 0,
                range.map({ $0.low <= $0.high }) ?? true
            else {
                throw KeratinError(
                    .invalidArgument,
                    "needs numbers, bins above 0 and a range that ascends, got \(bins) bins of \(x[0].shape)"
                )
            }
            let low = range.map { Tensor($0.low) } ?? numbers.min(axes: nil)
            let high = range.map { Tensor($0.high) } ?? numbers.max(axes: nil)
            let steps = Tensor((0...bins).map { Float(Double($0) / Double(bins)) })
            let edges = Tensor.concatenate(
                [
                    (low + (high - low) * steps).part(0..<bins, axis: 0), high.reshaped([1]),
                ], axis: 0)
            let inner = edges.part(1..<bins, axis: 0)
            let part =
                bins == 1
                ? Tensor(repeating: 0, shape: numbers.shape, dtype: .int32)
                : searchsorted(inner, numbers, side: "right")
            let isInside = numbers.binary(.greaterEqual, low)
                .binary(.and, numbers.binary(.lessEqual, high))
            let counts = Tensor.apply(
                .scatterAdd(axis: 0, count: bins), [isInside.cast(to: .float32), part])
            return [counts.cast(to: x[0].dtype == .float32 ? .float32 : .int32), edges]
        }
        return (both[0], both[1])
    }

    /// The same bits read as another element type of as many: float32 and int32, or uint8, of which each of them is four along the last axis.
    /// It needs numbers: outside of recorded steps and graphs.
    public static func view(_ x: Tensor, _ dtype: DType) -> Tensor {
        Tensor.carrying([x]) {
            let array = try known(x, "view")
            if dtype == x.dtype { return x }
            guard dtype != .bool, x.dtype != .bool,
                x.rank > 0 || dtype.byteCount == x.dtype.byteCount
            else {
                throw KeratinError(
                    .dtypeMismatch,
                    "cannot read \(x.dtype.rawValue) \(x.shape) as \(dtype.rawValue)",
                    at: "view")
            }
            var extents = x.shape.dimensions
            if let last = extents.indices.last {
                let bytes = extents[last] * x.dtype.byteCount
                guard bytes.isMultiple(of: dtype.byteCount) else {
                    throw KeratinError(
                        .shapeMismatch, "\(bytes) bytes of the last axis make no \(dtype.rawValue)",
                        at: "view")
                }
                extents[last] = bytes / dtype.byteCount
            }
            let bytes = try array.withDeviceBytes { Array($0) }
            return Tensor(try HostArray(bytes: bytes, TensorType(Shape(extents), dtype)))
        }
    }
}
