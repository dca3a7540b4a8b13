import KeratinCore

extension ConformanceFamily {
    static func creationCases(_ tiny: Bool) -> [ConformanceCase] {
        var cases = [ConformanceCase]()
        for shape in shapes(tiny) {
            for dtype in DType.allCases {
                let type = TensorType(shape, dtype)
                for value in [0, 1, 3] as [Double] where dtype != .bool || value < 2 {
                    cases.append(ConformanceCase(.fill(value: value, type: type), [], .exact))
                }
            }
            for value in [Double.infinity, -.infinity, .nan, -2.5, 1e-30] {
                cases.append(
                    ConformanceCase(
                        .fill(value: value, type: TensorType(shape)), [], .elementwise))
            }
            for dtype in [DType.int32, .uint8, .bool] {
                for value in [
                    -2_147_483_648, 2_147_483_647, 3e9, -3e9, -2.9, 255.5, 300, .nan, .infinity,
                ] {
                    cases.append(
                        ConformanceCase(
                            .fill(value: value, type: TensorType(shape, dtype)), [], .exact))
                }
            }
            for axis in 0..<shape.rank {
                for dtype in [DType.int32, .float32] {
                    cases.append(
                        ConformanceCase(
                            .iota(axis: axis, type: TensorType(shape, dtype)), [], .exact))
                }
            }
        }
        return cases
    }

