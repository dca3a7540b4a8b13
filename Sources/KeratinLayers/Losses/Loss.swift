import KeratinCore
import KeratinTensor

/// What training makes small: `.meanSquaredError`, `"mse"`, `.binaryCrossentropy(fromLogits: true)`, or a
/// closure over (yTrue, yPred) that gives a loss a sample. Formulas and reductions are Keras 3's.
public struct Loss: Sendable, ExpressibleByStringLiteral {
    /// How the losses of the samples become one number.
    public enum Reduction: String, Sendable {
        /// Their sum, divided by how many there are.
        case sumOverBatchSize = "sum_over_batch_size"
        case sum
    }

    /// Keras's snake_case name.
    public let name: String
    let body: (@Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor)?
    public var reduction: Reduction

    /// A loss of your own.
    public init(
        _ name: String, reduction: Reduction = .sumOverBatchSize,
        _ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        self.name = name
        self.reduction = reduction
        self.body = body
    }

    /// By Keras's name or short form; an unknown one throws at `compile`.
    public init(stringLiteral value: String) {
        let loss = Loss.known[value]
        name = loss?.name ?? value
        body = loss?.body
        reduction = .sumOverBatchSize
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if body == nil { throw unknownName(name, among: Loss.known.keys.sorted(), what: "loss") }
    }

    /// The losses of the samples, not reduced. Ranks that differ by a last extent of 1 are made equal.
    package func perSample(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        try validate()
        let (yTrue, yPred) = try Loss.sameRank(yTrue, yPred)
        return try body!(yTrue, yPred)
    }

    /// The loss of a batch, one number.
    public func callAsFunction(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        let losses = try perSample(yTrue, yPred)
        let sum = try losses.sum()
        switch reduction {
        case .sum: return sum
        // No losses, no loss: dividing by zero would make it NaN.
        case .sumOverBatchSize: return try sum * (1 / Double(Swift.max(losses.count, 1)))
        }
    }

    /// Keras's rule for ranks that differ by one: a last extent of 1 is dropped, or added to a vector.
    package static func sameRank(_ a: Tensor, _ b: Tensor) throws -> (Tensor, Tensor) {
        func squeezed(_ x: Tensor) throws -> Tensor {
            try x.reshaped(Shape(Array(x.shape.dimensions.dropLast())))
        }
        if a.rank == b.rank + 1, a.shape.dimensions.last == 1 {
            return b.rank == 1 ? (a, try b.expandingDimension(at: -1)) : (try squeezed(a), b)
        }
        if b.rank == a.rank + 1, b.shape.dimensions.last == 1 {
            return a.rank == 1 ? (try a.expandingDimension(at: -1), b) : (a, try squeezed(b))
        }
        return (a, b)
    }

    private static let known: [String: Loss] = {
        let all = [
            meanSquaredError, binaryCrossentropy(), categoricalCrossentropy(),
            sparseCategoricalCrossentropy(),
        ]
        var known = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
        known["mse"] = all[0]
        known["MSE"] = all[0]
        known["MeanSquaredError"] = all[0]
        known["bce"] = all[1]
        known["BCE"] = all[1]
        known["BinaryCrossentropy"] = all[1]
        known["CategoricalCrossentropy"] = all[2]
        known["SparseCategoricalCrossentropy"] = all[3]
        return known
    }()
}
