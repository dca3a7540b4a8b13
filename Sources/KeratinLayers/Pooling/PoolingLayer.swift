import KeratinCore
import KeratinTensor

/// What the pooling layers have in common: one number for each window of each channel. Along an axis of n cells the
/// result has ⌊(n − pool) / stride⌋ + 1 for `valid` padding and ⌈n / stride⌉ for `same`.
public class PoolingLayer: SpatialLayer, BuiltInLayer {
    class var kind: Pooling.Kind { .maximum }
    private let poolSize: Extents
    private let strides: Extents?
    private let padding: Window.Padding

    /// - Parameter strides: nil: the pool's size.
    public init(
        poolSize: any AxisConvertible = 2, strides: (any AxisConvertible)? = nil,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.poolSize = Extents(poolSize)
        self.strides = strides.map { Extents($0) }
        let border = Chosen(padding.padding, else: .valid)
        self.padding = border.value
        super.init(dataFormat: dataFormat, name: name)
        note(border.mistake)
    }

    /// The same, the size of the pool first: `MaxPooling2D(2)`, `MaxPooling2D([2, 2], strides: 1)`.
    public convenience init(
        _ poolSize: any AxisConvertible, _ strides: any AxisConvertible,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            poolSize: poolSize, strides: strides, padding: padding, dataFormat: dataFormat,
            name: name)
    }

    /// The size of the windows by position.
    public convenience init(
        _ poolSize: any AxisConvertible, strides: (any AxisConvertible)? = nil,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(
            poolSize: poolSize, strides: strides, padding: padding, dataFormat: dataFormat,
            name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            poolSize: try configuration.extents("pool_size", default: 2),
            strides: try configuration.optionalExtents("strides"),
            padding: try configuration.padding(), dataFormat: try configuration.dataFormat(),
            name: configuration.name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "pool_size": ConfigValue(try poolSize.resolved(rank: rank, "poolSize")),
            "strides": ConfigValue(try (strides ?? poolSize).resolved(rank: rank, "strides")),
            "padding": .string(padding.rawValue), "data_format": .string(dataFormat.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        guard padding != .causal else {
            throw KeratinError(
                .invalidArgument, "padding must be one of 'valid', 'same', got 'causal'")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = try channelsLast(input)
        let window = Window(
            sizes: try poolSize.resolved(rank: rank, "poolSize"),
            strides: try (strides ?? poolSize).resolved(rank: rank, "strides"),
            padding: padding, input: Array(x.shape.dimensions[1...rank]))
        let pooling = Pooling(type(of: self).kind, window)
        return try dataFormat.outgoing(Tensor.fused(pooling, [x]))
    }
}

/// The maximum over windows of steps: inputs [batch, steps, channels].
public final class MaxPooling1D: PoolingLayer { override class var rank: Int { 1 } }

/// The maximum over windows of an image: inputs [batch, rows, columns, channels].
public final class MaxPooling2D: PoolingLayer {}

/// The maximum over windows of a volume: inputs [batch, x, y, z, channels].
public final class MaxPooling3D: PoolingLayer { override class var rank: Int { 3 } }

/// The mean over windows of steps; cells of the padding do not count.
public final class AveragePooling1D: PoolingLayer {
    override class var rank: Int { 1 }
    override class var kind: Pooling.Kind { .average }
}

/// The mean over windows of an image; cells of the padding do not count.
public final class AveragePooling2D: PoolingLayer {
    override class var kind: Pooling.Kind { .average }
}

/// The mean over windows of a volume; cells of the padding do not count.
public final class AveragePooling3D: PoolingLayer {
    override class var rank: Int { 3 }
    override class var kind: Pooling.Kind { .average }
}
