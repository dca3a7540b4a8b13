import KeratinCore
import KeratinTensor

/// Each sample in another shape; one extent may be −1.
public final class Reshape: Layer {
    private let targetShape: [Int]

    /// - Parameter targetShape: the extents without the batch; one may be −1, which follows from the others.
    public init(_ targetShape: [Int], name: String? = nil) {
        self.targetShape = targetShape
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["target_shape": ConfigValue(targetShape)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard targetShape.filter({ $0 == -1 }).count <= 1, targetShape.allSatisfy({ $0 >= -1 })
        else {
            throw KeratinError(
                .invalidArgument,
                "targetShape needs extents of 0 or more, and −1 at most once, got \(targetShape)")
        }
    }

    /// With an unknown extent in the input an extent of −1 is unknown too: whether it comes out even is not known.
    public override func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        guard inputs.count == 1, inputs[0].extents.dropFirst().contains(nil) else {
            return try super.outputTypes(for: inputs, context)
        }
        let extents = [inputs[0].extents[0]] + targetShape.map { $0 == -1 ? nil : $0 }
        return [SymbolicType(extents, inputs[0].dtype)]
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let samples = input.shape.dimensions.first else {
            throw KeratinError(.shapeMismatch, "expects a batch, got a scalar")
        }
        let sample = Shape(Array(input.shape.dimensions.dropFirst()))
        let target = try sample.resolve(target: Shape(targetShape))
        return input.reshaped(Shape([samples] + target.dimensions))
    }
}

extension Reshape: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.integers("target_shape"), name: configuration.name)
    }
}
