import KeratinCore
import Testing

@Suite struct PrimitiveTests {
    @Test(arguments: [0, 1, 31, 33, 65, 1500])
    func unaryFunctions(count: Int) throws {
        var numbers = Numbers()
        for function in UnaryFunction.allCases {
            let dtype: DType = function == .not ? .bool : function == .uniform ? .int32 : .float32
            let positive = [.log, .sqrt, .rsqrt].contains(function)
            let x = numbers.tensor(
                TensorType([count], dtype), positive ? 0.1 : function == .log1p ? -0.9 : -5, 5)
            try check(.unary(function), [x])
        }
    }

    @Test func unaryOfIntegers() throws {
        var numbers = Numbers()
        for function in [UnaryFunction.negate, .abs, .sign, .square, .relu] {
            try check(.unary(function), [numbers.tensor(TensorType([37], .int32))])
        }
    }

    @Test func specialValues() throws {
        let special: [Double] = [
            .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 0.5, 2.5, -2.5, 1e-40, -1e-40, 3e38, -3e38,
            88, -88, 100, -100, 1e-8, 16_777_216,
        ]
        let x = NaiveTensor(rounding: special, TensorType([special.count]))
        for function in UnaryFunction.allCases {
            guard function != .not, function != .uniform else { continue }
            for backend in try allBackends() {
                let got = try backend.run(.primitive(.unary(function)), [x])[0].values
                for (value, result) in zip(x.values, got) {
                    let expected = Double(Float(NaiveMath.unary(function, value)))
                    let same =
                        expected.isNaN
                        ? result.isNaN
                        : result == expected
                            || abs(result - expected) <= 2e-6 * abs(expected) + 1e-37
                    #expect(
                        same,
                        "\(function)(\(value)) = \(result), not \(expected), \(backend.table.name)"
                    )
                }
            }
        }
    }

    @Test func binaryFunctions() throws {
        var numbers = Numbers()
        let shapes: [(Shape, Shape)] = [
            ([65], [65]), ([3, 1, 5], [4, 1]), ([7, 33], [33]), ([7, 33], []), ([], []),
            ([40, 1], [1, 50]), ([0, 3], [3]), ([2000, 32], [32]), ([3, 700], [700]),
        ]
        for function in BinaryFunction.allCases {
            for (a, b) in shapes {
                let isLogic = function == .and || function == .or
                let dtype: DType = isLogic ? .bool : .float32
                let low = function == .power ? 0.1 : -3.0
                try check(
                    .binary(function),
                    [
                        numbers.tensor(TensorType(a, dtype), low, 3),
                        numbers.tensor(TensorType(b, dtype), -3, 3),
                    ])
                if !isLogic && function != .power {
                    try check(
                        .binary(function),
                        [
                            numbers.tensor(TensorType(a, .int32)),
                            numbers.tensor(TensorType(b, .int32)),
                        ])
                }
            }
        }
    }

    @Test func maximumPassesNaN() throws {
        let a = NaiveTensor(TensorType([4]), [.nan, 1, .nan, 2])
        let b = NaiveTensor(TensorType([4]), [1, .nan, .nan, 1])
        for function in [BinaryFunction.maximum, .minimum, .less, .equal, .notEqual] {
            try check(.binary(function), [a, b])
        }
    }

    @Test func selectAndCast() throws {
        var numbers = Numbers()
        for dtype in DType.allCases {
            try check(
                .select,
                [
                    numbers.tensor(TensorType([5, 1], .bool)),
                    numbers.tensor(TensorType([33], dtype)),
                    numbers.tensor(TensorType([5, 33], dtype)),
                ])
            for target in DType.allCases {
                // Values that every type can hold.
                let values = (0..<40).map { Double(dtype == .bool ? $0 % 2 : $0) }
                try check(.cast(target), [NaiveTensor(TensorType([40], dtype), values)])
            }
        }
        try check(
            .cast(.int32), [NaiveTensor(rounding: [1.9, -1.9, 3e9, -3e9, .nan], TensorType([5]))])
    }

    @Test func fillAndIota() throws {
        for dtype in DType.allCases {
            try check(.fill(value: 1, type: TensorType([3, 11], dtype)), [])
        }
        try check(.fill(value: -2.5, type: TensorType([1000])), [])
        for dtype in [DType.int32, .float32] {
            for axis in 0..<3 {
                try check(.iota(axis: axis, type: TensorType([3, 5, 7], dtype)), [])
            }
        }
    }

    @Test func reductions() throws {
        var numbers = Numbers()
        let cases: [(Shape, [Int])] = [
            ([65], [0]), ([3, 33], [0]), ([3, 33], [1]), ([3, 33], [0, 1]), ([4, 5, 6], [1]),
            ([4, 5, 6], [0, 2]), ([4, 5, 6, 7], [1, 3]), ([4, 5], []), ([0, 4], [0]),
            ([0, 4], [1]),
            ([], []), ([50_000], [0]), ([700, 50], [0]), ([3, 20_000], [1]), ([2, 40_000, 2], [1]),
            ([2, 9000, 2, 3], [1, 3]),
        ]
        for function in ReduceFunction.allCases {
            for (shape, axes) in cases {
                for keep in [false, true] {
                    let low = function == .product ? 0.98 : -1.0
                    let x = numbers.tensor(TensorType(shape), low, function == .product ? 1.02 : 1)
                    try check(
                        .reduce(function, axes: axes, keepDimensions: keep), [x], tolerance: 1e-4)
                }
                if shape.count < 200 && function != .product {
                    try check(
                        .reduce(function, axes: axes, keepDimensions: false),
                        [numbers.tensor(TensorType(shape, .int32))])
                }
            }
        }
        let nan = NaiveTensor(TensorType([2, 40]), (0..<80).map { $0 == 47 ? .nan : Double($0) })
        for axes in [[0], [1], [0, 1]] {
            try check(.reduce(.maximum, axes: axes, keepDimensions: false), [nan])
            try check(.reduce(.minimum, axes: axes, keepDimensions: false), [nan])
        }
    }

    @Test func argReductions() throws {
        var numbers = Numbers()
        for function in ArgReduceFunction.allCases {
            for (shape, axis): (Shape, Int) in [
                ([65], 0), ([3, 33], 0), ([3, 33], 1), ([4, 5, 6], 1),
            ] {
                try check(.argReduce(function, axis: axis), [numbers.tensor(TensorType(shape))])
                try check(
                    .argReduce(function, axis: axis), [numbers.tensor(TensorType(shape, .int32))])
            }
            try check(
                .argReduce(function, axis: 0),
                [NaiveTensor(TensorType([5]), [1, .nan, 3, .nan, -7])])
        }
    }

    @Test func randomBits() throws {
        for count in [0, 1, 2, 3, 4, 5, 33, 40_001] {
            try check(
                .randomBits([count], stream: 7),
                [NaiveTensor(TensorType([4], .int32), [123, -5, 77, 3])])
        }
    }
}
