import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// NaN and infinities in pooling and functions of rows. Values: Keras 3.15.1 on TensorFlow 2.21 (with oneDNN, its default), and
/// for sparsemax the definition. See Documentation/Decisions/0016 and 0017.
@Suite("NaN and infinities", .serialized) struct SpecialNumberTests {
    private let nan = Float.nan
    private let inf = Float.infinity
    private let least = -Float.greatestFiniteMagnitude

    private func expect(
        _ got: [Float], _ expected: [Float], _ what: String, tolerance: Float = 1e-6,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let same = zip(got, expected).allSatisfy { a, b in
            a.isNaN && b.isNaN || a == b || abs(a - b) <= tolerance
        }
        #expect(
            same && got.count == expected.count, "\(what): \(got), expected \(expected)",
            sourceLocation: location)
    }

    private func tensor(_ values: [Float], _ shape: Shape? = nil) throws -> Tensor {
        Tensor(values, shape: shape ?? [1, values.count])
    }

    @Test("softmax is NaN where an element is, and 0 beside it", arguments: Backends.names)
    func softmax(backend: String) throws {
        let rows: [([Float], [Float])] = [
            ([nan, 1, 2, 3], [nan, 0, 0, 0]), ([1, 2, 3, nan], [0, 0, 0, nan]),
            ([nan, nan, 2, 3], [nan, nan, 0, 0]), ([nan, -inf, 2, 3], [nan, 0, 0, 0]),
            ([inf, 1, 2, 3], [nan, 0, 0, 0]), ([inf, nan, 1, 2], [nan, nan, 0, 0]),
            ([inf, inf, 1, 2], [nan, nan, 0, 0]), ([-inf, nan, -inf, -inf], [0, nan, 0, 0]),
            ([-inf, -inf, -inf, -inf], [nan, nan, nan, nan]), ([nan, 1], [nan, 0]),
            ([-inf, 1, 2, 3], [0, 0.09003057, 0.24472848, 0.66524094]),
            ([1e30, -1e30, 1e38, 3e38], [0, 0, 0, 1]),
            (
                [0, 1, 2, 3, 4, 5, 6, inf, 0, 1, 2, 3, 4, 5, 6, 7, 8],
                [0, 0, 0, 0, 0, 0, 0, nan, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            ),
        ]
        try withBackend(BackendChoice(backend)) {
            for (x, y) in rows {
                expect(try ActivationFunction.softmax(tensor(x)).floats(), y, "softmax of \(x)")
                // Along the first axis, through the layer.
                let column = try Softmax(axis: 0)(tensor(x, [x.count, 1]))
                expect(try column.floats(), y, "softmax along axis 0 of \(x)")
                let hasNaN = y.contains(where: \.isNaN)
                let logs = try ActivationFunction.logSoftmax(tensor(x)).floats()
                #expect(
                    logs.allSatisfy(\.isNaN) == hasNaN && logs.contains(where: \.isNaN) == hasNaN,
                    "log softmax of \(x): \(logs)")
            }
        }
    }

    @Test("A maximum of windows passes over NaN", arguments: Backends.names)
    func maximumPooling(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let rows: [([Float], [Float], [Float])] = [
                // The row, windows of two, and three with stride 1 and padding.
                ([1, nan, 2, 3], [1, 3], [1, 2, 3, 3]),
                ([nan, nan, 1, 1], [least, 1], [least, 1, 1, 1]),
                ([nan, nan, nan, nan], [least, least], [least, least, least, least]),
                ([-inf, -inf, 1, 2], [least, 2], [least, 1, 2, 2]),
                ([nan, -inf, -inf, nan], [least, least], [least, least, least, least]),
                ([nan, inf], [inf], [inf, inf]),
                ([1, nan, 3, 2, nan, nan], [1, 3, least], [1, 3, 3, 3, 2, least]),
            ]
            for (x, halves, padded) in rows {
                let shape: Shape = [1, x.count, 1]
                expect(try MaxPooling1D()(tensor(x, shape)).floats(), halves, "halves of \(x)")
                let same = MaxPooling1D(poolSize: 3, strides: 1, padding: .same)
                expect(try same(tensor(x, shape)).floats(), padded, "windows of three of \(x)")
                let adaptive = AdaptiveMaxPooling1D(x.count / 2)
                expect(try adaptive(tensor(x, shape)).floats(), halves, "adaptive, of \(x)")
                let plane = MaxPooling2D(poolSize: [1, 2])
                expect(try plane(tensor(x, [1, 1, x.count, 1])).floats(), halves, "2D, of \(x)")
                let volume = MaxPooling3D(poolSize: [2, 1, 1])
                expect(
                    try volume(tensor(x, [1, x.count, 1, 1, 1])).floats(), halves, "3D, of \(x)")
            }
        }
    }

    @Test(
        "The gradient goes to the largest number, or to the first cell", arguments: Backends.names)
    func maximumPoolingGradient(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for (x, dx) in [
                ([1, nan, 2, 3], [1, 0, 0, 1]), ([nan, nan, 1, 1], [1, 0, 1, 0]),
                ([-inf, -inf, nan, nan], [1, 0, 1, 0]), ([nan, 1, 3, nan], [0, 1, 1, 0]),
            ] as [([Float], [Float])] {
                let g = try gradient(at: tensor(x, [1, x.count, 1])) {
                    MaxPooling1D()($0).sum()
                }
                expect(try g.floats(), dx, "gradient at \(x)")
            }
        }
    }

    @Test("A global maximum is one of all cells: NaN shows", arguments: Backends.names)
    func globalMaximum(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for (x, y) in [
                ([1, nan, 2, 3], nan), ([-inf, -inf, -inf, -inf], -inf), ([1, inf, 2, 3], inf),
                ([nan, nan, nan, nan], nan),
            ] as [([Float], Float)] {
                expect(try GlobalMaxPooling1D()(tensor(x, [1, 4, 1])).floats(), [y], "of \(x)")
                expect(try GlobalMaxPooling2D()(tensor(x, [1, 2, 2, 1])).floats(), [y], "of \(x)")
            }
        }
    }

    /// Martins and Astudillo (2016), algorithm 1, in Double.
    private func simplexProjection(_ row: [Float]) -> [Float] {
        let z = row.map(Double.init)
        let sorted = z.sorted(by: >)
        var sum = 0.0
        var threshold = 0.0
        for (index, value) in sorted.enumerated() {
            sum += value
            guard 1 + Double(index + 1) * value > sum else { break }
            threshold = (sum - 1) / Double(index + 1)
        }
        return z.map { Float(max($0 - threshold, 0)) }
    }

    @Test("sparsemax is the nearest point of the simplex", arguments: Backends.names)
    func sparsemax(backend: String) throws {
        var rows: [[Float]] = [
            [0.5, 0.3, 0.1, -0.2], [1, 1, 1, 1], [3, 2.9, 2.5, 0], [0, 0], [-5, -5.25, -4.75, -9],
            [1000.25, 1000, 999.5, 0], [5], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        ]
        for seed in 0..<12 {
            rows.append(
                (0..<(3 + seed)).map {
                    Float(($0 * 37 + seed * 101) % 97) / 97 * Float(1 + seed % 4)
                })
        }
        try withBackend(BackendChoice(backend)) {
            for x in rows {
                let y = try ActivationFunction.sparsemax(tensor(x)).floats()
                expect(y, simplexProjection(x), "sparsemax of \(x)")
                #expect(abs(y.reduce(0, +) - 1) < 1e-5)
            }
            for (x, y) in [
                ([1e30, -1e30, 1e38, 3e38], [0, 0, 0, 1]), ([-inf, 1, 2, 3], [0, 0, 0, 1]),
                ([-inf, 0.5, 0.25, -inf], [0, 0.625, 0.375, 0]),
                ([3e38, 3e38, 0, -3e38], [0.5, 0.5, 0, 0]), ([-inf, -inf], [nan, nan]),
                ([1e-40, 1e-39, 0, 0], [0.25, 0.25, 0.25, 0.25]),
            ] as [([Float], [Float])] {
                expect(try ActivationFunction.sparsemax(tensor(x)).floats(), y, "sparsemax of \(x)")
            }
            // Along another axis.
            let columns = try ActivationFunction.sparsemax(axis: 0)(
                tensor([1, 0, 0.5, 4], [2, 2]))
            expect(try columns.floats(), [0.75, 0, 0.25, 1], "along axis 0")
            // Weights w: the gradient is w − mean(w) over the support.
            let weights = Tensor([Float](arrayLiteral: 1, 5, -2, 7), shape: [1, 4])
            let g = try gradient(at: tensor([0.5, 0.3, 0.1, -5])) {
                try (ActivationFunction.sparsemax($0) * weights).sum()
            }
            expect(try g.floats(), [-1 / 3, 11 / 3, -10 / 3, 0], "gradient", tolerance: 1e-5)
        }
    }

    @Test("Functions of an element pass NaN on", arguments: Backends.names)
    func elements(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let x = try tensor([nan, 1, -1])
            for name in [
                "relu", "relu6", "gelu", "sparse_plus", "tanh_shrink", "squareplus", "elu",
            ] {
                let y = try ActivationFunction(stringLiteral: name)(x).floats()
                #expect(y[0].isNaN && !y[1].isNaN && !y[2].isNaN, "\(name): \(y)")
            }
        }
    }
}
