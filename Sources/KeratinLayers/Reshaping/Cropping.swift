import KeratinCore
import KeratinTensor

/// What the cropping layers have in common: cells taken off both ends of each spatial axis.
public class CroppingLayer: SpatialLayer {
    private let cropping: Borders

    init(cropping: Borders, dataFormat: any DataFormatConvertible, name: String?) {
        self.cropping = cropping
        super.init(dataFormat: dataFormat, name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        config["cropping"] = try cropping.config(rank: rank, "cropping")
        // Keras has no data format for one axis.
        if rank > 1 { config["data_format"] = .string(dataFormat.rawValue) }
        return config
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        _ = try cropping.resolved(rank: rank, "cropping")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        var starts = [Int](repeating: 0, count: rank + 2)
        var limits = input.shape.dimensions
        for (axis, sides) in zip(spatialAxes, try cropping.resolved(rank: rank, "cropping")) {
            guard sides.low + sides.high < limits[axis] else {
                throw KeratinError(
                    .shapeMismatch,
                    "cropping \(sides.low) + \(sides.high) cells leaves nothing of axis \(axis) of \(input.shape)"
                )
            }
            starts[axis] = sides.low
            limits[axis] -= sides.high
        }
        return input.slice(starts: starts, limits: limits)
    }
}

/// Steps taken off both ends of a sequence: inputs [batch, steps, channels].
public final class Cropping1D: CroppingLayer, BuiltInLayer {
    override class var rank: Int { 1 }

    /// - Parameter cropping: one number for both ends, or what goes before and after.
    public init(cropping: Borders = 1, name: String? = nil) {
        super.init(cropping: cropping, dataFormat: .channelsLast, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            cropping: try Borders(from: configuration, "cropping", default: 1),
            name: configuration.name)
    }
}

/// Rows and columns taken off an image: inputs [batch, rows, columns, channels].
public final class Cropping2D: CroppingLayer, BuiltInLayer {
    /// - Parameter cropping: one number for all sides, one an axis, or a pair an axis.
    public override init(
        cropping: Borders = 0, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        super.init(cropping: cropping, dataFormat: dataFormat, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            cropping: try Borders(from: configuration, "cropping", default: 0),
            dataFormat: try configuration.dataFormat(), name: configuration.name)
    }
}

/// Cells taken off all sides of a volume: inputs [batch, x, y, z, channels].
public final class Cropping3D: CroppingLayer, BuiltInLayer {
    override class var rank: Int { 3 }

    /// - Parameter cropping: one number for all sides, one an axis, or a pair an axis.
    public override init(
        cropping: Borders = 1, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        super.init(cropping: cropping, dataFormat: dataFormat, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            cropping: try Borders(from: configuration, "cropping", default: 1),
            dataFormat: try configuration.dataFormat(), name: configuration.name)
    }
}
