import KeratinCore
import KeratinTensor

/// In training, changes the levels of each channel so that all are about as frequent. As in Keras all images of a batch are counted
/// together. Otherwise images are left alone.
public final class Equalization: ImageLayer {
    private let valueRange: ValueRange
    private let bins: Int

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - bins: how many levels are told apart.
    ///   - dataFormat: where the channels are.
    public init(
        _ valueRange: any NumbersConvertible = [0, 255], bins: Int = 256,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.valueRange = ValueRange(valueRange)
        self.bins = bins
        super.init(dataFormat: dataFormat, name: name)
        note(self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["value_range": valueRange.config, "bins": .integer(bins)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard (2...65536).contains(bins) else {
            throw KeratinError(.invalidArgument, "bins must lie in 2…65536, got \(bins)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let x = valueRange.moved(images, to: .bytes)
        let channels = images.shape[3]
        let starts = Tensor(indicesAlong: 0, shape: [channels]) * bins
        let place = (x * Double(bins - 1) / 255).clipped(0, Double(bins - 1)).cast(to: .int32)
        let counted = place + starts
        let ones = Tensor(repeating: 1, shape: [images.count])
        let counts = Tensor.apply(
            .scatterAdd(axis: 0, count: channels * bins),
            [ones, counted.reshaped([images.count])]
        ).reshaped([channels, bins])
        let upTo = ops.cumsum(counts, axis: 1)
        let isThere = upTo.binary(.greater, 0)
        let first = isThere.select(upTo, Tensor(Double(images.count)))
            .min(axes: [1], keepDimensions: true)
        let rest = upTo.images((bins - 1)..<bins, axis: 1) - first
        let table = ((upTo - first) * 255 / rest.binary(.maximum, 1)).unary(.round).clipped(0, 255)
        let level = (x / 255 * Double(bins - 1)).clipped(0, Double(bins - 1)).cast(to: .int32)
        let equal = table.reshaped([channels * bins]).gatherClamped(level + starts)
        let levels = counts.binary(.greater, 0).cast(to: .float32)
            .sum(axes: [1], keepDimensions: true).reshaped([channels])
        let result = levels.binary(.lessEqual, 1).select(x, equal)
        return ValueRange.bytes.moved(result, to: valueRange)
    }
}

extension Equalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.valueRange(),
            bins: try configuration.integer("bins", default: 256),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
