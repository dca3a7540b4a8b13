import KeratinCore
import KeratinTensor

/// What the upsampling layers have in common: each spatial axis becomes a whole number of times as long.
public class UpSamplingLayer: SpatialLayer {
    fileprivate let size: Extents
    fileprivate let interpolation: Interpolation
    private var matrices: [[Int]: HostConstant] = [:]

    init(
        size: any AxisConvertible, interpolation: any InterpolationConvertible,
        dataFormat: any DataFormatConvertible, name: String?
    ) {
        let kind = Chosen(interpolation.interpolation, else: .nearest)
        self.size = Extents(size)
        self.interpolation = kind.value
        super.init(dataFormat: dataFormat, name: name)
        note(kind.mistake)
        if kind.value == .area {
            note(
                KeratinError(
                    .invalidArgument,
                    "interpolation 'area' makes images smaller; upsampling has nearest, bilinear, bicubic, lanczos3 and lanczos5",
                    at: place))
        }
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "size": ConfigValue(try size.resolved(rank: rank, "size")),
            "data_format": .string(dataFormat.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        _ = try size.resolved(rank: rank, "size")
    }

    public override func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        // The matrices of an interpolation need not be made for this.
        guard interpolation != .nearest, inputs.count == 1 else {
            return try super.outputTypes(for: inputs, context)
        }
        var shape = inputs[0].extents
        for (axis, factor) in zip(spatialAxes, try size.resolved(rank: rank, "size")) {
            shape[axis] = try shape[axis].map { extent in
                let (product, overflow) = extent.multipliedReportingOverflow(by: factor)
                guard !overflow else {
                    throw KeratinError(
                        .shapeMismatch, "\(extent) cells \(factor) times are too many", at: place)
                }
                return product
            }
        }
        return [SymbolicType(shape)]
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let factors = try size.resolved(rank: rank, "size")
        guard interpolation != .nearest else { return try repeated(input, factors) }
        return try dataFormat.outgoing(interpolated(channelsLast(input), factors))
    }

    /// Each cell as a block of its copies.
    private func repeated(_ input: Tensor, _ factors: [Int]) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        var (cells, blocks, result) = ([Int](), [Int](), input.shape)
        for (axis, extent) in input.shape.dimensions.enumerated() {
            let isSpatial = spatialAxes.contains(axis)
            let factor = isSpatial ? factors[axis - spatialAxes.lowerBound] : 1
            cells += isSpatial ? [extent, 1] : [extent]
            blocks += isSpatial ? [extent, factor] : [extent]
            result[axis] = extent * factor
        }
        return input.reshaped(Shape(cells)).broadcast(to: Shape(blocks)).reshaped(result)
    }

    /// Axis by axis a product with the matrix that says what each cell counts for.
    private func interpolated(_ x: Tensor, _ factors: [Int]) throws -> Tensor {
        var y = x
        for (axis, factor) in zip(1..., factors) {
            let extents = y.shape.dimensions
            let before = extents[..<axis].reduce(1, *)
            let after = extents[(axis + 1)...].reduce(1, *)
            var shape = y.shape
            shape[axis] *= factor
            y = try matrix(extents[axis], factor).matmul(
                y.reshaped([before, extents[axis], after])
            )
            .reshaped(shape)
        }
        return y
    }

    private func matrix(_ count: Int, _ factor: Int) throws -> Tensor {
        guard count * factor <= 1 << 15 else {
            throw KeratinError(
                .unavailable,
                "interpolates to \(1 << 15) cells along an axis at most, asked for \(count * factor)"
            )
        }
        let known = matrices[[count, factor]]
        let constant =
            known
            ?? HostConstant(
                interpolation.matrix(count: count, size: count * factor),
                shape: [count * factor, count])
        matrices[[count, factor]] = constant
        return try constant.read()
    }
}

/// Each step several times: inputs [batch, steps, channels].
public final class UpSampling1D: UpSamplingLayer, BuiltInLayer {
    override class var rank: Int { 1 }

    /// - Parameter size: how often each step is repeated.
    public init(size: Int = 2, name: String? = nil) {
        super.init(
            size: size, interpolation: .nearest, dataFormat: .channelsLast, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(size: try configuration.integer("size", default: 2), name: configuration.name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        // Keras has a plain number and no data format here.
        config["size"] = .integer(size.values[0])
        config["data_format"] = nil
        return config
    }
}

/// An image made larger: inputs [batch, rows, columns, channels].
public final class UpSampling2D: UpSamplingLayer, BuiltInLayer {
    /// - Parameters:
    ///   - size: how often rows and columns are repeated.
    ///   - interpolation: how pixels in between are found.
    public override init(
        size: any AxisConvertible = 2, interpolation: any InterpolationConvertible = .nearest,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        super.init(size: size, interpolation: interpolation, dataFormat: dataFormat, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        let kind = try configuration.choice("interpolation", default: Interpolation.nearest)
        guard kind != .area else {
            throw configuration.mismatch(
                "interpolation", expected: "nearest, bilinear, bicubic, lanczos3 or lanczos5")
        }
        self.init(
            size: try configuration.extents("size", default: 2), interpolation: kind,
            dataFormat: try configuration.dataFormat(), name: configuration.name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["interpolation": .string(interpolation.rawValue)])
    }
}

/// A volume made larger, each cell repeated: inputs [batch, x, y, z, channels].
public final class UpSampling3D: UpSamplingLayer, BuiltInLayer {
    override class var rank: Int { 3 }

    /// - Parameter size: how often each cell is repeated along each axis.
    public init(
        size: any AxisConvertible = 2, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        super.init(size: size, interpolation: .nearest, dataFormat: dataFormat, name: name)
    }

    package convenience init(from configuration: Configuration) throws {
        self.init(
            size: try configuration.extents("size", default: 2),
            dataFormat: try configuration.dataFormat(), name: configuration.name)
    }
}
