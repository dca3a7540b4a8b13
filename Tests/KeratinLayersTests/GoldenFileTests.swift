import Foundation
import KeratinCore
import KeratinLayerTestKit
import Testing

@Suite("Golden files")
struct GoldenFileTests {
    /// The golden files that came with the tests.
    static let folder = (Bundle.module.resourcePath ?? ".") + "/Goldens"

    @Test(
        "Layer cases are whole",
        arguments: [
            "dense", "activations", "reshaping", "conv2d", "depthwise_conv2d", "pooling",
            "batch_normalization", "conv1d_conv3d", "conv_transpose", "separable", "pooling_1d_3d",
            "reshaping_more", "up_sampling", "normalization", "preprocessing",
            "activation_layers", "masks", "einsum_dense",
            "spectral_normalization",
        ])
    func layers(family: String) throws {
        let file = try GoldenFile<GoldenLayerCase>.load(family, in: Self.folder)
        #expect(file.family == family)
        #expect(file.cases.count > 5)
        for item in file.cases {
            #expect(item.inputGradients.map(\.shape) == item.inputs.map(\.shape))
            #expect(item.cotangent.shape == item.outputs[0].shape)
            let trainable = item.weights.filter(\.trainable).map(\.tensor.shape)
            #expect(item.weightGradients.map(\.shape) == trainable)
        }
    }

    @Test("Configurations keep Keras's keys")
    func configuration() throws {
        let file = try GoldenFile<GoldenLayerCase>.load("conv2d", in: Self.folder)
        let layer = try #require(file.cases.first).layer
        #expect(layer.className == "Conv2D")
        #expect(try layer.ints("kernel_size") == [3, 3])
        #expect(try layer.int("filters") == 4)
        #expect(try layer.string("padding") == "valid")
        #expect(try layer.bool("use_bias"))
        #expect(throws: KeratinError.self) { try layer.int("padding") }
        #expect(throws: KeratinError.self) { try layer.int("kernelSize") }
    }

    @Test("The other families can be read")
    func others() throws {
        let losses = try GoldenFile<GoldenLossCase>.load("losses", in: Self.folder).cases
        #expect(losses.contains { $0.through == "softmax" })
        #expect(losses.allSatisfy { $0.gradient.shape == $0.yPred.shape })
        #expect(
            losses.allSatisfy {
                $0.loss.config["from_logits"] != nil || $0.loss.function == "mean_squared_error"
            })
        let metrics = try GoldenFile<GoldenMetricCase>.load("metrics", in: Self.folder).cases
        #expect(metrics.allSatisfy { $0.results["loss"] != nil })
        let optimizers = try GoldenFile<GoldenOptimizerStepsCase>.load(
            "optimizers", in: Self.folder
        ).cases
        #expect(
            optimizers.allSatisfy { $0.gradients.shape[0] == 20 && $0.snapshots.last?.step == 20 })
        let training = try GoldenFile<GoldenTrainingCase>.load("training", in: Self.folder).cases
        #expect(training.count == 12)
        #expect(training.allSatisfy { $0.history["loss"]?.count == $0.epochs })
        let summaries = try GoldenFile<GoldenSummaryCase>.load("summary", in: Self.folder).cases
        #expect(summaries.contains { $0.inputShape == nil })
        let initializers = try GoldenFile<GoldenInitializerCase>.load(
            "initializers", in: Self.folder)
        #expect(initializers.cases.count > 20)
    }

    @Test("A file that is missing or broken is an error that names it")
    func broken() throws {
        #expect(throws: KeratinError.self) {
            try GoldenFile<GoldenLayerCase>.load("no_such_family", in: Self.folder)
        }
        #expect(throws: KeratinError.self) {
            try GoldenFile<GoldenLayerCase>.load("losses", in: Self.folder)
        }
    }
}
