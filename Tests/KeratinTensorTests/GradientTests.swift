import KeratinCPU
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Testing

/// Gradient rules against finite differences in Double, and the compiled gradient on the CPU backend against
/// the recorded program in Double.
struct GradientTests {
    private let backend: CPUBackend

    init() throws { backend = try CPUBackend() }

    private func check(
        _ inputs: [ReferenceTensor], _ body: @escaping ([Tensor]) throws -> Tensor,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let check = try GradientCheck(inputs, body)
        for comparison in try check.againstDifferences() {
            #expect(comparison.isWithin, "differences: \(comparison)", sourceLocation: location)
        }
        for comparison in try check.onBackend(backend) {
            #expect(comparison.isWithin, "backend: \(comparison)", sourceLocation: location)
        }
    }

    /// A sum that weighs every element differently, so that no two gradients can be mistaken.
    private func weighted(_ x: Tensor) throws -> Tensor {
        let index = Tensor(indicesAlong: 0, shape: [x.count], dtype: .float32)
        return (x.reshaped([x.count]) * (index * 0.37 + 0.5)).sum()
    }

    @Test(arguments: [
        UnaryFunction.negate, .abs, .reciprocal, .sqrt, .rsqrt, .square, .exp, .expm1, .log, .log1p,
        .sin,
        .cos, .arctan, .tanh, .sigmoid, .relu, .softplus, .erf, .erfc,
    ])
    func unary(_ function: UnaryFunction) throws {
        var drawing = Drawing(1)
        let positive: Set<UnaryFunction> = [.reciprocal, .sqrt, .rsqrt, .log, .log1p]
        let x = drawing.tensor([3, 5], positive.contains(function) ? 0.3...3 : -2...2)
        try check([x]) { try weighted($0[0].unary(function)) }
    }

    @Test(arguments: [
        BinaryFunction.add, .subtract, .multiply, .divide, .maximum, .minimum, .power, .remainder,
    ])
    func binary(_ function: BinaryFunction) throws {
        var drawing = Drawing(2)
        let shapes: [(Shape, Shape)] = [
            ([3, 4], [3, 4]), ([3, 4], [4]), ([1, 4], [3, 1]), ([], [2, 3]), ([2, 1, 3], [5, 1]),
        ]
        for (left, right) in shapes {
            let a = drawing.tensor(left, 0.4...3)
            let b = drawing.tensor(right, 0.7...1.9)
            try check([a, b]) { try weighted($0[0].binary(function, $0[1])) }
        }
    }

    @Test func selection() throws {
        var drawing = Drawing(3)
        try check([drawing.tensor([4, 3]), drawing.tensor([3])]) {
            try weighted($0[0].binary(.greater, 0.2).select($0[0] * 3, $0[1]))
        }
    }

    @Test(arguments: ReduceFunction.allCases)
    func reductions(_ function: ReduceFunction) throws {
        var drawing = Drawing(4)
        for axes in [[0], [1], [2], [0, 2], [0, 1, 2]] {
            let x = drawing.tensor([3, 2, 4])
            try check([x]) { try weighted($0[0].reduce(function, axes: axes)) }
        }
    }

    @Test func productWithZeros() throws {
        let x = ReferenceTensor(TensorType([2, 3]), [0, 2, 3, 0, 0, 5])
        try check([x]) { try weighted($0[0].reduce(.product, axes: [1])) }
    }

