import KeratinCore
import KeratinTensor

/// What Keras's image layers have in common (its `BaseImagePreprocessingLayer`): images [rows, columns, channels] or batches of them, with
/// `dataFormat: .channelsFirst` the channels before the rows. Results are float32.
///
/// As in Keras a layer that is called at once does what it is for, `RandomFlip()(images)`, unless `training: false` is said; in a model,
/// random layers act in `fit` and leave images alone in `predict` and `evaluate`. Bounding boxes and masks of segments, which Keras's layers
/// change along with images, are not changed here.
public class ImageLayer: Layer {
    let dataFormat: DataFormat
    /// As a file had it; it changes nothing here.
    private var boundingBoxFormat: String?

    init(dataFormat: any DataFormatConvertible, name: String?) {
        let format = Chosen(dataFormat.dataFormat, else: .channelsLast)
        self.dataFormat = format.value
        super.init(name: name)
        note(format.mistake)
    }

    package override var wantsFloats: Bool { true }
    package override var isBuiltFromTheStart: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        config["data_format"] = .string(dataFormat.rawValue)
        if let boundingBoxFormat { config["bounding_box_format"] = .string(boundingBoxFormat) }
        return config
    }

    /// Takes from a file what all image layers have there.
    final func adopt(_ configuration: Configuration) throws {
        boundingBoxFormat = try configuration.optionalString("bounding_box_format")
    }

    public final override func call(
        _ inputs: [Tensor], _ context: CallContext
    ) throws -> [Tensor] {
        guard inputs.count == 1 else {
            throw KeratinError(.invalidArgument, "takes one tensor of images, got \(inputs.count)")
        }
        try context.require(only: [])
        let batch = try ImageBatch(inputs[0], dataFormat)
        let result =
            context.training || CallContext.isTrainingUnsaid
            ? try transformed(batch.images, makeDraws()) : try untransformed(batch.images)
        return [batch.restored(result)]
    }

    /// Where the layer's random numbers come from.
    func makeDraws() -> ImageDraws { ImageDraws(seed: nil, generator: nil) }

    /// What becomes of images [batch, rows, columns, channels] in training.
    func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor { images }

    /// What becomes of them otherwise.
    func untransformed(_ images: Tensor) throws -> Tensor { images }
}

/// An image layer that draws random numbers, for each image of a batch its own.
public class RandomImageLayer: ImageLayer {
    let seed: Int?
    private let generator: SeedGenerator?

    init(seed: Int?, dataFormat: any DataFormatConvertible, name: String?) {
        self.seed = seed
        generator = seed.map { SeedGenerator($0) }
        super.init(dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["seed": seed.map { .integer($0) } ?? .null])
    }

    final override func makeDraws() -> ImageDraws {
        ImageDraws(seed: seed, generator: generator)
    }
}

/// An image layer that reads images at other places.
public class RandomTransformLayer: RandomImageLayer {
    let interpolation: Interpolation
    let fillMode: FillMode
    let fillValue: Double

    init(
        interpolation: any InterpolationConvertible, fillMode: any FillModeConvertible,
        fillValue: Double, seed: Int?, dataFormat: any DataFormatConvertible, name: String?
    ) {
        let kind = Chosen(interpolation.interpolation, else: .bilinear)
        let mode = Chosen(fillMode.fillMode, else: .reflect)
        self.interpolation = kind.value
        self.fillMode = mode.value
        self.fillValue = fillValue
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(kind.mistake, mode.mistake)
        do {
            _ = try ImageSampler(
                kind.value, mode.value == .mirror && allowsMirror ? .reflect : mode.value,
                fillValue)
        } catch {
            note(error)
        }
    }

    var allowsMirror: Bool { false }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "interpolation": .string(interpolation.rawValue),
            "fill_mode": .string(fillMode.rawValue), "fill_value": .number(fillValue),
        ])
    }

    /// Images as seen through an affine map: a₀ a₁ a₂ b₀ b₁ b₂, each [batch, 1].
    final func transformed(_ images: Tensor, _ map: [Tensor]) throws -> Tensor {
        let zeros = Tensor(repeating: 0, shape: [images.shape[0], 2])
        let transforms = Tensor.concatenate(map + [zeros], axis: 1)
        return try ImageSampler(interpolation, fillMode, fillValue)
            .transformed(images, transforms, isProjective: false)
    }
}
