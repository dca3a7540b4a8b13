import KeratinTensor

/// The first of two inputs plus a multiple of the second: what InceptionResNetV2 adds its blocks with, under Keras's name.
package final class CustomScaleLayer: MergingLayer {
    private let scale: Double

    package init(_ scale: Double, name: String? = nil) {
        self.scale = scale
        super.init(name: name)
    }

    package required init(from configuration: Configuration) throws {
        scale = try configuration.number("scale")
        try super.init(from: configuration)
    }

    package override class var kerasModule: String { "keras.src.applications.inception_resnet_v2" }

    override var inputCount: ClosedRange<Int> { 2...2 }

    package override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["scale": .number(scale)])
    }

    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs[0] + inputs[1] * scale }
}
