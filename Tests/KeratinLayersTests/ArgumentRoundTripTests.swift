import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinModels
import KeratinTensor
import Testing

@testable import KeratinLayers

/// Every loss, metric, regularizer, constraint and initializer with arguments other than the defaults: what is written and read
/// again is written the same, and computes the same.
@Suite("Arguments survive files", .serialized) struct ArgumentRoundTripTests {
    /// Through the text that files hold.
    private func throughText(_ value: ConfigValue) throws -> ConfigValue {
        try JSON.decode(Array(JSON.encode(value).utf8), name: "text")
    }

    private func check<Value: SerializableFunction>(
        _ value: Value, differsFrom plain: Value?, _ numbers: (Value) throws -> [Float]
    ) throws {
        try check(
            value, differsFrom: plain, numbers, { try $0.serialized() },
            { try Value.deserialize($0) })
    }

    private func check<Value>(
        _ value: Value, differsFrom plain: Value?, _ numbers: (Value) throws -> [Float],
        _ serialized: (Value) throws -> ConfigValue, _ deserialize: (ConfigValue) throws -> Value
    ) throws {
        let written = try serialized(value)
        let read = try deserialize(throughText(written))
        let again = try serialized(read)
        #expect(JSON.encode(again) == JSON.encode(written))
        let (before, after) = (try numbers(value), try numbers(read))
        #expect(before.map(\.bitPattern) == after.map(\.bitPattern), "\(written)")
        guard let plain else { return }
        #expect(try serialized(plain) != written)
        // The arguments count.
        #expect(try numbers(plain) != before, "\(written)")
    }

