import KeratinCore

extension ConformanceFamily {
    /// Values at which functions go wrong, for those that have no problem of their own there.
    private static let special: [Double] = [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.5, 1e-6, -1e-6, 1e-3, -1e-3, 0.1, 10, -10, 20,
        -20, 80, -80, 100, -100, 1e-20, 1e10, -1e10, .infinity, -.infinity, .nan, 8_388_609,
        0.49999997,
    ]

    static func unaryCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("unary")
        var cases = [ConformanceCase]()
        let shapes: [Shape] =
            tiny ? [[40]] : [[40], [], [0], [1], [65], [3, 331], [2, 3, 1, 2, 3]]
        for function in UnaryFunction.allCases {
            for dtype in DType.allCases where (try? function.resultType(dtype)) != nil {
                for shape in shapes {
                    let x =
                        dtype == .float32
                        ? draw.floats(shape, special: specialValues(function), range(function))
                        : draw.tensor(shape, dtype)
                    cases.append(ConformanceCase(.unary(function), [x], tolerance(function)))
                }
            }
        }
        for function in UnaryFunction.allCases where (try? function.resultType(.int32)) == .int32 {
            cases.append(ConformanceCase(.unary(function), [Self.integers(extremes)], .exact))
        }
        for bits in [0, 1, -1, 255, 256, -256, Int(Int32.max), Int(Int32.min)] {
            let x = ReferenceTensor(TensorType([1], .int32), [Double(bits)])
            cases.append(ConformanceCase(.unary(.uniform), [x], .exact))
        }
        return cases
    }

    /// Integers at the ends of the range, and where products leave it.
    private static let extremes: [Int] = [
        0, 1, -1, 2, -7, 255, 256, -256, 300, 46_341, -65_536, 1 << 30, Int(Int32.max),
        Int(Int32.max) - 1, Int(Int32.min), Int(Int32.min) + 1, 0, 5, 129,
    ]

    private static func integers(_ values: [Int]) -> ReferenceTensor {
        ReferenceTensor(TensorType([values.count], .int32), values.map(Double.init))
    }

    private static func specialValues(_ function: UnaryFunction) -> [Double] {
        switch function {
        case .sin, .cos: special.filter { abs($0) < 1000 || !$0.isFinite }
        // What the sign of NaN, and 1/√−0, are is left open.
        case .sign: special.filter { !$0.isNaN }
        case .rsqrt: special.filter { $0 != 0 } + [0]
        case .log1p: special + [-0.999, -0.5, -2]
        default: special
        }
    }

    private static func range(_ function: UnaryFunction) -> ClosedRange<Double> {
        switch function {
        case .sqrt, .rsqrt, .log: 0.001...20
        case .log1p: -0.9...5
        case .exp, .expm1, .tanh, .sigmoid, .softplus, .erf: -6...6
        case .erfc: -10...10
        case .sin, .cos: -20...20
        default: -3...3
        }
    }

    private static func tolerance(_ function: UnaryFunction) -> Tolerance {
        switch function {
        case .negate, .abs, .sign, .relu, .floor, .ceil, .round, .not, .isNaN, .isFinite, .uniform:
            .exact
        case .sin, .cos, .arctan, .tanh, .erf, .log: .elementwiseNearZero
        default: .elementwise
        }
    }

    static func binaryCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("binary")
        var cases = [ConformanceCase]()
        let shapes: [Shape] = tiny ? [[50]] : [[50], [], [0], [1], [65], [7, 173]]
        for function in BinaryFunction.allCases {
            for dtype in DType.allCases where (try? function.resultType(dtype, dtype)) != nil {
                for shape in shapes {
                    let (a, b) = operands(function, dtype, shape, &draw)
                    cases.append(ConformanceCase(.binary(function), [a, b], .elementwise))
                }
            }
        }
        // Every pair of extremes: sums and products wrap around, division by zero gives zero.
        let left = extremes.flatMap { a in extremes.map { _ in a } }
        let right = extremes.flatMap { _ in extremes }
        for function in BinaryFunction.allCases
        where (try? function.resultType(.int32, .int32)) != nil {
            cases.append(
                ConformanceCase(
                    .binary(function), [Self.integers(left), Self.integers(right)], .exact))
        }
        return cases
    }

    private static func operands(
        _ function: BinaryFunction, _ dtype: DType, _ shape: Shape, _ draw: inout Draw
    ) -> (ReferenceTensor, ReferenceTensor) {
        switch (function, dtype) {
        case (.power, _):
            // Whole powers of negative numbers, roots of positive ones, and the corners.
            return (
                draw.floats(shape, special: [0, 0, 1, -2, -2, -1.5, 2, 0, -2], 0.1...3),
                draw.floats(shape, special: [0, 2, 5, 2, 3, -3, -1, 0.5, 0.5], -3...3)
            )
        case (.remainder, .float32):
            // Multiples of 1/4: what lies next to a jump is rounding's choice.
            var (a, b) = (draw.quarters(shape), draw.quarters(shape))
            for place in b.values.indices where b.values[place] == 0 { b.values[place] = -1.5 }
            if shape.count > 4 { (a.values[0], b.values[1]) = (.nan, .nan) }
            return (a, b)
        case (.remainder, _):
            var b = draw.integers(shape, -9...9)
            for place in b.values.indices where b.values[place] == 0 { b.values[place] = -7 }
            return (draw.integers(shape), b)
        case (.divide, .int32): return (draw.integers(shape), draw.integers(shape, -5...5))
        case (_, .float32):
            let corners: [Double] = [
                .nan, 1, .nan, .infinity, .infinity, -.infinity, 0, 0, 1, -1, 2, 1e30, 1e-20,
            ]
            let partners: [Double] = [
                1, .nan, .nan, 1, .infinity, .infinity, 0, -0.0, 0, 0, 2, 1e30, 1e20,
            ]
            var (a, b) = (
                draw.floats(shape, special: corners), draw.floats(shape, special: partners)
            )
            // Ties matter to comparisons.
            for place in stride(from: 15, to: shape.count, by: 3) {
                a.values[place] = b.values[place]
            }
            if shape.count > 40 { a.values[39] = 3 }
            b.type = a.type
            return (a, b)
        case (_, .int32): return (draw.integers(shape, -9...9), draw.integers(shape, -9...9))
        default: return (draw.tensor(shape, dtype), draw.tensor(shape, dtype))
        }
    }

    static func broadcastCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("broadcasting")
        let few: [(Shape, Shape)] = [
            ([], [5]), ([5], []), ([1], [7]), ([4, 5], [5]), ([4, 1], [1, 5]), ([0, 3], [3]),
            ([2, 1, 3], [4, 1]),
        ]
        let many: [(Shape, Shape)] = [
            ([31, 33], [33]), ([33], [31, 33]), ([31, 33], [31, 1]), ([31, 1], [31, 33]),
            ([5, 1, 7], [5, 6, 7]), ([5, 6, 7], [6, 1]), ([2, 1, 3, 1, 5], [3, 4, 1]),
            ([1, 2, 1, 2, 1], [3, 1, 4, 1, 5]), ([8, 65], [1, 65]), ([1, 1], [9, 10]), ([0], [1]),
            ([1, 0], [5, 1]), ([2, 3, 2, 2, 33], [33]), ([64, 32], [64, 1]),
        ]
        var cases = [ConformanceCase]()
        for (left, right) in tiny ? few : few + many {
            for function in [BinaryFunction.subtract, .less, .maximum] {
                cases.append(
                    ConformanceCase(
                        .binary(function), [draw.floats(left), draw.floats(right)], .elementwise))
            }
            cases.append(
                ConformanceCase(
                    .binary(.subtract), [draw.integers(left), draw.integers(right)], .exact))
            cases.append(
                ConformanceCase(.binary(.and), [draw.bools(left), draw.bools(right)], .exact))
            cases.append(
                ConformanceCase(.binary(.equal), [draw.bytes(left), draw.bytes(right)], .exact))
        }
        return cases
    }

    static func selectCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("select")
        var cases = [ConformanceCase]()
        let triples: [(Shape, Shape, Shape)] = [
            ([5], [5], [5]), ([], [3], [3]), ([4, 1], [5], []), ([0], [0], [0]), ([33], [], []),
            ([2, 33], [2, 1], [33]),
        ]
        for dtype in DType.allCases {
            for (condition, a, b) in triples {
                cases.append(
                    ConformanceCase(
                        .select,
                        [draw.bools(condition), draw.tensor(a, dtype), draw.tensor(b, dtype)],
                        .exact))
            }
        }
        for from in DType.allCases {
            for to in DType.allCases {
                for shape in [Shape([37]), [], [0], [3, 65]] {
                    var x = draw.tensor(shape, from)
                    // Values that every target holds, halves and the values next to integers.
                    if from == .float32 {
                        x = draw.floats(shape, special: [0, -0.0, 0.5, 1.9, 0.99], 0...250)
                    }
                    if from == .float32 && to == .int32 {
                        x = draw.floats(
                            shape, special: [-0.5, -1.9, 1e9, -1e9, 16_777_216], -300...300)
                    }
                    if from == .float32 && to == .bool && shape.count > 6 {
                        (x.values[5], x.values[6]) = (.nan, .infinity)
                    }
                    if from == .int32 && to == .uint8 { x = draw.integers(shape, 0...255) }
                    if from == .int32 && to == .float32 {
                        x = draw.integers(shape, -16_000_000...16_000_000)
                    }
                    cases.append(ConformanceCase(.cast(to), [x], .exact))
                }
            }
        }
        let floats: [Double] = [
            .nan, .infinity, -.infinity, 0x1p31, -0x1p31, 2_147_483_520, -2_147_483_904, 3e9, -3e9,
            1e20, -1e20, -1, -0.9, -0.5, 255, 255.9, 256, 300, -300, 1e-40, 4e9, 127.5,
        ]
        for to in DType.allCases {
            let x = ReferenceTensor(TensorType([floats.count]), floats)
            cases.append(ConformanceCase(.cast(to), [x], .exact))
            // Large integers are rounded to float32.
            let tolerance: Tolerance = to == .float32 ? .elementwise : .exact
            cases.append(ConformanceCase(.cast(to), [Self.integers(extremes)], tolerance))
        }
        return cases
    }
}
