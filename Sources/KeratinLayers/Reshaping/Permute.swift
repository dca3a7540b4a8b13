import KeratinCore
import KeratinTensor

/// The axes of each sample in another order: axis i of the result is axis `dimensions[i]`, counted from 1 (axis 0 is
/// the batch, which stays).
public final class Permute: Layer {
    private let dimensions: [Int]

    /// - Parameter dimensions: for each axis of the result the axis of the input, which count from 1, without the batch.
    public init(_ dimensions: [Int], name: String? = nil) {
        self.dimensions = dimensions
        super.init(name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["dims": ConfigValue(dimensions)])
    }

    public override func build(inputShape: [Int?]) throws {
        guard dimensions.sorted() == Array(1..<(dimensions.count + 1)) else {
            throw KeratinError(
                .invalidArgument,
                "dimensions must hold 1…\(dimensions.count) in any order, got \(dimensions)")
        }
        try check(rank: inputShape.count)
    }

    private func check(rank: Int) throws {
        guard rank == dimensions.count + 1 else {
            throw KeratinError(
                .shapeMismatch, "expects rank \(dimensions.count + 1), got rank \(rank)")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try check(rank: input.rank)
        return input.transposed([0] + dimensions)
    }
}

extension Permute: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.integers("dims"), name: configuration.name)
    }
}
