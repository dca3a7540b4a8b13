import KeratinCore

extension ConformanceFamily {
    static func pointwiseCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("pointwise")
        var cases = [ConformanceCase]()
        for shape in shapes(tiny) {
            cases.append(momentum(shape, &draw, inPlace: nil))
            cases.append(momentum(shape, &draw, inPlace: 1))
            cases.append(dropout(shape, &draw))
            cases.append(twoResults(shape, &draw))
        }
        for shape in tiny
            ? [Shape([3, 5])] : [[3, 5], [31, 33], [2, 3, 65], [7, 1, 32], [1, 1]]
        {
            cases.append(scaledColumns(shape, &draw))
        }
        if !tiny {
            for _ in 0..<60 { cases.append(random(&draw)) }
            for length in [9, 40, 90] { cases.append(chain([129], length, &draw)) }
        }
        for shape in [Shape([37]), []] { cases += integerConstants(shape, &draw) }
        return cases
    }

    /// w − 0.1·(0.9·v + g), over w or v.
    private static func momentum(_ shape: Shape, _ draw: inout Draw, inPlace: Int?)
        -> ConformanceCase
    {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .input(2), .constant(0.9), .binary(.multiply, 0, 3),
                .binary(.add, 4, 2), .constant(0.1), .binary(.multiply, 5, 6),
                .binary(.subtract, 1, 7),
            ],
            dtypes: [DType](repeating: .float32, count: 9), results: [8])
        return ConformanceCase(
            Pointwise(expression, shape: shape),
            [draw.floats(shape), draw.floats(shape), draw.floats(shape)], inPlace: inPlace)
    }

    /// select(uniform(bits) < 0.7, x / 0.7, 0): random bits, a scalar condition and a cast in one.
    private static func dropout(_ shape: Shape, _ draw: inout Draw) -> ConformanceCase {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .unary(.uniform, 1), .constant(0.7), .binary(.less, 2, 3),
                .binary(.divide, 0, 3), .constant(0), .select(4, 5, 6), .cast(4),
                .binary(.add, 7, 8),
            ],
            dtypes: [
                .float32, .int32, .float32, .float32, .bool, .float32, .float32, .float32, .float32,
                .float32,
            ], results: [9])
        let bits = draw.integers(shape, Int(Int32.min)...Int(Int32.max))
        return ConformanceCase(
            Pointwise(expression, shape: shape), [draw.floats(shape), bits])
    }

    /// Results of three element types from one expression, a constant among them.
    private static func twoResults(_ shape: Shape, _ draw: inout Draw) -> ConformanceCase {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .unary(.tanh, 0), .binary(.multiply, 2, 1),
                .binary(.greater, 0, 1), .unary(.floor, 0), .cast(5), .constant(2.5),
                .unary(.not, 4),
                .cast(8),
            ],
            dtypes: [
                .float32, .float32, .float32, .float32, .bool, .float32, .int32, .float32, .bool,
                .uint8,
            ], results: [3, 4, 6, 7, 9])
        return ConformanceCase(
            Pointwise(expression, shape: shape), [draw.floats(shape), draw.floats(shape)])
    }

    /// Constants at the ends of integer types and beyond, and as floats that are converted.
    static func integerConstants(_ shape: Shape, _ draw: inout Draw) -> [ConformanceCase] {
        let values: [Double] = [-2_147_483_648, 2_147_483_647, -3e9, 3e9, -2.5, 300, .nan]
        return values.map { value in
            let expression = PointwiseExpression(
                nodes: [
                    .input(0), .constant(value), .binary(.add, 0, 1), .constant(value), .cast(3),
                    .cast(3), .constant(value), .cast(1), .constant(value), .cast(1),
                ],
                dtypes: [
                    .int32, .int32, .int32, .float32, .int32, .uint8, .uint8, .uint8, .bool,
                    .float32,
                ], results: [2, 4, 5, 6, 7, 8, 9])
            return ConformanceCase(
                Pointwise(expression, shape: shape), [draw.integers(shape, -99...99)],
                .elementwise)
        }
    }

    /// (x − row)·column + scalar, of which every input broadcasts another way; in place of x.
    private static func scaledColumns(_ shape: Shape, _ draw: inout Draw) -> ConformanceCase {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .input(2), .input(3), .binary(.subtract, 0, 1),
                .binary(.multiply, 4, 2), .binary(.add, 5, 3),
            ],
            dtypes: [DType](repeating: .float32, count: 7), results: [6])
        let row = Shape([shape[shape.rank - 1]])
        var column = shape
        column[shape.rank - 1] = 1
        return ConformanceCase(
            Pointwise(expression, shape: shape),
            [draw.floats(shape), draw.floats(row), draw.floats(column), draw.floats([])], inPlace: 0
        )
    }

    /// A long chain: x ← tanh(x·1.01 + y), again and again.
    private static func chain(_ shape: Shape, _ length: Int, _ draw: inout Draw) -> ConformanceCase
    {
        var nodes: [PointwiseExpression.Node] = [.input(0), .input(1), .constant(1.01)]
        var last = 0
        for _ in 0..<(length / 3) {
            nodes += [
                .binary(.multiply, last, 2), .binary(.add, nodes.count, 1),
                .unary(.tanh, nodes.count + 1),
            ]
            last = nodes.count - 1
        }
        let expression = PointwiseExpression(
            nodes: nodes, dtypes: [DType](repeating: .float32, count: nodes.count), results: [last])
        return ConformanceCase(
            Pointwise(expression, shape: shape), [draw.floats(shape), draw.floats(shape)])
    }

    /// A drawn expression of well-behaved functions over inputs of all element types.
    private static func random(_ draw: inout Draw) -> ConformanceCase {
        let shape = draw.pick([Shape([]), [5], [33], [3, 65], [2, 1, 9], [4, 3, 2, 5], [300]])
        var nodes = [PointwiseExpression.Node]()
        var dtypes = [DType]()
        var inputs = [ReferenceTensor]()
        func append(_ node: PointwiseExpression.Node, _ dtype: DType) {
            nodes.append(node)
            dtypes.append(dtype)
        }
        for dtype in [DType.float32, .float32, .int32, .bool, .uint8] {
            var own = shape
            for axis in 0..<shape.rank where draw.integer(0...2) == 0 { own[axis] = 1 }
            if draw.integer(0...3) == 0 { own = Shape(Array(own.dimensions.dropFirst())) }
            append(.input(inputs.count), dtype)
            inputs.append(dtype == .int32 ? draw.integers(own, -9...9) : draw.tensor(own, dtype))
        }
        append(.constant(0.75), .float32)
        append(.constant(3), .int32)
        for _ in 0..<draw.integer(2...14) {
            func any(_ dtype: DType) -> Int {
                draw.pick(dtypes.indices.filter { dtypes[$0] == dtype })
            }
            switch draw.integer(0...8) {
            case 0, 1:
                append(
                    .unary(draw.pick([.tanh, .sigmoid, .negate, .abs, .relu]), any(.float32)),
                    .float32)
            case 2, 3:
                append(
                    .binary(
                        draw.pick([.add, .subtract, .multiply, .maximum, .minimum]), any(.float32),
                        any(.float32)),
                    .float32)
            case 4:
                append(
                    .binary(draw.pick([.add, .subtract, .maximum]), any(.int32), any(.int32)),
                    .int32)
            case 5: append(.binary(draw.pick([.and, .or, .equal]), any(.bool), any(.bool)), .bool)
            case 6: append(.select(any(.bool), any(.float32), any(.float32)), .float32)
            case 7: append(.cast(any(draw.pick([.int32, .bool, .uint8]))), .float32)
            default:
                append(.binary(draw.pick([.less, .greaterEqual]), any(.int32), any(.int32)), .bool)
            }
        }
        let last = nodes.count - 1
        let results = draw.integer(0...1) == 0 ? [last] : [last, draw.integer(0...(last - 1))]
        let expression = PointwiseExpression(nodes: nodes, dtypes: dtypes, results: results)
        return ConformanceCase(Pointwise(expression, shape: shape), inputs)
    }
}
