import KeratinCore
import KeratinTensor

/// In training, a part of images at a random place, the same one for all images of a batch. Otherwise, and where images are not larger in
/// both directions, the largest middle part of the right shape, resized.
///
/// Keras documents this, but gives whole images when it is not training; then a model would have other shapes than in training.
public final class RandomCrop: RandomImageLayer {
    private let height: Int
    private let width: Int

    /// - Parameters:
    ///   - height: the rows that come out.
    ///   - width: the columns that come out.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ height: Int, _ width: Int, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.height = height
        self.width = width
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["height": .integer(height), "width": .integer(width)])
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try ImageResizing([height, width])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let (rows, columns) = (images.shape[1], images.shape[2])
        guard rows > height, columns > width else { return try untransformed(images) }
        func start(_ count: Int) throws -> Tensor {
            try draws.uniform([1], 0, Double(count)).cast(to: .int32)
        }
        let (top, left) = (try start(rows - height + 1), try start(columns - width + 1))
        return images.gatherClamped(Tensor(indicesAlong: 0, shape: [height]) + top, axis: 1)
            .gatherClamped(Tensor(indicesAlong: 0, shape: [width]) + left, axis: 2)
    }

    override func untransformed(_ images: Tensor) throws -> Tensor {
        try ImageResizing([height, width], crops: true).resized(images)
    }
}

extension RandomCrop: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("height"),
            try configuration.integer("width"),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
