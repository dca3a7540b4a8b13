import KeratinCore
import KeratinTensor

/// The middle of images. Of an image that is too small in one direction the largest part of the right shape is made larger.
public final class CenterCrop: ImageLayer {
    private let height: Int
    private let width: Int

    /// - Parameters:
    ///   - height: the rows that come out.
    ///   - width: the columns that come out.
    ///   - dataFormat: where the channels are.
    public init(
        _ height: Int, _ width: Int, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.height = height
        self.width = width
        super.init(dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["height": .integer(height), "width": .integer(width)])
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try ImageResizing([height, width])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try untransformed(images)
    }

    override func untransformed(_ images: Tensor) throws -> Tensor {
        let (top, left) = (images.shape[1] - height, images.shape[2] - width)
        let resizing = try ImageResizing([height, width], crops: true)
        guard top >= 0, left >= 0 else { return try resizing.resized(images) }
        return images.slice(
            starts: [0, top / 2, left / 2, 0],
            limits: [images.shape[0], top / 2 + height, left / 2 + width, images.shape[3]])
    }
}

extension CenterCrop: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("height"),
            try configuration.integer("width"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
