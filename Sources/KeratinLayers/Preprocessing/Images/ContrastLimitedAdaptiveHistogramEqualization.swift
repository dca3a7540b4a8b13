import KeratinCore
import KeratinTensor

/// Changes the levels of each channel so that around each pixel all are about as frequent, but no contrast grows too much (CLAHE,
/// Zuiderveld 1994). Each tile of an image has its own levels; between the middles of tiles they go over into each other.
public final class ContrastLimitedAdaptiveHistogramEqualization: ImageLayer {
    private let valueRange: ValueRange
    private let clipLimit: Double
    private let tileGridSize: Extents

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - clipLimit: how much more frequent than the mean a level of a tile can count; 0: any.
    ///   - tileGridSize: how many tiles there are along rows and columns.
    ///   - dataFormat: where the channels are.
    public init(
        valueRange: any NumbersConvertible = [0, 255], clipLimit: Double = 4,
        tileGridSize: any AxisConvertible = [8, 8],
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.valueRange = ValueRange(valueRange)
        self.clipLimit = clipLimit
        self.tileGridSize = Extents(tileGridSize)
        super.init(dataFormat: dataFormat, name: name)
        note(self.valueRange.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "value_range": valueRange.config,
            "clip_limit": .number(clipLimit),
            "tile_grid_size": ConfigValue(tileGridSize.values),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        let grid = try tileGridSize.resolved(rank: 2, "tileGridSize")
        guard grid.allSatisfy({ $0 <= 4096 }) else {
            throw KeratinError(.invalidArgument, "tileGridSize is too large: \(grid)")
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        try untransformed(images)
    }

    override func untransformed(_ images: Tensor) throws -> Tensor {
        let grid = try tileGridSize.resolved(rank: 2, "tileGridSize")
        let tiles = ImageTiles(images, grid)
        let x = tiles.padded(valueRange.moved(images, to: .bytes))
        let levels = x.clipped(0, 255).cast(to: .int32)
        let table = equalized(tiles.counts(levels), tiles.pixels)
        return ValueRange.bytes.moved(tiles.looked(up: levels, in: table), to: valueRange)
    }

    /// What each level of each tile becomes: [batch, grid rows, grid columns, channels, 256] of how often levels occur.
    private func equalized(_ counts: Tensor, _ pixels: Int) -> Tensor {
        var counts = counts
        if clipLimit > 0 {
            let clipped = counts.clipped(0, clipLimit * Double(pixels) / 256)
            let excess = (counts - clipped).sum(axes: [4], keepDimensions: true)
            counts = clipped + excess / 256
        }
        let upTo = ops.cumsum(counts, axis: 4)
        let least = upTo.min(axes: [4], keepDimensions: true)
        let rest = least * -1 + Double(pixels)
        let divisor = rest.binary(.equal, 0).select(Tensor(1), rest)
        return ((upTo - least) * 255 / divisor).clipped(0, 255)
    }
}

extension ContrastLimitedAdaptiveHistogramEqualization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            valueRange: try configuration.valueRange(),
            clipLimit: try configuration.number("clip_limit", default: 4),
            tileGridSize: try configuration.extents("tile_grid_size", default: [8, 8]),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
