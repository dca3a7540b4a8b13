import Keratin
import KeratinCPU
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

@testable import KeratinModels

/// What a loss or a metric keeps on the host must be the same constant each time a step is recorded: epochs make no new plans.
@Suite("Plans of losses and metrics", .serialized) struct MetricPlanTests {
    private static let metrics: [Metric] = [
        .accuracy, .exactAccuracy, .binaryAccuracy(threshold: 0.3), .categoricalAccuracy,
        .topKCategoricalAccuracy(k: 2), .meanSquaredError, .rootMeanSquaredError, .logCoshError,
        .hinge, .klDivergence, .poisson, .binaryCrossentropy(), .categoricalCrossentropy(),
        .cosineSimilarity(), .pearsonCorrelation(), .concordanceCorrelation(), .r2Score(),
        .truePositives(), .falseNegatives(thresholds: [0.2, 0.7]), .precision(),
        .precision(thresholds: [0.1, 0.4]), .precision(topK: 2), .recall(classID: 1),
        .sensitivityAtSpecificity(0.5), .precisionAtRecall(0.5, numThresholds: 7), .auc(),
        .auc(thresholds: [0.2, 0.3]), .auc(labelWeights: [1, 2, 3]),
        .auc(isMultiLabel: true, labelWeights: [1, 2, 3]), .f1Score(),
        .fBetaScore(threshold: 0.4), .binaryIoU(), .oneHotMeanIoU(numClasses: 3),
        Metric(.huber(delta: 0.5)), Metric(.categoricalFocalCrossentropy(alphas: [1, 2, 3])),
        "huber",
    ]

    private static let losses: [Loss] = [
        .meanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
        .meanSquaredLogarithmicError, .cosineSimilarity(), .huber(), .logCosh, .hinge,
        .squaredHinge, .categoricalHinge, .klDivergence, .poisson, .binaryCrossentropy(),
        .binaryCrossentropy(labelSmoothing: 0.1), .binaryFocalCrossentropy(),
        .categoricalCrossentropy(labelSmoothing: 0.1), .categoricalFocalCrossentropy(),
        .categoricalFocalCrossentropy(alphas: [0.2, 0.3, 0.5]), .dice(), .tversky(),
        .meanSquaredError.reduced(by: .none), "crossentropy",
    ]

    private static let sparse: [Loss] = [
        .sparseCategoricalCrossentropy(), .sparseCategoricalCrossentropy(ignoreClass: 1),
        .categoricalGeneralizedCrossEntropy(), .circle(),
    ]

    private func plans(_ loss: Loss, _ metrics: [Metric], sparse: Bool = false) throws -> Int {
        let model = try Sequential([Input(shape: [2]), Dense(3, activation: .softmax)])
        try model.compile(optimizer: .sgd(), loss: loss, metrics: metrics)
        let x = NDArray(rows: (0..<8).map { [Float($0), 1] })
        let y =
            sparse
            ? NDArray((0..<8).map { Float($0 % 3) })
            : NDArray(rows: (0..<8).map { row in (0..<3).map { $0 == row % 3 ? 1 : 0 } })
        try model.fit(x, y, batchSize: 4, epochs: 3, verbose: 0, validationData: (x, y))
        return try model.compiledSession().plans.plansMade
    }

    @Test("Every metric and every loss")
    func cpu() throws {
        try withBackend(.cpu) {
            for metric in Self.metrics {
                let made = try plans("mse", [metric])
                #expect(made == 2, "\(metric.name)")
            }
            for loss in Self.losses {
                let made = try plans(loss, [])
                #expect(made == 2, "\(loss.name)")
            }
            for loss in Self.sparse {
                let made = try plans(loss, [], sparse: true)
                #expect(made == 2, "\(loss.name)")
            }
        }
    }

    @Test(
        "Those that keep arrays, on OpenCL",
        .enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"))
    func openCL() throws {
        try withBackend(.opencl) {
            let metrics: [Metric] = [
                .precision(thresholds: [0.1, 0.4]), .recall(), .auc(labelWeights: [1, 2, 3]),
                Metric(.categoricalFocalCrossentropy(alphas: [1, 2, 3])),
            ]
            let loss = Loss.categoricalFocalCrossentropy(alphas: [0.2, 0.3, 0.5])
            let made = try plans(loss, metrics)
            #expect(made == 2)
        }
    }

    @Test("One value in models on two backends, and in several tasks")
    func shared() async throws {
        let metrics: [Metric] = [
            .precision(thresholds: [0.1, 0.4]), .auc(labelWeights: [1, 2, 3]),
        ]
        let loss = Loss.categoricalFocalCrossentropy(alphas: [0.2, 0.3, 0.5])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    // A backend for each task: what is shared is the values.
                    try withBackend(CPUBackend(threads: 1)) { try self.plans(loss, metrics) }
                }
            }
            for try await plans in group { #expect(plans == 2) }
        }
    }
}
