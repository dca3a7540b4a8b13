import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Predictions that are NaN or infinite count in metrics as they do in Keras 3.15.1 on TensorFlow 2.21, whose values these are.
@Suite("Metrics of NaN", .serialized) struct NotANumberMetricTests {
    private static let nan = Float.nan
    private static let column: [Float] = [0.1, nan, 0.8, nan, 0.6, 0.3, .infinity, -.infinity]
    private static let columnLabels: [Float] = [0, 1, 1, 0, 0, 1, 1, 0]

    private static let scores: [Float] = [
        0.1, 0.2, 0.7, nan, 0.5, 0.5, 0.2, nan, 0.3, 0.1, 0.4, nan, nan, nan, nan, nan, nan, 0.1,
        .infinity, 0.1, 0.2, -.infinity, 0.3, 0.2,
    ]
    private static let classes: [Float] = [2, 1, 2, 1, 0, 2, 0, 1]
    private static let hot: [Float] = classes.flatMap { label in
        (0..<3).map { Float($0) == label ? 1 : 0 }
    }

    private func results(
        _ metric: Metric, _ labels: [Float], _ predictions: [Float]
    ) throws -> [Double] {
        func tensor(_ values: [Float]) throws -> Tensor {
            Tensor(values, shape: values.count == 8 ? [8, 1] : [8, 3])
        }
        let running = try Metric(metric)
        try running.updateState(tensor(labels), tensor(predictions))
        return try running.results()
    }

    @Test("One column", arguments: Backends.names)
    func columns(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let cases: [(Metric, [Double])] = [
                (.auc(numThresholds: 5), [0.5]),
                (.auc(numThresholds: 7, curve: .precisionRecall), [0.6780794858932495]),
                (.auc(thresholds: [0.2, 0.7]), [0.34375]),
                (.binaryAccuracy(), [0.625]), (.accuracy, [0.625]),
                (.precision(thresholds: [0.2, 0.5, 0.7]), [0.75, 2.0 / 3, 1]),
                (.precision(thresholds: [0, 0.5, 1]), [0.6, 2.0 / 3, 0]),
                (.sensitivityAtSpecificity(0.5, numThresholds: 5), [0.75]),
                (.recallAtPrecision(0.5, numThresholds: 5), [0.75]),
                (.binaryIoU(), [0.45]),
            ]
            for (metric, want) in cases {
                let got = try results(metric, Self.columnLabels, Self.column)
                expect(got, want, "\(metric.name)")
            }
        }
    }

    @Test("Several classes", arguments: Backends.names)
    func classes(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let cases: [(Metric, [Float], [Double])] = [
                (.categoricalAccuracy, Self.hot, [1]), (.accuracy, Self.hot, [1]),
                (.sparseCategoricalAccuracy, Self.classes, [1]),
                (.topKCategoricalAccuracy(k: 2), Self.hot, [0.125]),
                (.sparseTopKCategoricalAccuracy(k: 2), Self.classes, [0.125]),
                (.f1Score(), Self.hot, [2.0 / 3, 0.5, 0.5]),
                (.f1Score(threshold: 0.25), Self.hot, [2.0 / 3, 1, 2.0 / 3]),
                (.fBetaScore(average: .micro), Self.hot, [0.5454545021057129]),
                (.recall(topK: 2), Self.hot, [0.75]),
                (.precision(thresholds: [0.35], classID: 1), Self.hot, [1]),
                (.oneHotMeanIoU(numClasses: 3), Self.hot, [1]),
                (.meanIoU(numClasses: 3, sparseYPred: false), Self.classes, [1]),
                (.auc(numThresholds: 5, isMultiLabel: true), Self.hot, [0.3888889253139496]),
                (.exactAccuracy, Self.hot, [0]), (.truePositives(), Self.hot, [2]),
                // Beside true positives; alone, TensorFlow's graph optimizer takes ¬(p > t) for p ≤ t: 5 and 9.
                (.falseNegatives(), Self.hot, [6]), (.trueNegatives(), Self.hot, [16]),
                (.falsePositives(), Self.hot, [0]),
            ]
            for (metric, labels, want) in cases {
                expect(try results(metric, labels, Self.scores), want, "\(metric.name)")
            }
        }
    }

    @Test("Means of NaN are NaN", arguments: Backends.names)
    func means(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for metric in [
                Metric.meanSquaredError, .r2Score(), .cosineSimilarity(), .hinge,
                .categoricalHinge, .klDivergence, .binaryCrossentropy(),
            ] {
                let got = try results(metric, Self.hot, Self.scores)
                #expect(got.count == 1 && got[0].isNaN, "\(metric.name): \(got)")
            }
        }
    }

    private func expect(_ got: [Double], _ want: [Double], _ what: String) {
        #expect(
            got.count == want.count && zip(got, want).allSatisfy { abs($0 - $1) < 1e-6 },
            "\(what): \(got), not \(want)")
    }
}
