import KeratinCore
import KeratinTensor

/// Each sample's vector n times: [batch, features] → [batch, n, features].
public final class RepeatVector: Layer {
    private let count: Int

    /// - Parameter count: the extent of the new axis.
    public init(_ count: Int, name: String? = nil) {
        self.count = count
        super.init(name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["n": .integer(count)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard count > 0 else {
            throw KeratinError(.invalidArgument, "the count must be positive, got \(count)")
        }
        guard inputShape.count == 2 else {
            throw KeratinError(.shapeMismatch, "expects rank 2, got \(describe(inputShape))")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank == 2 else {
            throw KeratinError(.shapeMismatch, "expects rank 2, got \(input.shape)")
        }
        let shape: Shape = [input.shape[0], count, input.shape[1]]
        return input.expandingDimension(at: 1).broadcast(to: shape)
    }
}

extension RepeatVector: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.integer("n"), name: configuration.name)
    }
}
