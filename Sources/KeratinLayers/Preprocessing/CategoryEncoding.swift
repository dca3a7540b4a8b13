import KeratinCore
import KeratinTensor

/// Rows in place of the numbers of categories, 0..<numTokens.
///
/// In mode `oneHot` each number has a row that is 1 at its place: […] → […, numTokens], where a last axis of extent 1 gives way. In the
/// modes `multiHot` and `count` a sample has one row, which is 1 at the places of all its numbers, or says how often each occurs:
/// [batch, n] → [batch, numTokens]. Fractions of floats are cut off.
///
/// Numbers outside, NaN among them, have no column, as with Keras on JAX; on TensorFlow Keras stops at negative ones.
public final class CategoryEncoding: Layer {
    private let numTokens: Int
    private let mode: Chosen<OutputMode>

    /// - Parameters:
    ///   - numTokens: how many categories there are.
    ///   - outputMode: `multiHot`, `oneHot` or `count`.
    public init(
        _ numTokens: Int, outputMode: any OutputModeConvertible = .multiHot, name: String? = nil
    ) {
        self.numTokens = numTokens
        mode = Chosen(
            outputMode, among: [.multiHot, .oneHot, .count], at: "CategoryEncoding")
        super.init(name: name)
        note(mode.mistake, mistakeOf { try requireCount() })
    }

    /// The same with a name for the number of categories: `CategoryEncoding(numTokens: 4)`.
    public convenience init(
        numTokens: Int, outputMode: any OutputModeConvertible = .multiHot, name: String? = nil
    ) {
        self.init(numTokens, outputMode: outputMode, name: name)
    }

    private func requireCount() throws {
        try CategoryNumbers.requireCount(numTokens, "numTokens", at: place)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "num_tokens": .integer(numTokens), "output_mode": .string(mode.value.rawValue),
        ])
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        if let mistake { throw mistake }
        guard inputs.count == 1 else {
            throw KeratinError(
                .invalidArgument, "takes one input, got \(inputs.count)", at: place)
        }
        try context.require(only: ["count_weights"])
        let weights = context.tensor("count_weights")
        if let weights {
            guard mode.value == .count else {
                throw KeratinError(
                    .invalidArgument,
                    "countWeights are for the output mode count, not \(mode.value.rawValue)",
                    at: place)
            }
            guard weights.shape == inputs[0].shape else {
                throw KeratinError(
                    .shapeMismatch,
                    "countWeights need the inputs' shape \(inputs[0].shape), got \(weights.shape)",
                    at: place)
            }
        }
        return [
            try CategoryNumbers.encoded(
                inputs[0], as: mode.value, depth: numTokens, weights: weights)
        ]
    }

    /// Counts the categories, where each number counts for a weight of its own, in mode `count`.
    /// - Parameter countWeights: of the shape of the input.
    /// - Returns: a tensor that carries the error if the layer has another mode or the shapes differ.
    public func callAsFunction(
        _ input: any TensorConvertible, countWeights: any TensorConvertible, training: Bool = false
    ) -> Tensor {
        Tensor.carrying {
            let context = CallContext(
                training: training, tensors: ["count_weights": [countWeights.tensor]])
            return try apply([input.tensor], context)[0]
        }
    }
}

extension CategoryEncoding: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        try configuration.refuseSparse()
        self.init(
            try configuration.integer("num_tokens"),
            outputMode: try configuration.string("output_mode", default: "multi_hot"),
            name: configuration.name)
        if let mistake { throw mistake }
    }
}

extension Layer {
    /// What a check throws; nil if it throws nothing.
    final func mistakeOf(_ check: () throws -> Void) -> (any Error)? {
        do {
            try check()
            return nil
        } catch { return error }
    }
}
