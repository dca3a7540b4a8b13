import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import KeratinTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Losses with their definitions in Double, over magnitudes from 1e-8 to 80: none may lose the digits of small results.
@Suite("Digits of losses", .serialized) struct SmallLossTests {
    /// A loss, rows of labels and predictions, and its definition for one row.
    struct Case: Sendable {
        let name: String
        let loss: Loss
        let rows: [Row]
        let definition: @Sendable (_ labels: [Double], _ predictions: [Double]) -> Double
    }

    private static let magnitudes: [Double] = [
        1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 1, 1.5, 2, 5, 9, 13, 16, 20, 40, 80,
    ]
    private static let epsilon = 1e-7

    /// Probabilities near 0 and near 1, as float32 holds them.
    private static let probabilities: [Double] =
        [1e-6, 1e-4, 0.01, 0.3, 0.5].flatMap { (p: Double) -> [Double] in [p, 1 - p] }.map {
            Double(Float($0))
        }

    private static func columns(
        _ labels: [Double], _ predictions: [Double]
    ) -> [Row] {
        labels.flatMap { label in predictions.map { (labels: [label], predictions: [$0]) } }
    }

    private static func clip(_ x: Double, _ low: Double, _ high: Double) -> Double {
        min(max(x, low), high)
    }

    /// ln p of logits.
    private static func logSoftmax(_ x: [Double]) -> [Double] {
        // ln(1 + Σ e^(other − own)) keeps its digits where own is the largest.
        x.indices.map { own in
            -log1p(x.indices.reduce(0) { $0 + ($1 == own ? 0 : exp(x[$1] - x[own])) })
        }
    }

    private static func logLikelihood(_ x: Double, _ target: Double) -> Double {
        target * log1p(exp(-x)) + (1 - target) * log1p(exp(x))
    }

    /// A row of labels and one of predictions.
    typealias Row = (labels: [Double], predictions: [Double])

    /// Logits of which one is far above the others, and the row's one-hot label.
    private static let peaks: [Row] = {
        var rows: [Row] = []
        for height in magnitudes where height <= 40 {
            rows.append(([1, 0, 0], [height, 0, -1]))
            rows.append(([0, 1, 0], [0, height, 0]))
            rows.append(([0, 0, 1], [0, height, 0]))
            rows.append(([0, 1, 0], [height, height, 0]))
            rows.append(([1, 0, 0], [50, 50 - height, -1000]))
        }
        return rows
    }()

    /// Probabilities of which one is near 1; their sum need not be 1.
    private static let nearOne: [Row] = {
        var rows: [Row] = []
        for small in [1e-6, 1e-5, 1e-4, 0.01, 0.3] {
            rows.append(([1, 0, 0], [1 - small, small, 0]))
            rows.append(([0, 1, 0], [small / 2, 1 - small, small / 2]))
            rows.append(([0, 0, 1], [0.5 - small, 0.5, small]))
            rows.append(([1, 0, 0], [80, 80 * small, 80 * small]))
        }
        return rows
    }()

    /// Labels and predictions that are nearly right.
    private static let overlaps: [Row] = [1e-6, 1e-4, 0.01, 0.5].map {
        (labels: [1, 0, 1], predictions: [1 - $0, $0, 1])
    }

    /// Predictions a little above a label.
    private static func above(_ label: Double) -> [Row] {
        [1e-6, 1e-4, 0.01].map { (labels: [label], predictions: [label + $0]) }
    }

    private static let directions: [Row] =
        magnitudes.map { (labels: [1, 2], predictions: [1, $0]) }
        + signed.map { (labels: [1, 0], predictions: [$0, 0]) }

    private static let signed = magnitudes.flatMap { [$0, -$0] }

