import KeratinCore
import KeratinTensor

/// Masks the steps of a sequence whose features all equal a value: they become 0, and later layers, losses and metrics
/// skip them. Inputs [batch, steps, features].
public final class Masking: Layer {
    private let maskValue: Double

    /// - Parameter maskValue: a step counts as missing if all its numbers equal this.
    public init(maskValue: Double = 0, name: String? = nil) {
        self.maskValue = maskValue
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["mask_value": .number(maskValue)])
    }

    public override func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        let differs = input.binary(.notEqual, maskValue).cast(to: .float32)
        return differs.max(axes: [-1]).binary(.greater, 0)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let mask = try computeMask(input, nil) else { return input }
        return mask.expandingDimension(at: -1)
            .select(input, Tensor(0, dtype: input.dtype))
    }
}

extension Masking: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            maskValue: try configuration.number("mask_value", default: 0), name: configuration.name)
    }
}
