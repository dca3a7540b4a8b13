import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Metrics of labels with an offset, of equal labels and of single samples, against their definitions in Double.
@Suite("Digits of metrics", .serialized) struct MetricDigitsTests {
    /// Labels and predictions [samples, 2] around an offset.
    private static func data(
        _ samples: Int, offset: Double, spread: Double = 1
    ) -> (labels: [Float], predictions: [Float]) {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24) - 0.5
        }
        let labels = (0..<(samples * 2)).map { _ in Float(offset + spread * next()) }
        return (labels, labels.map { $0 + Float(spread * 0.3 * next()) })
    }

    private func results(
        _ metric: Metric, _ labels: [Float], _ predictions: [Float], batch: Int,
        weights: [Float]? = nil
    ) throws -> [Double] {
        let running = try Metric(metric)
        for start in stride(from: 0, to: labels.count / 2, by: batch) {
            let samples = start..<min(start + batch, labels.count / 2)
            let range = (2 * samples.lowerBound)..<(2 * samples.upperBound)
            running.updateState(
                Tensor(Array(labels[range]), shape: [samples.count, 2]),
                Tensor(Array(predictions[range]), shape: [samples.count, 2]),
                sampleWeight: weights.map { Tensor(Array($0[samples])) })
        }
        return try running.results()
    }

    /// R² of each of two outputs.
    private func rSquared(
        _ labels: [Float], _ predictions: [Float], _ weights: [Float]? = nil
    ) -> [Double] {
        (0..<2).map { output in
            var (sum, total) = (0.0, 0.0)
            for sample in 0..<(labels.count / 2) {
                let w = Double(weights?[sample] ?? 1)
                sum += w * Double(labels[2 * sample + output])
                total += w
            }
            var (spread, errors) = (0.0, 0.0)
            for sample in 0..<(labels.count / 2) {
                let w = Double(weights?[sample] ?? 1)
                let label = Double(labels[2 * sample + output])
                let error = label - Double(predictions[2 * sample + output])
                spread += w * (label - sum / total) * (label - sum / total)
                errors += w * error * error
            }
            return 1 - errors / spread
        }
    }

    @Test("R² of labels with an offset, in batches of any size", arguments: Backends.names)
    func offsets(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for offset in [0.0, 30, 300, -1e4, 1e6] {
                let spread = max(1, abs(offset) * 1e-4)
                let (labels, predictions) = Self.data(101, offset: offset, spread: spread)
                let weights = (0..<101).map { Float($0 % 4) }
                for batch in backend == "cpu" ? [1, 8, 32, 101] : [32] {
                    for weights in [nil, weights] {
                        let got = try results(
                            .r2Score(classAggregation: .none), labels, predictions, batch: batch,
                            weights: weights)
                        let want = rSquared(labels, predictions, weights)
                        for (a, b) in zip(got, want) {
                            #expect(
                                abs(a - b) <= 2e-6 * max(abs(b), 1),
                                "offset \(offset), batches of \(batch): \(a), not \(b)")
                        }
                    }
                }
            }
        }
    }

    @Test("R² where the first label is far from the others")
    func outlier() throws {
        try withBackend(.cpu) {
            var (labels, predictions) = Self.data(500, offset: 5)
            labels[0] = 4000
            labels[1] = -4000
            predictions[0] = 3999
            predictions[1] = -3000
            let want = rSquared(labels, predictions)
            for batch in [1, 32, 500] {
                let got = try results(
                    .r2Score(classAggregation: .none), labels, predictions, batch: batch)
                for (a, b) in zip(got, want) { #expect(abs(a - b) < 2e-5, "\(batch): \(a), \(b)") }
            }
        }
    }

    @Test("R² of one sample and of equal labels is 0", arguments: Backends.names)
    func constants(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for label: Float in [0.1, 33.3, -1234.5, 3_333_333.25] {
                for samples in [1, 7] {
                    let labels = [Float](repeating: label, count: 2 * samples)
                    let predictions = labels.indices.map { labels[$0] * (1 + 0.1 * Float($0 + 1)) }
                    for batch in [3, 7] {
                        let each = try results(
                            .r2Score(classAggregation: .none), labels, predictions, batch: batch)
                        let mean = try results(.r2Score(), labels, predictions, batch: batch)
                        #expect(each == [0, 0] && mean == [0])
                    }
                    let weighted = try results(
                        .r2Score(classAggregation: .varianceWeightedAverage), labels, predictions,
                        batch: 7)
                    #expect(weighted.count == 1 && weighted[0].isNaN)
                }
            }
        }
    }

    @Test("Correlations of numbers with an offset", arguments: Backends.names)
    func correlations(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for offset in [0.0, 100, 1e4, -1e5] {
                let spread = max(1, abs(offset) * 1e-3)
                let (labels, predictions) = Self.data(15, offset: offset, spread: spread)
                let (t, p) = (labels.map { Double($0) }, predictions.map { Double($0) })
                let count = Double(t.count)
                let (tMean, pMean) = (t.reduce(0, +) / count, p.reduce(0, +) / count)
                let covariance = zip(t, p).reduce(0) { $0 + ($1.0 - tMean) * ($1.1 - pMean) }
                let (tSquares, pSquares) = (
                    t.reduce(0) { $0 + ($1 - tMean) * ($1 - tMean) },
                    p.reduce(0) { $0 + ($1 - pMean) * ($1 - pMean) }
                )
                let pearson = covariance / (tSquares * pSquares).squareRoot()
                let shift = zip(t, p).reduce(0) { $0 + ($1.0 - pMean) * ($1.1 - pMean) } / count
                let concordance =
                    2 * shift
                    / ((tSquares + pSquares) / count + (tMean - pMean) * (tMean - pMean) + 1e-7)
                for (metric, want) in [
                    (Metric.pearsonCorrelation(), pearson),
                    (.concordanceCorrelation(), concordance),
                ] {
                    let running = try Metric(metric)
                    running.updateState(
                        Tensor(labels, shape: [1, 30]), Tensor(predictions, shape: [1, 30]))
                    let got: Double = try running.result()
                    #expect(abs(got - want) < 2e-6, "\(metric.name) at \(offset): \(got), \(want)")
                }
            }
        }
    }

    @Test("A compensated sum keeps what each addition rounds away", arguments: Backends.names)
    func compensated(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            var (sum, lost) = (Tensor([0, 0, 0]), Tensor([0, 0, 0]))
            var want = [0.0, 0, 0]
            for step in 0..<60 {
                let values: [Float] = [
                    step == 0 ? 1e8 : 0.1, step % 2 == 0 ? 1e6 : -1e6 + 0.25,
                    step == 3 ? .infinity : 1,
                ]
                for index in 0..<3 { want[index] += Double(values[index]) }
                (sum, lost) = try CompensatedSum.adding(Tensor(values), to: sum, lost)
            }
            let (a, b) = (try sum.floats(), try lost.floats())
            for index in 0..<3 {
                let total = CompensatedSum.total(a[index], b[index])
                #expect(
                    total == want[index] || abs(total - want[index]) <= 1e-9 * abs(want[index]))
            }
        }
    }
}
