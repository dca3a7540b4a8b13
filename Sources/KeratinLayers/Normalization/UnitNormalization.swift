import KeratinTensor

/// x/√Σx² over some axes: each vector gets length 1. A vector of zeros stays zero.
public final class UnitNormalization: Layer {
    private let axis: Axes

    /// - Parameter axis: the axes along which the vectors lie.
    public init(axis: any AxisConvertible = -1, name: String? = nil) {
        self.axis = Axes(axis)
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["axis": axis.config])
    }

    public override func build(inputShape: [Int?]) throws {
        _ = try axis.resolved(rank: inputShape.count)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try input.unitVectors(axes: axis.resolved(rank: input.rank), shortest: 1e-12)
    }
}

extension UnitNormalization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            axis: try Axes(from: configuration, "axis", default: -1), name: configuration.name)
    }
}
