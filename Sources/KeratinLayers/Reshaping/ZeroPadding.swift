import KeratinCore
import KeratinTensor

/// Zeros around the spatial axes of inputs.
public class ZeroPaddingLayer: SpatialLayer, BuiltInLayer {
    private let padding: Borders

    /// - Parameter padding: the zeros before and after each axis: one number for all sides, one an axis, or a pair an
    ///   axis; of a single axis, two numbers are what comes before and after it.
    public init(
        padding: Borders = 1, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.padding = padding
        super.init(dataFormat: dataFormat, name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            padding: try Borders(from: configuration, "padding", default: 1),
            dataFormat: try configuration.dataFormat(), name: configuration.name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "padding": try padding.config(rank: rank, "padding"),
            "data_format": .string(dataFormat.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        _ = try padding.resolved(rank: rank, "padding")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        var (low, high) = (
            [Int](repeating: 0, count: rank + 2), [Int](repeating: 0, count: rank + 2)
        )
        for (axis, sides) in zip(spatialAxes, try padding.resolved(rank: rank, "padding")) {
            (low[axis], high[axis]) = sides
        }
        return input.padded(low: low, high: high)
    }
}

/// Zeros before and after a sequence: inputs [batch, steps, channels].
public final class ZeroPadding1D: ZeroPaddingLayer { override class var rank: Int { 1 } }

/// Zeros around an image: inputs [batch, rows, columns, channels].
public final class ZeroPadding2D: ZeroPaddingLayer {}

/// Zeros around a volume: inputs [batch, x, y, z, channels].
public final class ZeroPadding3D: ZeroPaddingLayer { override class var rank: Int { 3 } }
