import KeratinCore

extension ConformanceFamily {
    static func reduceCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("reduce")
        let few: [(Shape, [Int])] = [
            ([], []), ([5], [0]), ([0], [0]), ([3, 33], [1]), ([33, 3], [0]), ([2, 3, 5], [0, 2]),
            ([2, 0, 3], [1]), ([2, 3], []),
        ]
        let many: [(Shape, [Int])] = [
            ([1], [0]), ([31], [0]), ([32], [0]), ([65], [0]), ([10_007], [0]), ([31, 33], [0]),
            ([31, 33], [1]), ([31, 33], [0, 1]), ([4, 1, 7], [1]), ([4, 6, 7], [1]),
            ([4, 6, 7], [0, 1]),
            ([4, 6, 7], [1, 2]), ([4, 6, 7], [0, 1, 2]), ([2, 3, 2, 5], [0, 3]),
            ([2, 3, 2, 5], [1, 2]),
            ([2, 3, 2, 2, 3], [0, 2, 4]), ([2, 3, 2, 2, 3], [1, 3]), ([2, 3, 2, 2, 3], [4, 1]),
            ([700, 65], [0]),
            ([5, 2049], [1]), ([0, 4], [1]), ([0, 4], [0]), ([3, 257, 2], [1]),
            ([1, 1, 1], [0, 2]),
        ]
        var cases = [ConformanceCase]()
        for (shape, axes) in tiny ? few : few + many {
            for function in ReduceFunction.allCases {
                let keep = draw.integer(0...1) == 1
                let primitive = Primitive.reduce(function, axes: axes, keepDimensions: keep)
                // A product of many factors stays in range only near one.
                let x = function == .product ? draw.floats(shape, 0.99...1.012) : draw.floats(shape)
                cases.append(ConformanceCase(primitive, [x]))
                let i = draw.integers(shape, function == .product ? 1...1 : -99...99)
                cases.append(ConformanceCase(primitive, [i], .exact))
            }
            let x = draw.quarters(shape)
            cases.append(
                ConformanceCase(.reduce(.maximum, axes: axes, keepDimensions: true), [x], .exact))
        }
        for place in tiny ? [0, 40] : [0, 7, 31, 40, 64] {
            for special in [Double.nan, .infinity, -.infinity] {
                for axes in [[1], [0]] {
                    var x = draw.floats(axes == [1] ? [3, 65] : [65, 3])
                    x.values[axes == [1] ? 65 + place : place * 3 + 1] = special
                    for function in ReduceFunction.allCases {
                        cases.append(
                            ConformanceCase(
                                .reduce(function, axes: axes, keepDimensions: false), [x]))
                    }
                }
            }
        }
        // Sums and products of large integers wrap around.
        for (shape, axes) in tiny ? few : few + many {
            for function in ReduceFunction.allCases {
                let x = draw.integers(shape, Int(Int32.min)...Int(Int32.max))
                let primitive = Primitive.reduce(function, axes: axes, keepDimensions: false)
                cases.append(ConformanceCase(primitive, [x], .exact))
            }
        }
        return cases
    }

    static func argReduceCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("arg reduce")
        let few: [(Shape, Int)] = [([1], 0), ([33], 0), ([3, 5], 1), ([3, 5], 0), ([0, 3], 1)]
        let many: [(Shape, Int)] = [
            ([31], 0), ([32], 0), ([65], 0), ([1000], 0), ([31, 33], 0), ([31, 33], 1),
            ([4, 6, 7], 1),
            ([2, 3, 2, 5], 2), ([2, 3, 2, 2, 3], 4), ([64, 10], 1), ([4, 1], 1), ([2, 513], 1),
        ]
        var cases = [ConformanceCase]()
        for (shape, axis) in tiny ? few : few + many {
            for function in ArgReduceFunction.allCases {
                let primitive = Primitive.argReduce(function, axis: axis)
                cases.append(ConformanceCase(primitive, [draw.floats(shape)]))
                // Quarters repeat, so that the first of equals matters.
                cases.append(ConformanceCase(primitive, [draw.quarters(shape)]))
                cases.append(ConformanceCase(primitive, [draw.integers(shape, -3...3)]))
                var x = draw.floats(shape)
                for place in x.values.indices where draw.integer(0...9) == 0 {
                    x.values[place] = draw.pick([.nan, .infinity, -.infinity])
                }
                cases.append(ConformanceCase(primitive, [x]))
                cases.append(
                    ConformanceCase(primitive, [ReferenceTensor(TensorType(shape), repeating: 1)]))
            }
        }
        return cases
    }

    static func argSortCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("arg sort")
        let few: [Shape] = [[1], [33], [3, 5], [2, 0], [0, 3]]
        let many: [Shape] = [
            [15], [16], [17], [31], [32], [65], [513], [1000], [31, 33], [65, 3], [3, 4, 7],
            [2, 3, 2, 65], [2, 2049], [4, 1],
        ]
        var cases = [ConformanceCase]()
        for shape in tiny ? few : few + many {
            for sort in [ArgSort(), ArgSort(descending: true)] {
                cases.append(ConformanceCase(sort, [draw.floats(shape)], .exact))
                // Quarters repeat, so that the order of equals matters.
                var x = draw.quarters(shape)
                cases.append(ConformanceCase(sort, [x], .exact))
                for place in x.values.indices where draw.integer(0...4) == 0 {
                    x.values[place] = draw.pick([.nan, .infinity, -.infinity, 0, -0.0])
                }
                cases.append(ConformanceCase(sort, [x], .exact))
                cases.append(ConformanceCase(sort, [draw.integers(shape, -9...9)], .exact))
                var whole = draw.integers(shape, Int(Int32.min)...Int(Int32.max))
                if shape.count > 2 {
                    (whole.values[0], whole.values[2]) = (Double(Int32.max), Double(Int32.min))
                }
                cases.append(ConformanceCase(sort, [whole], .exact))
            }
        }
        return cases
    }
}
