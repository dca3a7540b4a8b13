import KeratinCore
import KeratinTensor

/// scale·x + offset, as float32. Arrays count for the last axes.
public final class Rescaling: Layer {
    private let scale: Numbers
    private let offset: Numbers
    private let scaleConstant: HostConstant
    private let offsetConstant: HostConstant

    /// The same scale and offset everywhere: `Rescaling(1.0 / 255)`.
    public convenience init(_ scale: Double, offset: Double = 0, name: String? = nil) {
        self.init(Numbers(scale), offset: Numbers(offset), name: name)
    }

    /// - Parameters:
    ///   - scale: a number, or an array that is broadcast to the inputs: one number for each
    ///     position along the last axis, or an `NDArray` for the last axes.
    ///   - offset: likewise.
    @_disfavoredOverload
    public init(
        _ scale: any NumbersConvertible, offset: any NumbersConvertible = 0.0, name: String? = nil
    ) {
        self.scale = Numbers(scale)
        self.offset = Numbers(offset)
        scaleConstant = HostConstant(self.scale)
        offsetConstant = HostConstant(self.offset)
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["scale": scale.config, "offset": offset.config])
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = input.cast(to: .float32)
        let scaled =
            scale.shape == .scalar ? x * scale.values[0] : try x * scaleConstant.read()
        return offset.shape == .scalar
            ? scaled + offset.values[0] : try scaled + offsetConstant.read()
    }
}

extension Rescaling: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        guard let scale = try configuration.optionalNumbersArray("scale") else {
            throw configuration.mismatch("scale", expected: "a number or an array of numbers")
        }
        self.init(
            scale, offset: try configuration.optionalNumbersArray("offset") ?? Numbers(0),
            name: configuration.name)
    }
}
