import KeratinCore
import KeratinTensor

/// Images of another size. Whole numbers stay whole: they are rounded, and keep their element type.
public final class Resizing: ImageLayer {
    private let height: Int
    private let width: Int
    private let interpolation: Interpolation
    private let cropToAspectRatio: Bool
    private let padToAspectRatio: Bool
    private let fillMode: FillMode
    private let fillValue: Double
    private let antialias: Bool

    /// - Parameters:
    ///   - height: the rows that come out.
    ///   - width: the columns that come out.
    ///   - interpolation: nearest, bilinear, bicubic, lanczos3, lanczos5 or area.
    ///   - cropToAspectRatio: takes the largest middle part that has the new shape, so that nothing is distorted.
    ///   - padToAspectRatio: fills up around the image to the new shape, so that nothing is distorted.
    ///   - fillMode: `.constant` is the only one that Keras has here.
    ///   - fillValue: what is filled up with.
    ///   - antialias: whether every old pixel counts when an image gets smaller.
    ///   - dataFormat: where the channels are.
    public init(
        _ height: Int, _ width: Int, interpolation: any InterpolationConvertible = .bilinear,
        cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        antialias: Bool = false, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        let kind = Chosen(interpolation.interpolation, else: .bilinear)
        let mode = Chosen(fillMode.fillMode, else: .constant)
        self.height = height
        self.width = width
        self.interpolation = kind.value
        self.cropToAspectRatio = cropToAspectRatio
        self.padToAspectRatio = padToAspectRatio
        self.fillMode = mode.value
        self.fillValue = fillValue
        self.antialias = antialias
        super.init(dataFormat: dataFormat, name: name)
        note(kind.mistake, mode.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "height": .integer(height),
            "width": .integer(width),
            "interpolation": .string(interpolation.rawValue),
            "crop_to_aspect_ratio": .boolean(cropToAspectRatio),
            "pad_to_aspect_ratio": .boolean(padToAspectRatio),
            "fill_mode": .string(fillMode.rawValue),
            "fill_value": .number(fillValue),
            "antialias": .boolean(antialias),
        ])
    }

    package override var wantsFloats: Bool { false }

    public override func build(inputShape: [Int?]) throws { _ = try makeResizing() }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try untransformed(images)
    }

    override func untransformed(_ images: Tensor) throws -> Tensor {
        try makeResizing().resized(images).saturated(to: images.dtype)
    }

    private func makeResizing() throws -> ImageResizing {
        try ImageResizing(
            [height, width], interpolation, antialias: antialias, crops: cropToAspectRatio,
            pads: padToAspectRatio, fillMode, fillValue)
    }
}

extension Resizing: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("height"),
            try configuration.integer("width"),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            cropToAspectRatio: try configuration.boolean("crop_to_aspect_ratio", default: false),
            padToAspectRatio: try configuration.boolean("pad_to_aspect_ratio", default: false),
            fillMode: try configuration.choice("fill_mode", default: FillMode.constant),
            fillValue: try configuration.number("fill_value", default: 0),
            antialias: try configuration.boolean("antialias", default: false),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
