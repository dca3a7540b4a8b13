import KeratinCore
import Testing

@Suite struct FusedTests {
    @Test(arguments: [1, 5, 31, 33, 65, 130])
    func products(size: Int) throws {
        var numbers = Numbers()
        for (m, k, n) in [(size, 33, 65), (33, size, 17), (7, 65, size), (size, size, size)] {
            for transposeLeft in [false, true] {
                for transposeRight in [false, true] {
                    let a = numbers.tensor(TensorType(transposeLeft ? [k, m] : [m, k]))
                    let b = numbers.tensor(TensorType(transposeRight ? [n, k] : [k, n]))
                    try check(
                        .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight),
                        [a, b],
                        tolerance: 1e-4)
                    for activation in FusedActivation.allCases {
                        try check(
                            Linear(
                                transposeLeft: transposeLeft, transposeRight: transposeRight,
                                hasBias: true, activation: activation),
                            [a, b, numbers.tensor(TensorType([n]))])
                    }
                }
            }
        }
    }

    @Test func batchesAndLongSums() throws {
        var numbers = Numbers()
        func tensor(_ shape: Shape) -> NaiveTensor { numbers.tensor(TensorType(shape)) }
        let pairs: [(Shape, Shape, Bool, Bool)] = [
            ([3, 20, 30], [3, 30, 40], false, false), ([3, 30, 20], [3, 30, 40], true, false),
            ([3, 20, 30], [3, 40, 30], false, true), ([3, 30, 20], [3, 40, 30], true, true),
            ([2, 3, 20, 30], [30, 40], false, false), ([2, 3, 30, 20], [40, 30], true, true),
            ([20, 30], [4, 30, 40], false, false), ([3, 2, 3], [3, 3, 2], false, false),
            ([2, 5000], [5000, 33], false, false), ([5000, 20], [5000, 33], true, false),
            ([100, 600], [600, 300], false, false), ([40, 0], [0, 7], false, false),
            ([0, 4], [4, 7], false, false), ([4, 7], [7, 0], false, false),
        ]
        for (a, b, transposeLeft, transposeRight) in pairs {
            try check(
                .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight),
                [tensor(a), tensor(b)], tolerance: 1e-4)
        }
        try check(
            Linear(transposeLeft: true, hasBias: true, activation: .sigmoid),
            [tensor([4096, 20]), tensor([4096, 33]), tensor([33])])
    }

    /// (channels, groups, filters)
    @Test(arguments: [
        (1, 1, 5), (3, 1, 33), (4, 2, 6), (5, 5, 5), (3, 3, 6), (16, 1, 64), (33, 1, 70),
    ])
    func convolutions(channels: Int, groups: Int, filters: Int) throws {
        var numbers = Numbers()
        for (window, input) in testWindows {
            let geometry = ConvolutionGeometry(window: window, groups: groups)
            let x = numbers.tensor(TensorType(Shape([2] + input + [channels])))
            let filter = numbers.tensor(
                TensorType(Shape(window.sizes + [channels / groups, filters])))
            let y = try geometry.outputType(x: x.type, filter: filter.type)
            let dy = numbers.tensor(y)
            try check(Convolution(geometry), [x, filter])
            try check(
                Convolution(geometry, hasBias: true, activation: .relu),
                [x, filter, numbers.tensor(TensorType([filters]))])
            try check(ConvolutionInputGradient(geometry, input: x.type.shape), [dy, filter])
            try check(ConvolutionFilterGradient(geometry, filter: filter.type.shape), [x, dy])
        }
    }

    @Test func convolutionsOfNoChannels() throws {
        var numbers = Numbers()
        let window = Window(sizes: [3, 3], strides: [1, 1], padding: .same, input: [4, 4])
        let geometry = ConvolutionGeometry(window: window)
        try check(
            Convolution(geometry, hasBias: true, activation: .relu),
            [
                numbers.tensor(TensorType([1, 4, 4, 0])), numbers.tensor(TensorType([3, 3, 0, 5])),
                numbers.tensor(TensorType([5])),
            ])
        try check(
            ConvolutionInputGradient(geometry, input: [1, 4, 4, 2]),
            [numbers.tensor(TensorType([1, 4, 4, 0])), numbers.tensor(TensorType([3, 3, 2, 0]))])
    }

    @Test func convolutionsInManyPieces() throws {
        var numbers = Numbers()
        let window = Window(sizes: [3, 3], strides: [1, 1], padding: .same, input: [24, 24])
        let geometry = ConvolutionGeometry(window: window)
        let x = numbers.tensor(TensorType([4, 24, 24, 3]))
        let filter = numbers.tensor(TensorType([3, 3, 3, 20]))
        let dy = numbers.tensor(TensorType([4, 24, 24, 20]))
        try check(Convolution(geometry, activation: .tanh), [x, filter])
        try check(ConvolutionInputGradient(geometry, input: x.type.shape), [dy, filter])
        try check(ConvolutionFilterGradient(geometry, filter: filter.type.shape), [x, dy])
        // More taps than one block of segments.
        let deep = Window(sizes: [3, 3], strides: [1, 1], padding: .same, input: [5, 5])
        let wide = ConvolutionGeometry(window: deep)
        let many = numbers.tensor(TensorType([1, 5, 5, 200]))
        let weights = numbers.tensor(TensorType([3, 3, 200, 30]))
        try check(
            Convolution(wide, hasBias: true, activation: .relu),
            [many, weights, numbers.tensor(TensorType([30]))])
        try check(
            ConvolutionInputGradient(wide, input: many.type.shape),
            [numbers.tensor(TensorType([1, 5, 5, 30])), weights])
        try check(
            ConvolutionFilterGradient(wide, filter: weights.type.shape),
            [many, numbers.tensor(TensorType([1, 5, 5, 30]))])
    }

    @Test(arguments: [1, 5, 16, 33])
    func pooling(channels: Int) throws {
        var numbers = Numbers()
        for (window, input) in testWindows {
            var x = numbers.tensor(TensorType(Shape([2] + input + [channels])))
            // Ties: the first maximum takes the gradient.
            for index in x.values.indices { x.values[index] = (x.values[index] * 3).rounded() }
            for kind in [Pooling.Kind.maximum, .average] {
                let pooling = Pooling(kind, window)
                try check(pooling, [x])
                let y = try Naive.run(.fused(pooling), [x])[0]
                let dy = numbers.tensor(y.type)
                try check(
                    PoolingGradient(kind, window, input: x.type.shape),
                    kind == .maximum ? [x, y, dy] : [dy])
            }
        }
    }

    @Test(arguments: [1, 2, 10, 31, 33, 65, 1000])
    func softmaxFamily(width: Int) throws {
        var numbers = Numbers()
        for rows: [Int] in [[], [1], [7], [3, 41], [0]] {
            let type = TensorType(Shape(rows + [width]))
            let x = numbers.tensor(type, -20, 20)
            let dy = numbers.tensor(type)
            for log in [false, true] {
                try check(SoftmaxOperation(log: log), [x])
                let y = try Naive.run(.fused(SoftmaxOperation(log: log)), [x])[0]
                try check(SoftmaxGradient(log: log), [y, dy])
            }
            var classes = numbers.tensor(TensorType(Shape(rows), .int32))
            for index in classes.values.indices {
                // One label out of range: its row is NaN.
                classes.values[index] = index == 2 ? Double(width) : Double(index % width)
            }
            let weights = numbers.tensor(type, 0, 1)
            let dLoss = numbers.tensor(TensorType(Shape(rows)))
            try check(SoftmaxCrossEntropy(sparse: true), [x, classes])
            try check(SoftmaxCrossEntropy(sparse: false), [x, weights])
            try check(SoftmaxCrossEntropyGradient(sparse: true), [x, classes, dLoss])
            try check(SoftmaxCrossEntropyGradient(sparse: false), [x, weights, dLoss])
        }
    }

    @Test(arguments: [1, 5, 33, 64])
    func batchNormalization(channels: Int) throws {
        var numbers = Numbers()
        for rows in [[1], [9], [3, 7, 5], [3000]] {
            let type = TensorType(Shape(rows + [channels]))
            // A mean far from zero would break E[x²] - mean².
            let x = numbers.tensor(type, 100, 101)
            let gamma = numbers.tensor(TensorType([channels]), 0.5, 1.5)
            let beta = numbers.tensor(TensorType([channels]))
            let dy = numbers.tensor(type)
            try check(
                BatchNormalizationOperation(epsilon: 1e-3), [x, gamma, beta],
                tolerance: rows == [1] ? 1e-2 : 1e-3)
            let results = try Naive.run(
                .fused(BatchNormalizationOperation(epsilon: 1e-3)), [x, gamma, beta])
            let stored = results.map { NaiveTensor(rounding: $0.values, $0.type) }
            if rows != [1] {
                try check(
                    BatchNormalizationGradient(epsilon: 1e-3),
                    [x, gamma, stored[1], stored[2], dy],
                    tolerance: 2e-3)
            }
        }
    }

    @Test func pointwiseExpressions() throws {
        var numbers = Numbers()
        // Adam: m' = m + (g - m)·0.1, v' = v + (g² - v)·0.01, p' = p - rate·m'/(√v' + 1e-7).
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .input(2), .input(3), .input(4), .constant(0.1),
                .constant(0.01),
                .constant(1e-7), .binary(.subtract, 3, 1), .binary(.multiply, 8, 5),
                .binary(.add, 1, 9), .unary(.square, 3), .binary(.subtract, 11, 2),
                .binary(.multiply, 12, 6), .binary(.add, 2, 13), .unary(.sqrt, 14),
                .binary(.add, 15, 7), .binary(.divide, 10, 16), .binary(.multiply, 4, 17),
                .binary(.subtract, 0, 18), .binary(.greater, 0, 3), .select(20, 0, 3), .cast(20),
            ],
            dtypes: [DType](repeating: .float32, count: 20) + [.bool, .float32, .int32],
            results: [19, 10, 14, 21, 22, 0, 5])
        for shape: Shape in [[65], [3, 33], [50, 700], [0, 4], []] {
            let full = TensorType(shape)
            let row = TensorType(Shape(Array(shape.dimensions.suffix(1))))
            try check(
                Pointwise(expression, shape: shape),
                [
                    numbers.tensor(full), numbers.tensor(full), numbers.tensor(full, 0, 1),
                    numbers.tensor(row), numbers.tensor(TensorType([])),
                ])
        }
    }
}