    @Test func tiesShareTheGradientOfAMaximum() throws {
        let x = ReferenceTensor(TensorType([4]), [1, 3, 3, 2])
        let check = try GradientCheck([x]) { $0[0].max() }
        let values = try check.onBackend(backend)
        for value in values { #expect(value.isWithin, "\(value)") }
        let shares: [Float] = try withBackend(backend) {
            let x = Tensor([1.0, 3, 3, 2])
            return try gradient(at: x) { $0.max() }.floats()
        }
        #expect(shares == [0, 0.5, 0.5, 0])
    }

    @Test(arguments: [false, true], [false, true])
    func products(_ left: Bool, _ right: Bool) throws {
        var drawing = Drawing(5)
        let batches: [([Int], [Int])] = [
            ([], []), ([3], [3]), ([2, 2], [2, 2]), ([3], []), ([], [3]),
        ]
        for (batchA, batchB) in batches {
            let a = drawing.tensor(Shape(batchA + (left ? [4, 2] : [2, 4])))
            let b = drawing.tensor(Shape(batchB + (right ? [3, 4] : [4, 3])))
            try check([a, b]) {
                try weighted(
                    $0[0].matmul($0[1], transposeLeft: left, transposeRight: right))
            }
        }
    }

    @Test func movement() throws {
        var drawing = Drawing(6)
        let x = drawing.tensor([3, 4, 2])
        try check([x]) { try weighted($0[0].transposed([2, 0, 1])) }
        try check([x]) { try weighted($0[0].reshaped([6, 4]).transposed()) }
        try check([x]) { try weighted($0[0].broadcast(to: [2, 3, 4, 2])) }
        try check([x]) {
            try weighted($0[0].slice(starts: [1, 0, 0], limits: [3, 4, 1], strides: [1, 2, 1]))
        }
        try check([x]) { try weighted($0[0].padded(low: [1, 0, 2], high: [0, 1, 0], value: 3)) }
        try check([x]) { try weighted($0[0].reversed(axes: [0, 2])) }
        try check([x, drawing.tensor([3, 1, 2])]) {
            try weighted(Tensor.concatenate([$0[0], $0[1], $0[0]], axis: 1))
        }
    }

    @Test func indices() throws {
        var drawing = Drawing(7)
        let table = drawing.tensor([5, 3])
        let ids = ReferenceTensor(TensorType([2, 2], .int32), [0, 4, 4, 2])
        try check([table, ids]) { try weighted($0[0].gather($0[1])) }
        try check([drawing.tensor([3, 5]), ids]) { try weighted($0[0].gather($0[1], axis: 1)) }
    }

    @Test func softmaxFamily() throws {
        var drawing = Drawing(8)
        let x = drawing.tensor([4, 5])
        let labels = ReferenceTensor(TensorType([4], .int32), [0, 4, 2, 2])
        try check([x]) { try weighted($0[0].softmax()) }
        try check([x]) { try weighted($0[0].logSoftmax(axis: 0)) }
        try check([x]) { inputs in
            // The rule for logits is that of labels that sum to 1, so they are a constant here.
            try weighted(
                Tensor.results(
                    SoftmaxCrossEntropy(sparse: false),
                    [inputs[0], Tensor(repeating: 0.2, shape: [4, 5])])[0])
        }
        try check([drawing.tensor([4, 5], 0...1)]) { inputs in
            let logits = Tensor(indicesAlong: 1, shape: [4, 5], dtype: .float32) * 0.3
            return try weighted(
                Tensor.results(SoftmaxCrossEntropy(sparse: false), [logits, inputs[0]])[0])
        }
        try check([x, labels]) {
            try weighted(Tensor.results(SoftmaxCrossEntropy(sparse: true), [$0[0], $0[1]])[0])
        }
    }

    @Test func convolutions() throws {
        var drawing = Drawing(9)
        func window(_ size: [Int], _ stride: [Int], _ dilation: [Int], _ same: Bool, _ input: [Int])
            -> Window
        {
            Window(
                sizes: size, strides: stride, dilations: dilation, padding: same ? .same : .valid,
                input: input)
        }
        let cases: [(Shape, Shape, ConvolutionGeometry)] = [
            (
                [2, 5, 6, 3], [3, 2, 3, 4],
                .init(window: window([3, 2], [1, 1], [1, 1], false, [5, 6]))
            ),
            (
                [2, 5, 6, 2], [3, 3, 2, 3],
                .init(window: window([3, 3], [2, 2], [1, 1], true, [5, 6]))
            ),
            (
                [1, 7, 7, 4], [3, 3, 2, 6],
                .init(window: window([3, 3], [1, 1], [2, 2], true, [7, 7]), groups: 2)
            ),
            (
                [2, 5, 5, 3], [3, 3, 1, 6],
                .init(window: window([3, 3], [2, 1], [1, 1], true, [5, 5]), groups: 3)
            ),
            ([2, 9, 2], [4, 2, 3], .init(window: window([4], [3], [1], true, [9]))),
            (
                [1, 3, 4, 3, 2], [2, 2, 2, 2, 3],
                .init(window: window([2, 2, 2], [1, 2, 1], [1, 1, 1], false, [3, 4, 3]))
            ),
        ]
        for (x, filter, geometry) in cases {
            try check([drawing.tensor(x), drawing.tensor(filter)]) {
                try weighted(Tensor.results(Convolution(geometry), [$0[0], $0[1]])[0])
            }
        }
    }

    @Test(arguments: [Pooling.Kind.maximum, .average])
    func pooling(_ kind: Pooling.Kind) throws {
        var drawing = Drawing(10)
        for (size, stride, same) in [(2, 2, false), (3, 2, true), (3, 1, true), (2, 3, false)] {
            let window = Window(
                sizes: [size, size], strides: [stride, stride], padding: same ? .same : .valid,
                input: [6, 7])
            try check([drawing.tensor([2, 6, 7, 3])]) {
                try weighted(Tensor.results(Pooling(kind, window), [$0[0]])[0])
            }
        }
    }

    @Test func batchNormalization() throws {
        var drawing = Drawing(11)
        for shape in [Shape([6, 3]), [2, 3, 2, 4]] {
            let channels = shape[shape.rank - 1]
            let inputs = [
                drawing.tensor(shape), drawing.tensor([channels]), drawing.tensor([channels]),
            ]
            try check(inputs) {
                try weighted(Tensor.results(BatchNormalizationOperation(epsilon: 1e-3), $0)[0])
            }
            // Gradients that flow through the statistics take the expansion.
            try check(inputs) {
                let results = try Tensor.results(BatchNormalizationOperation(epsilon: 1e-3), $0)
                return try weighted(results[0]) + weighted(results[1]) + weighted(results[2])
            }
        }
    }

    @Test func loops() throws {
        var drawing = Drawing(12)
        let inputs = [
            drawing.tensor([2, 3]), drawing.tensor([4, 2, 3]), drawing.tensor([3, 3], -0.5...0.5),
        ]
        for reverse in [false, true] {
            try check(inputs) { inputs in
                let result = try scan(
                    carries: [inputs[0]], sequences: [inputs[1]], reverse: reverse
                ) {
                    carries, rows in
                    let next = (carries[0].matmul(inputs[2]) + rows[0]).tanh()
                    return ([next], [next * 2])
                }
                return try weighted(result.carries[0]) + weighted(result.rows[0])
            }
        }
    }

    @Test func longLoopIsNotUnrolled() throws {
        var drawing = Drawing(13)
        let check = try GradientCheck([
            drawing.tensor([2], -0.1...0.1), drawing.tensor([1000, 2], -0.1...0.1),
        ]) {
            let result = try scan(carries: [$0[0]], sequences: [$0[1]]) { carries, rows in
                ([carries[0] * 0.9 + rows[0]], [])
            }
            return result.carries[0].sum()
        }
        for comparison in try check.onBackend(backend) {
            #expect(comparison.isWithin, "\(comparison)")
        }
    }

    @Test func secondGradient() throws {
        let value: [Float] = try withBackend(backend) {
            try gradient(at: Tensor([2.0, 3])) { x in
                gradient(at: x) { ($0 * $0 * $0).sum() }.sum()
            }.floats()
        }
        // The derivative of 3x² is 6x.
        #expect(value == [12, 18])
    }

    @Test(arguments: [
        "a gradient is taken at a tensor of a floating type, got int32 of shape",
        "a gradient needs a float32 scalar to start from, got int32",
        "take its sum or mean first",
    ])
    func whatHasNoGradientSaysWhy(_ message: String) throws {
        let error = try #require(throws: KeratinError.self) {
            try withBackend(backend) {
                switch message.prefix(20) {
                case "a gradient is taken ":
                    _ = try gradient(at: Tensor([2, 3])) { ($0 * 0.5).sum() }.floats()
                case "a gradient needs a f":
                    _ = try gradient(at: Tensor([2.0, 3])) { $0.cast(to: .int32).sum() }.floats()
                default:
                    _ = try gradient(at: Tensor([2.0, 3])) { $0 * 2 }.floats()
                }
            }
        }
        #expect(error.message.contains(message), "\(error.message)")
    }
}
