import KeratinCore
import KeratinTensor

/// What the pooling layers have in common.
public class PoolingLayer: Layer {
    private let kind: Pooling.Kind
    private let rank: Int
    private let poolSize: Extents
    private let strides: Extents?
    private let padding: Window.Padding
    private let dataFormat: DataFormat

    init(
        _ kind: Pooling.Kind, rank: Int, poolSize: Extents, strides: Extents?,
        padding: Window.Padding, dataFormat: DataFormat, name: String?
    ) {
        self.kind = kind
        self.rank = rank
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
        self.dataFormat = dataFormat
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func build(inputShape: [Int?]) throws {
        guard inputShape.count == rank + 2 else {
            throw KeratinError(
                .shapeMismatch, "expects rank \(rank + 2), got \(describe(inputShape))")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = try dataFormat.incoming(input)
        guard x.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        let sizes = try poolSize.resolved(rank: rank, "poolSize")
        let window = Window(
            sizes: sizes, strides: try strides?.resolved(rank: rank, "strides") ?? sizes,
            padding: padding, input: Array(x.shape.dimensions[1...rank]))
        return try dataFormat.outgoing(Tensor.apply(Pooling(kind, window), [x])[0])
    }
}

/// The maximum over windows of an image. Strides default to the pool's size.
public final class MaxPooling2D: PoolingLayer {
    public init(
        poolSize: Extents = 2, strides: Extents? = nil, padding: Window.Padding = .valid,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        super.init(
            .maximum, rank: 2, poolSize: poolSize, strides: strides, padding: padding,
            dataFormat: dataFormat, name: name)
    }
}

/// The mean over windows of an image; cells of the padding do not count. Strides default to the pool's
/// size.
public final class AveragePooling2D: PoolingLayer {
    public init(
        poolSize: Extents = 2, strides: Extents? = nil, padding: Window.Padding = .valid,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        super.init(
            .average, rank: 2, poolSize: poolSize, strides: strides, padding: padding,
            dataFormat: dataFormat, name: name)
    }
}
