import KeratinCore
import KeratinTensor

/// Each sample in another shape; one extent may be −1.
public final class Reshape: Layer {
    private let targetShape: [Int]

    public init(_ targetShape: [Int], name: String? = nil) {
        self.targetShape = targetShape
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let samples = input.shape.dimensions.first else {
            throw KeratinError(.shapeMismatch, "expects a batch, got a scalar")
        }
        let sample = Shape(Array(input.shape.dimensions.dropFirst()))
        let target = try sample.resolve(target: Shape(targetShape))
        return try input.reshaped(Shape([samples] + target.dimensions))
    }
}