    static let losses: [(Loss, plain: Loss?)] = [
        (.meanSquaredError.reduced(by: .sum), .meanSquaredError),
        (.meanAbsoluteError.reduced(by: .none), .meanAbsoluteError),
        (.meanAbsolutePercentageError.reduced(by: .sum), .meanAbsolutePercentageError),
        (.meanSquaredLogarithmicError.reduced(by: .sum), .meanSquaredLogarithmicError),
        (.cosineSimilarity(axis: 0), .cosineSimilarity()), (.huber(delta: 0.3), .huber()),
        (.logCosh.reduced(by: .none), .logCosh), (.hinge.reduced(by: .sum), .hinge),
        (.squaredHinge.reduced(by: .sum), .squaredHinge),
        (.categoricalHinge.reduced(by: .sum), .categoricalHinge),
        (.klDivergence.reduced(by: .sum), .klDivergence), (.poisson.reduced(by: .sum), .poisson),
        (.binaryCrossentropy(fromLogits: true), .binaryCrossentropy()),
        (
            .binaryCrossentropy(labelSmoothing: 0.2, axis: 0).reduced(by: .none),
            .binaryCrossentropy()
        ),
        (
            .binaryFocalCrossentropy(applyClassBalancing: true, alpha: 0.4),
            .binaryFocalCrossentropy()
        ),
        (.binaryFocalCrossentropy(gamma: 3, fromLogits: true), .binaryFocalCrossentropy()),
        (
            .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, axis: 0),
            .categoricalCrossentropy()
        ),
        (
            .categoricalFocalCrossentropy(alpha: 0.4, gamma: 1, fromLogits: true, axis: 0),
            .categoricalFocalCrossentropy()
        ),
        (
            .categoricalFocalCrossentropy(alphas: [0.1, 0.2, 0.7], labelSmoothing: 0.2),
            .categoricalFocalCrossentropy()
        ),
        (
            .sparseCategoricalCrossentropy(fromLogits: true, ignoreClass: 1),
            .sparseCategoricalCrossentropy()
        ),
        (.sparseCategoricalCrossentropy(axis: 0), nil),
        (.categoricalGeneralizedCrossEntropy(q: 0.3), .categoricalGeneralizedCrossEntropy()),
        (.dice(axes: [1]), .dice()), (.dice(axes: [0, 1]), nil),
        (.tversky(alpha: 0.2, beta: 0.9, axes: [1]), .tversky()),
        (.circle(gamma: 8, margin: 0.2, removeDiagonal: false), .circle()),
        (.ctc.reduced(by: .sum), .ctc),
    ]

    @Test("Losses")
    func losses() throws {
        try withBackend(.cpu) {
            var seen: Set<String> = []
            for (loss, plain) in Self.losses {
                try check(loss, differsFrom: plain) { try value($0) }
                seen.insert(try #require(loss.identity).className)
                // Given as a metric, it comes back as one with its arguments.
                let metric = Metric(loss)
                let written = try metric.serialized()
                let read = try Metric.deserialize(throughText(written))
                #expect(try JSON.encode(read.serialized()) == JSON.encode(written))
                #expect(read.name == loss.name)
            }
            let all = Set(Loss.classes.keys).subtracting(["LossFunctionWrapper", "crossentropy"])
            #expect(seen == all, "\(all.symmetricDifference(seen))")
        }
    }

    private func value(_ loss: Loss) throws -> [Float] {
        let p: [Float] = [0.1, 0.7, 0.2, 0.5, 0.2, 0.3, 0.2, 0.3, 0.5]
        let hot: [Float] = [0, 1, 0, 1, 0, 0, 0, 0, 1]
        switch loss.identity?.className {
        case "CTC":
            let logits = Tensor((0..<24).map { Float($0 % 5) }, shape: [2, 4, 3])
            return try loss(Tensor([1, 2, 1, 0], shape: [2, 2]), logits).floats()
        case "Circle", "SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy":
            return try loss(Tensor([1, 0, 1]), Tensor(p, shape: [3, 3])).floats()
        default:
            return try loss(Tensor(hot, shape: [3, 3]), Tensor(p, shape: [3, 3])).floats()
        }
    }

    static let metrics: [(Metric, plain: Metric?)] = [
        (.exactAccuracy, nil), (.binaryAccuracy(threshold: 0.15), .binaryAccuracy()),
        (.categoricalAccuracy, nil), (.sparseCategoricalAccuracy, nil),
        (.topKCategoricalAccuracy(k: 1), .topKCategoricalAccuracy()),
        (.sparseTopKCategoricalAccuracy(k: 1), .sparseTopKCategoricalAccuracy()),
        (.sparseTopKCategoricalAccuracy(k: 2, fromSortedIDs: true), nil),
        (.meanSquaredError, nil), (.meanAbsoluteError, nil), (.meanAbsolutePercentageError, nil),
        (.meanSquaredLogarithmicError, nil), (.rootMeanSquaredError, nil), (.logCoshError, nil),
        (.hinge, nil), (.squaredHinge, nil), (.categoricalHinge, nil), (.klDivergence, nil),
        (.poisson, nil),
        (.binaryCrossentropy(fromLogits: true, labelSmoothing: 0.1), .binaryCrossentropy()),
        (
            .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, axis: 0),
            .categoricalCrossentropy()
        ),
        (
            .sparseCategoricalCrossentropy(fromLogits: true, ignoreClass: 1),
            .sparseCategoricalCrossentropy()
        ),
        (.cosineSimilarity(axis: 0), .cosineSimilarity()),
        (.pearsonCorrelation(axis: 0), .pearsonCorrelation()),
        (.concordanceCorrelation(axis: 0), .concordanceCorrelation()),
        (.r2Score(classAggregation: .none, numRegressors: 2), .r2Score()),
        (.r2Score(classAggregation: .varianceWeightedAverage), .r2Score()),
        (.truePositives(thresholds: [0.2, 0.6]), .truePositives()),
        (.trueNegatives(thresholds: [0.2]), .trueNegatives()),
        (.falsePositives(thresholds: [0.2]), .falsePositives()),
        (.falseNegatives(thresholds: [0.2]), .falseNegatives()),
        (.precision(thresholds: [0.25], topK: 2, classID: 2), .precision()),
        (.recall(thresholds: [0.25, 0.6]), .recall()),
        (.sensitivityAtSpecificity(0.8, numThresholds: 4, classID: 1), nil),
        (.specificityAtSensitivity(0.8, numThresholds: 4, classID: 1), nil),
        (.precisionAtRecall(0.8, numThresholds: 4, classID: 1), nil),
        (.recallAtPrecision(0.8, numThresholds: 4, classID: 1), nil),
        (
            .auc(
                numThresholds: 7, curve: .precisionRecall, summationMethod: .minoring,
                isMultiLabel: true, labelWeights: [1, 2, 3]), .auc()
        ),
        (.auc(curve: .precisionRecallGain, thresholds: [0.2, 0.4], fromLogits: true), .auc()),
        (.fBetaScore(average: .weighted, beta: 2, threshold: 0.15), .fBetaScore()),
        (.f1Score(average: .macro, threshold: 0.15), .f1Score()),
        (.iou(numClasses: 3, targetClassIDs: [0, 2], sparseYPred: false), nil),
        (.meanIoU(numClasses: 3, ignoreClass: 1, sparseYPred: false), nil),
        (.binaryIoU(targetClassIDs: [1], threshold: 0.25), .binaryIoU()),
        (.oneHotIoU(numClasses: 3, targetClassIDs: [1, 2], axis: 0), nil),
        (.oneHotMeanIoU(numClasses: 3, ignoreClass: 0), nil), (.mean, nil), (.sum, nil),
    ]

    @Test("Metrics")
    func metrics() throws {
        try withBackend(.cpu) {
            var seen: Set<String> = []
            for (metric, plain) in Self.metrics {
                try check(
                    metric, differsFrom: plain, { try value($0) }, { try $0.serialized() },
                    { try Metric.deserialize($0) })
                seen.insert(try #require(metric.identity).className)
            }
            let all = Set(Metric.classes.keys)
            #expect(seen == all, "\(all.symmetricDifference(seen))")
        }
    }

    private func value(_ metric: Metric) throws -> [Float] {
        let running = try Metric(metric)
        let p: [Float] = [0.1, 0.7, 0.2, 0.5, 0.2, 0.3, 0.2, 0.3, 0.5, 0.3, 0.5, 0.2]
        let hot: [Float] = [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1]
        let name = metric.identity?.className ?? ""
        if ["Mean", "Sum"].contains(name) {
            running.updateState(Tensor(p))
        } else if name.hasPrefix("Sparse") || ["IoU", "MeanIoU"].contains(name) {
            running.updateState(
                Tensor([1, 0, 0, 2], shape: [4, 1]), Tensor(p, shape: [4, 3]))
        } else {
            running.updateState(Tensor(hot, shape: [4, 3]), Tensor(p, shape: [4, 3]))
        }
        return try running.results().map { Float($0) }
    }

    @Test("Functions and wrapped functions as metrics")
    func functions() throws {
        try withBackend(.cpu) {
            let fn: ConfigValue = [
                "module": "builtins", "class_name": "function", "config": "huber",
                "registered_name": "function",
            ]
            let values: [ConfigValue] = [
                fn,
                [
                    "module": "keras.metrics", "class_name": "MeanMetricWrapper",
                    "config": ["name": "h", "dtype": "float32", "fn": fn, "delta": 0.2],
                    "registered_name": .null,
                ],
                [
                    "module": "keras.metrics", "class_name": "MeanMetricWrapper",
                    "config": ["name": "acc", "dtype": "float32", "fn": "binary_accuracy"],
                    "registered_name": .null,
                ],
            ]
            for value in values {
                let metric = try Metric.deserialize(throughText(value))
                #expect(try JSON.encode(metric.serialized()) == JSON.encode(value))
            }
            let (t, p) = (
                Tensor([0, 0, 1, 1], shape: [4, 1]), Tensor([0, 1, 1.5, 4], shape: [4, 1])
            )
            func figure(_ metric: Metric) throws -> Double {
                let running = try Metric(metric)
                running.updateState(t, p)
                return try running.result()
            }
            // ½, ⅛ and 2½ with delta 1; 0.18, 0.08 and 0.58 with 0.2.
            #expect(abs(try figure(Metric.deserialize(values[0])) - 3.125 / 4) < 1e-6)
            #expect(abs(try figure(Metric.deserialize(values[1])) - 0.84 / 4) < 1e-6)
            #expect(try figure(Metric.deserialize(values[2])) == 0.75)
            // The function is the loss's, the metric of the name its negative.
            let function: ConfigValue = ["class_name": "function", "config": "cosine_similarity"]
            #expect(abs(try figure(Metric.deserialize(function)) + 0.5) < 1e-6)
            #expect(abs(try figure(Metric("cosine_similarity")) - 0.5) < 1e-6)
            #expect(abs(try figure(Metric("huber")) - 3.125 / 4) < 1e-6)
            #expect(try JSON.encode(Metric("huber").serialized()) == JSON.encode(fn))
            #expect(throws: KeratinError.self) { try figure(Metric("hubert")) }
            #expect(throws: KeratinError.self) {
                try Metric.deserialize([
                    "class_name": "MeanMetricWrapper", "config": ["fn": "hubr"],
                ])
            }
            #expect(throws: KeratinError.self) {
                try Metric.deserialize(["class_name": "MeanMetricWrapper", "config": ["name": "x"]])
            }
        }
    }

    @Test("Regularizers")
    func regularizers() throws {
        try withBackend(.cpu) {
            let all: [(Regularizer, plain: Regularizer?)] = [
                (.l1(0.3), .l1()), (.l2(0.3), .l2()), (.l1l2(l1: 0.2, l2: 0.3), .l1l2()),
                (.orthogonal(factor: 0.5, mode: .columns), .orthogonal()),
            ]
            var seen: Set<String> = []
            for (value, plain) in all {
                try check(value, differsFrom: plain) {
                    try $0(Tensor([1, 2, 3, -4, 5, 6], shape: [3, 2])).floats()
                }
                seen.insert(try #require(value.identity).className)
            }
            #expect(seen == Set(Regularizer.classes.keys))
        }
    }

    @Test("Constraints")
    func constraints() throws {
        try withBackend(.cpu) {
            let all: [(Constraint, plain: Constraint?)] = [
                (.nonNegative, nil), (.maxNorm(0.5, axes: [1]), .maxNorm()),
                (.unitNorm(axes: [0, 1]), .unitNorm()),
                (.minMaxNorm(minValue: 0.2, maxValue: 0.6, rate: 0.5, axes: [1]), .minMaxNorm()),
            ]
            var seen: Set<String> = []
            for (value, plain) in all {
                try check(value, differsFrom: plain) {
                    try $0(Tensor([1, 2, 3, -4, 5, 6], shape: [3, 2])).floats()
                }
                seen.insert(try #require(value.identity).className)
            }
            #expect(seen == Set(Constraint.classes.keys))
        }
    }

    @Test("Initializers")
    func initializers() throws {
        try withBackend(.cpu) {
            let all: [(Initializer, plain: Initializer?)] = [
                (.zeros, nil), (.ones, nil), (.constant(0.3), .constant(0)),
                (.identity(gain: 2), .identity()),
                (.randomUniform(minval: 1, maxval: 2).seeded(5), .randomUniform().seeded(5)),
                (.randomNormal(mean: 1, stddev: 2).seeded(5), .randomNormal().seeded(5)),
                (.truncatedNormal(mean: 1, stddev: 2).seeded(5), .truncatedNormal().seeded(5)),
                (
                    .varianceScaling(scale: 3, mode: .output, distribution: .uniform).seeded(5),
                    .varianceScaling().seeded(5)
                ),
                (.glorotUniform.seeded(5), nil), (.glorotNormal.seeded(5), nil),
                (.heUniform.seeded(5), nil), (.heNormal.seeded(5), nil),
                (.lecunUniform.seeded(5), nil), (.lecunNormal.seeded(5), nil),
                (.orthogonal(gain: 2, seed: 5), .orthogonal(seed: 5)),
            ]
            var seen: Set<String> = ["STFT"]
            for (value, plain) in all {
                try check(value, differsFrom: plain) { try $0.values([3, 3]) }
                seen.insert(try #require(value.identity).className)
            }
            #expect(seen == Set(Initializer.classes.keys))
            let side: Initializer = .stft(side: .imaginary, window: "hamming", scaling: .density)
            try check(side, differsFrom: nil) { try $0.values([8, 1, 5]) }
        }
    }

    @Test("Activations with arguments are written as what they are, or refused")
    func activations() throws {
        for name in ActivationFunction.known.keys {
            let written = try ActivationFunction(stringLiteral: name).serialized()
            #expect(written == .string(name))
            #expect(try ActivationFunction.deserialize(written).serialized() == written)
        }
        // Files hold names of functions only: an argument would be lost without a word.
        #expect(throws: KeratinError.self) {
            try ActivationFunction.softShrink(threshold: 0.3).serialized()
        }
        #expect(throws: KeratinError.self) { try ActivationFunction.softmax(axis: 1).serialized() }
    }

    @Test("A model's file keeps all of it")
    func file() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [3]),
                Dense(
                    3, activation: .softmax,
                    kernelInitializer: .randomNormal(stddev: 0.3).seeded(3),
                    kernelRegularizer: .orthogonal(factor: 0.5, mode: .columns),
                    biasRegularizer: .l1l2(l1: 0.1, l2: 0.2),
                    activityRegularizer: .l2(0.3),
                    kernelConstraint: .minMaxNorm(minValue: 0.1, rate: 0.5, axes: [1]),
                    biasConstraint: .maxNorm(0.7)),
            ])
            // Metrics of values have nothing to compute in a model.
            let metrics = Self.metrics.map(\.0).filter {
                let name = $0.identity?.className ?? ""
                return !["Mean", "Sum", "IoU", "MeanIoU"].contains(name)
                    && !name.hasPrefix("Sparse")
            }
            try model.compile(
                loss: .huber(delta: 0.3),
                metrics: metrics + [Metric(.huber(delta: 0.7)), Metric(.cosineSimilarity(axis: 0))])
            let x = NDArray(rows: [[1, 2, 3], [0, 1, -1], [2, 0, 1], [0.5, 0, 0]])
            let y = NDArray(rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
            let before = try model.evaluate(x, y, verbose: 0)
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("keratin-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try model.save("\(folder)/one.keras")
            let read = try loadModel("\(folder)/one.keras")
            try read.save("\(folder)/two.keras")
            let after = try read.evaluate(x, y, verbose: 0)
            #expect(before.names == after.names)
            for (key, value) in before {
                #expect(
                    after[key] == value || value.isNaN && (after[key] as Double).isNaN, "\(key)")
            }
            let (one, two) = (try model.compileConfig(), try read.compileConfig())
            #expect(one.map(JSON.encode) == two.map(JSON.encode) && one != nil)
        }
    }
}