    static let cases: [Case] = [
        Case(
            name: "binary cross-entropy from logits", loss: .binaryCrossentropy(fromLogits: true),
            rows: columns([0, 1, 0.25], signed)
        ) { t, x in logLikelihood(x[0], t[0]) },
        Case(
            name: "binary cross-entropy", loss: .binaryCrossentropy(),
            rows: columns([0, 1, 0.25], probabilities)
        ) { t, p in -t[0] * log(p[0]) - (1 - t[0]) * log1p(-p[0]) },
        Case(
            name: "binary focal cross-entropy from logits",
            loss: .binaryFocalCrossentropy(gamma: 2, fromLogits: true),
            rows: columns([0, 1], signed.filter { abs($0) <= 16 })
        ) { t, x in
            let miss = 1 / (1 + exp(t[0] == 1 ? x[0] : -x[0]))
            return miss * miss * logLikelihood(x[0], t[0])
        },
        Case(
            name: "binary focal cross-entropy", loss: .binaryFocalCrossentropy(gamma: 3),
            rows: columns([0, 1], probabilities)
        ) { t, p in
            let hit = t[0] == 1 ? p[0] : 1 - p[0]
            return pow(1 - hit, 3) * -log(hit)
        },
        Case(
            name: "categorical cross-entropy from logits",
            loss: .categoricalCrossentropy(fromLogits: true), rows: peaks
        ) { t, x in -zip(t, logSoftmax(x)).reduce(0) { $0 + $1.0 * ($1.0 == 0 ? 0 : $1.1) } },
        Case(
            name: "categorical cross-entropy", loss: .categoricalCrossentropy(), rows: nearOne
        ) { t, p in
            let own = zip(t, p).reduce(0) { $0 + $1.0 * $1.1 }
            return log1p((p.reduce(0, +) - own) / own)
        },
        Case(
            name: "categorical focal cross-entropy from logits",
            loss: .categoricalFocalCrossentropy(fromLogits: true),
            rows: peaks.filter { $0.predictions[0] <= 13 && $0.predictions[1] <= 13 }
        ) { t, x in
            let own = zip(t, logSoftmax(x)).reduce(0) { $0 + $1.0 * $1.1 }
            return 0.25 * expm1(own) * expm1(own) * -own
        },
        Case(
            name: "categorical focal cross-entropy", loss: .categoricalFocalCrossentropy(),
            rows: nearOne
        ) { t, p in
            let own = zip(t, p).reduce(0) { $0 + $1.0 * $1.1 }
            let rest = p.reduce(0, +) - own
            return 0.25 * pow(rest / (rest + own), 2) * log1p(rest / own)
        },
        Case(
            name: "generalized cross-entropy", loss: .categoricalGeneralizedCrossEntropy(q: 0.7),
            rows: probabilities.map { (labels: [0], predictions: [$0, 0.5]) }
        ) { _, p in -expm1(0.7 * log(p[0])) / 0.7 },
        Case(name: "log cosh", loss: .logCosh, rows: columns([0], signed)) { _, p in
            let size = abs(p[0])
            let half = sinh(size / 2)
            return size < 20 ? log1p(2 * half * half) : size - log(2)
        },
        Case(
            name: "mean squared logarithmic error", loss: .meanSquaredLogarithmicError,
            rows: columns([0, 1e-4, 1, 80], magnitudes)
                + above(1) + [(labels: [3e4], predictions: [3e4 + 1])]
        ) { t, p in
            let (t, p) = (max(t[0], epsilon), max(p[0], epsilon))
            let difference = log1p((p - t) / (1 + t))
            return difference * difference
        },
        Case(
            name: "Kullback-Leibler divergence", loss: .klDivergence,
            rows: columns([1e-6, 0.01, 0.5, 1], probabilities)
                + above(0.5)
        ) { t, p in
            let (t, p) = (clip(t[0], epsilon, 1), clip(p[0], epsilon, 1))
            return t * (abs(t - p) < t / 2 ? log1p((t - p) / p) : log(t / p))
        },
        Case(name: "Poisson", loss: .poisson, rows: columns([0, 3, 40], magnitudes)) { t, p in
            p[0] - t[0] * log(p[0] + epsilon)
        },
        Case(name: "mean squared error", loss: .meanSquaredError, rows: columns([0, 1], signed)) {
            pow($0[0] - $1[0], 2)
        },
        Case(name: "mean absolute error", loss: .meanAbsoluteError, rows: columns([0, 1], signed)) {
            abs($0[0] - $1[0])
        },
        Case(
            name: "mean absolute percentage error", loss: .meanAbsolutePercentageError,
            rows: columns([1e-4, 80], signed)
        ) { 100 * abs($0[0] - $1[0]) / max(abs($0[0]), epsilon) },
        Case(name: "Huber", loss: .huber(delta: 1.5), rows: columns([0], signed)) { t, p in
            let size = abs(p[0] - t[0])
            return size <= 1.5 ? size * size / 2 : 1.5 * size - 1.125
        },
        Case(name: "hinge", loss: .hinge, rows: columns([1, -1], signed)) {
            max(1 - $0[0] * $1[0], 0)
        },
        Case(name: "squared hinge", loss: .squaredHinge, rows: columns([1, -1], signed)) {
            pow(max(1 - $0[0] * $1[0], 0), 2)
        },
        Case(
            name: "cosine similarity", loss: .cosineSimilarity(),
            rows: directions
        ) { t, p in
            func length(_ x: [Double]) -> Double {
                max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), epsilon)
            }
            return -zip(t, p).reduce(0) { $0 + $1.0 * $1.1 } / length(t) / length(p)
        },
        Case(
            name: "Dice", loss: .dice(axes: [1]),
            rows: overlaps
        ) { t, p in
            let wrong = zip(t, p).reduce(0) { $0 + $1.0 * (1 - $1.1) + $1.1 * (1 - $1.0) }
            return (wrong + epsilon) / (t.reduce(0, +) + p.reduce(0, +) + epsilon)
        },
        Case(
            name: "Tversky", loss: .tversky(alpha: 0.3, beta: 0.8, axes: [1]),
            rows: overlaps
        ) { t, p in
            let both = zip(t, p).reduce(0) { $0 + $1.0 * $1.1 }
            let missed = zip(t, p).reduce(0) { $0 + $1.0 * (1 - $1.1) }
            let added = zip(t, p).reduce(0) { $0 + $1.1 * (1 - $1.0) }
            let wrong = 0.3 * missed + 0.8 * added + epsilon
            return wrong / (both + wrong)
        },
    ]

    @Test("Every loss agrees with its definition in Double", arguments: Backends.names)
    func values(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for item in Self.cases {
                let labels = try tensor(item.rows.map(\.labels), item.loss)
                let predictions = try tensor(item.rows.map(\.predictions))
                let got = try item.loss.reduced(by: .none)(labels, predictions).floats()
                let want = item.rows.map { row in
                    item.definition(
                        row.labels.map { Double(Float($0)) },
                        row.predictions.map { Double(Float($0)) })
                }
                let comparison = Tolerance.loss.compare(got.map { Double($0) }, want)
                let place = comparison.failure.map { "\(item.rows[$0.index])" } ?? ""
                #expect(comparison.isWithin, "\(item.name) \(place): \(comparison)")
            }
        }
    }

    @Test("Sparse labels give what one-hot labels give", arguments: Backends.names)
    func sparse(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let numbers = Self.peaks.map { [Double($0.labels.firstIndex(of: 1)!)] }
            let logits = try tensor(Self.peaks.map(\.predictions))
            let loss = Loss.sparseCategoricalCrossentropy(fromLogits: true).reduced(by: .none)
            let got = try loss(tensor(numbers), logits).floats()
            let want = Self.peaks.map { row in
                -Self.logSoftmax(row.predictions.map { Double(Float($0)) })[
                    row.labels.firstIndex(of: 1)!]
            }
            try expect(got, want, "sparse")
        }
    }

    @Test("A probability of a sigmoid or softmax keeps the digits of its logit")
    func throughActivations() throws {
        try withBackend(.cpu) {
            for x in [6.0, 9, 13, 20, 40] {
                for (loss, activation, labels, logits) in [
                    ("binary_crossentropy", "sigmoid", [[1.0]], [[x]]),
                    ("categorical_crossentropy", "softmax", [[1, 0]], [[x, 0]]),
                    ("sparse_categorical_crossentropy", "softmax", [[0]], [[x, 0]]),
                ] {
                    let model = try Sequential([
                        Input(shape: [logits[0].count]),
                        Activation(ActivationFunction(stringLiteral: activation)),
                    ])
                    try model.compile(loss: Loss(stringLiteral: loss))
                    let figures = try model.evaluate(
                        NDArray(rows: logits.map { $0.map { Float($0) } }),
                        NDArray(rows: labels.map { $0.map { Float($0) } }), verbose: 0)
                    let want = log1p(exp(-x))
                    #expect(abs(figures["loss"]! - want) <= 1e-5 * want, "\(loss) \(x)")
                }
            }
        }
    }

    @Test("Gradients of small losses", arguments: Backends.names)
    func gradients(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let logits: [Float] = [0, 13, -13, 9, 40, -40, 0.5]
            let x = Tensor(logits, shape: [7, 1])
            let binary = try gradient(at: x) { x in
                Loss.binaryCrossentropy(fromLogits: true).reduced(by: .sum)(
                    Tensor(repeating: 1, shape: [7, 1]), x)
            }.floats()
            try expect(binary, logits.map { -1 / (1 + exp(Double($0))) }, "binary cross-entropy")

            let errors: [Float] = [0, 1e-8, -1e-4, 0.3, -1, 1, 1.5, -40]
            let e = Tensor(errors, shape: [8, 1])
            let cosh = try gradient(at: e) { e in
                Loss.logCosh.reduced(by: .sum)(Tensor(repeating: 0, shape: [8, 1]), e)
            }.floats()
            try expect(cosh, errors.map { tanh(Double($0)) }, "log cosh")

            // Where labels and predictions are equal.
            let p = Tensor([0.5, 0.25, 0.9], shape: [3, 1])
            let t = Tensor([0.5, 0.25, 0.9], shape: [3, 1])
            let divergence = gradient(at: p) { Loss.klDivergence.reduced(by: .sum)(t, $0) }
            try expect(divergence.floats(), [-1, -1, -1], "Kullback-Leibler divergence")
            let logarithmic = gradient(at: p) {
                Loss.meanSquaredLogarithmicError.reduced(by: .sum)(t, $0)
            }
            #expect(try logarithmic.floats() == [0, 0, 0])
        }
    }

    private func expect(_ got: [Float], _ want: [Double], _ what: String) throws {
        let comparison = Tolerance.loss.compare(got.map { Double($0) }, want)
        #expect(comparison.isWithin, "\(what): \(comparison), \(got)")
    }

    private func tensor(_ rows: [[Double]], _ loss: Loss? = nil) throws -> Tensor {
        // Class numbers have no columns.
        let isSparse = loss?.name == "categorical_generalized_cross_entropy"
        let shape: Shape = isSparse ? [rows.count] : [rows.count, rows[0].count]
        return Tensor(rows.flatMap { $0 }.map { Float($0) }, shape: shape)
    }
}