    static func movementCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("movement")
        var cases = [ConformanceCase]()
        for dtype in DType.allCases {
            for shape in shapes(tiny) {
                cases += moves(draw.tensor(shape, dtype), &draw)
            }
            for (from, to) in broadcasts {
                cases.append(
                    ConformanceCase(.broadcast(to), [draw.tensor(from, dtype)], .exact))
            }
            cases += joins(dtype, &draw)
        }
        for permutation in tiny
            ? [[1, 0]] : [[1, 0], [0, 2, 1], [1, 0, 2], [2, 1, 0], [2, 0, 1]]
        {
            let shape: Shape = permutation.count == 2 ? [65, 33] : [5, 33, 34]
            cases.append(
                ConformanceCase(
                    .transpose(permutation: permutation), [draw.floats(shape)], .exact))
        }
        return cases
    }

    private static let broadcasts: [(Shape, Shape)] = [
        ([], []), ([], [5]), ([], [2, 33]), ([1], [33]), ([33], [3, 33]), ([3, 1], [3, 33]),
        ([1, 5, 1], [2, 5, 3]), ([2, 1, 1, 3], [4, 2, 5, 2, 3]), ([0], [4, 0]), ([1], [0]),
        ([3], [3]),
    ]

    private static func moves(_ x: ReferenceTensor, _ draw: inout Draw) -> [ConformanceCase] {
        let shape = x.shape
        let rank = shape.rank
        var cases = [ConformanceCase]()
        func add(_ primitive: Primitive) { cases.append(ConformanceCase(primitive, [x], .exact)) }

        add(.reshape(Shape([shape.count])))
        add(.reshape(Shape([1] + Array(shape.dimensions.reversed()) + [1])))
        if rank > 1 {
            add(.transpose(permutation: Array((0..<rank).reversed())))
            var permutation = Array(0..<rank)
            for place in stride(from: rank - 1, to: 0, by: -1) {
                permutation.swapAt(place, draw.integer(0...place))
            }
            add(.transpose(permutation: permutation))
        }
        add(.reverse(axes: []))
        for axis in 0..<rank { add(.reverse(axes: [axis])) }
        add(.reverse(axes: Array(0..<rank)))

        let starts = shape.dimensions.map { draw.integer(0...$0) }
        let limits = zip(shape.dimensions, starts).map { draw.integer($1...$0) }
        add(.slice(starts: starts, limits: limits, strides: starts.map { _ in 1 }))
        let halves = shape.dimensions.map { $0 / 3 }
        add(
            .slice(
                starts: halves, limits: shape.dimensions,
                strides: halves.map { _ in draw.integer(1...3) }))

        let value: Double = x.type.dtype == .float32 ? -1.5 : 1
        for _ in 0..<2 {
            let low = shape.dimensions.map { _ in draw.integer(0...2) }
            let high = low.map { _ in draw.integer(0...2) }
            let interior = low.map { _ in draw.integer(0...2) }
            add(.pad(low: low, high: high, interior: interior, value: value))
            add(.pad(low: low, high: high, interior: low.map { _ in 0 }, value: 0))
        }
        return cases
    }

    private static func joins(_ dtype: DType, _ draw: inout Draw) -> [ConformanceCase] {
        let groups: [([Shape], Int)] = [
            ([[3]], 0), ([[3], [0], [33]], 0), ([[2, 3], [2, 5]], 1), ([[2, 3], [4, 3]], 0),
            ([[2, 1, 3], [2, 31, 3], [2, 2, 3]], 1), ([[0, 3], [0, 2]], 1),
            ([[2, 3, 2, 1, 2], [2, 3, 2, 4, 2]], 3),
            ([[1], [1], [1], [1], [1], [1], [1], [1], [1]], 0),
        ]
        return groups.map { shapes, axis in
            ConformanceCase(
                .concatenate(axis: axis), shapes.map { draw.tensor($0, dtype) }, .exact)
        }
    }

    static func indexedCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("indexed")
        let few: [(Shape, Int, Shape)] = [
            ([5], 0, [3]), ([5, 3], 0, []), ([5, 3], 1, [2, 2]), ([4, 0], 0, [3]), ([3], 0, [0]),
        ]
        let many: [(Shape, Int, Shape)] = [
            ([33, 65], 0, [31]), ([33, 65], 1, [31]), ([2, 9, 4], 1, [5]), ([2, 9, 4], 2, [2, 3]),
            ([100, 8], 0, [4, 7]), ([2, 3, 4, 5], 2, [3, 1, 2]), ([1, 33], 0, [5]),
            ([7, 1], 0, [300]),
        ]
        var cases = [ConformanceCase]()
        for (shape, axis, indices) in tiny ? few : few + many {
            // One step outside on both ends, which is clamped.
            let index = draw.integers(indices, -1...shape[axis])
            for dtype in DType.allCases {
                cases.append(
                    ConformanceCase(
                        .gather(axis: axis), [draw.tensor(shape, dtype), index], .exact))
            }
            var updates = shape.dimensions
            updates.replaceSubrange(axis...axis, with: indices.dimensions)
            cases.append(
                ConformanceCase(
                    .scatterAdd(axis: axis, count: shape[axis]),
                    [draw.floats(Shape(updates)), index]))
        }
        for shape in [Shape([5]), [1], [7, 33], [3, 0], [4, 2, 3]] {
            for place in [-2, 0, shape[0] - 1, shape[0] + 4] {
                let index = ReferenceTensor(TensorType([], .int32), [Double(place)])
                let row = Shape(Array(shape.dimensions.dropFirst()))
                for dtype in DType.allCases {
                    let x = draw.tensor(shape, dtype)
                    cases.append(ConformanceCase(.dynamicSlice, [x, index], .exact))
                    let inputs = [x, index, draw.tensor(row, dtype)]
                    cases.append(ConformanceCase(.dynamicUpdate, inputs, .exact))
                    cases.append(ConformanceCase(.dynamicUpdate, inputs, .exact, inPlace: 0))
                }
            }
        }
        return cases
    }

    static func randomCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("random")
        var cases = [ConformanceCase]()
        for shape in shapes(tiny) {
            for stream in [0, 1, 0xFFFF_FFFF] as [UInt32] {
                let state = draw.integers([4], Int(Int32.min)...Int(Int32.max))
                cases.append(
                    ConformanceCase(.randomBits(shape, stream: stream), [state], .exact))
            }
        }
        return cases
    }
}
