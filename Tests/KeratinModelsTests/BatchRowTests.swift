import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Predictions fill batches up only where a sample's result does not depend on what stands behind it.
@Suite("Rows of a batch", .serialized)
struct BatchRowTests {
    /// A layer of a user.
    final class Custom: Layer {
        private let body: (Tensor) throws -> Tensor
        init(_ body: @escaping (Tensor) throws -> Tensor) {
            self.body = body
            super.init()
        }
        override func call(_ input: Tensor, training: Bool) throws -> Tensor { try body(input) }
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: @Sendable (Tensor) throws -> Tensor
        init(_ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
            testDescription = name
            self.body = body
        }
    }

    /// Functions of the whole batch. Inputs [n, 3].
    static let whole: [Kind] = [
        Kind("softmax over the batch") { $0.softmax(axis: 0) },
        Kind("mean over the batch") { $0 - $0.mean(axes: [0], keepDimensions: true) },
        Kind("mean over everything") { $0 - $0.mean() },
        Kind("largest of the batch") { $0 / ($0.abs().max(axes: [0]) + 1) },
        Kind("its extent as a number") { $0 * Double($0.shape[0]) },
        Kind("its extent inside an index") {
            $0 * Tensor(Double($0.shape[0] % 5))
        },
        Kind("reversed") { $0.reversed(axes: [0]) },
        Kind("its last sample") { x in
            x - x.slice(starts: [x.shape[0] - 1, 0], limits: x.shape.dimensions)
        },
        Kind("correlations of samples") { $0.matmul($0, transposeRight: true).matmul($0) },
        Kind("behind a transposition") { $0.transposed().softmax().transposed() },
        Kind("rows mixed by a reshape") { x in
            x.transposed().reshaped([x.shape[0], 3])
        },
        Kind("a sum along the batch in a loop") { x in
            let total = try scan(
                carries: [Tensor(repeating: 0, shape: [3])], sequences: [x]
            ) { carries, rows in
                let sum = carries[0] + rows[0]
                return ([sum], [sum])
            }
            return x + total.carries[0]
        },
        Kind("sums of neighbours") { x in
            x
                + x.padded(low: [0, 0], high: [1, 0]).slice(
                    starts: [1, 0], limits: [x.shape[0] + 1, 3])
        },
    ]

    /// Functions of each sample alone.
    static let rowwise: [Kind] = [
        Kind("elementwise") { ($0 * 2 + 1).tanh() },
        Kind("softmax over features") { $0.softmax() },
        Kind("through a transposition") { $0.transposed().exp().transposed() },
        Kind("flattened and back") { x in
            x.reshaped([x.count]).square().reshaped(x.shape)
        },
        Kind("more rows for each sample") { x in
            x.reshaped([x.shape[0], 1, 3]).broadcast(to: [x.shape[0], 4, 3])
                .reshaped([x.shape[0] * 4, 3]).matmul(Tensor(repeating: 1, shape: [3, 3]))
                .reshaped([x.shape[0], 4, 3]).sum(axes: [1])
        },
        Kind("against the first sample") { x in
            x - x.slice(starts: [0, 0], limits: [1, 3])
        },
        Kind("numbers of samples") { x in
            x + Tensor(indicesAlong: 0, shape: x.shape, dtype: .float32)
        },
        Kind("a loop over features") { x in
            let rows = x.transposed().reshaped([3, x.shape[0], 1])
            let last = try scan(
                carries: [Tensor(repeating: 0, shape: [x.shape[0], 1])], sequences: [rows]
            ) { carries, rows in
                let next = (carries[0] + rows[0]).tanh()
                return ([next], [])
            }
            return last.carries[0]
        },
    ]

    private func input(_ count: Int) throws -> NDArray {
        NDArray((0..<count * 3).map { Float($0 * 17 % 23) / 11 - 1 }, shape: [count, 3])
    }

    private func holds(_ kind: Kind) throws -> Bool {
        func record(_ count: Int) throws -> TracedFunction {
            try TracedFunction.record([TensorType([count, 3])]) { _, arguments in
                [try kind.body(arguments[0])]
            }
        }
        return RowIndependence.holds(try record(8), try record(5))
    }

    @Test("What needs the whole batch is found", arguments: whole)
    func finds(_ kind: Kind) throws {
        #expect(try withBackend(.cpu) { try !holds(kind) })
    }

    @Test("What needs one sample is found", arguments: rowwise)
    func findsRowwise(_ kind: Kind) throws {
        #expect(try withBackend(.cpu) { try holds(kind) })
    }

    @Test("Predictions are those of the batch alone", arguments: Backends.names, whole + rowwise)
    func predicts(_ backend: String, _ kind: Kind) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential([Input(shape: [3]), Custom(kind.body)])
            // OpenCL builds kernels for each.
            for count in backend == "cpu" ? [1, 3, 5, 7] : [5] {
                let x = try input(count)
                let expected = try kind.body(Tensor(x.floats(), shape: x.shape)).floats()
                let got = try model.predict(x).floats()
                #expect(got.count == expected.count)
                #expect(zip(got, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(count)")
            }
        }
    }

    @Test("Networks share plans between sizes")
    func sharesPlans() throws {
        try withBackend(.cpu) {
            let models = try [
                Sequential([
                    Input(shape: [6, 6, 2]), Conv2D(3, kernelSize: 3, activation: "relu"),
                    BatchNormalization(), MaxPooling2D(poolSize: 2), Flatten(), Dropout(0.5),
                    Dense(4, activation: "softmax"),
                ]),
                Sequential([
                    Input(shape: [6]), Embedding(10, 4, maskZero: true), Bidirectional(LSTM(5)),
                    Dense(2),
                ]),
                Sequential([
                    Input(shape: [5, 3]), GRU(4, returnSequences: true), LayerNormalization(),
                    GlobalAveragePooling1D(), Dense(1),
                ]),
            ]
            for model in models {
                for count in [5, 6, 7, 8] {
                    let shape = Shape([count] + model.inputShape!.dropFirst().map { $0! })
                    _ = try model.predict(
                        NDArray((0..<shape.count).map { Float($0 % 9) }, shape: shape))
                }
                #expect(model.predictionPlans.plansMade == 1, "\(model.name)")
            }
        }
    }

    @Test("A layer whose batch statistics are kept in training mode at prediction")
    func statistics() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [3]),
                Custom { x in
                    let mean = x.mean(axes: [0], keepDimensions: true)
                    let variance = (x - mean).square().mean(axes: [0], keepDimensions: true)
                    return (x - mean) / (variance + 1e-3).sqrt()
                },
            ])
            let x = try input(5)
            let got = try model.predict(x, batchSize: 32).floats()
            let numbers = try x.floats()
            for feature in 0..<3 {
                let column = (0..<5).map { Double(numbers[$0 * 3 + feature]) }
                let mean = column.reduce(0, +) / 5
                let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
                for row in 0..<5 {
                    let expected = (column[row] - mean) / (variance + 1e-3).squareRoot()
                    #expect(abs(Double(got[row * 3 + feature]) - expected) < 1e-5)
                }
            }
        }
    }
}
