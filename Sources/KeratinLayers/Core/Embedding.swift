import KeratinCore
import KeratinTensor

/// A row of a table for each number: inputs […] of integers 0..<inputDim (float32 is truncated), result […, outputDim].
///
/// Weight: embeddings (inputDim, outputDim). As the first layer of a model it refuses numbers outside of the table with
/// an error that names them. Elsewhere they are taken for the nearest row, and who runs the model throws afterwards.
public class Embedding: Layer {
    let inputDim: Int
    let outputDim: Int
    let specification: WeightSpecification
    let maskZero: Bool
    private(set) var embeddings: Variable?

    // Disfavoured: ReversibleEmbedding inherits it and has one of its own.
    /// - Parameters:
    ///   - inputDim: how many rows there are: the largest number and 1.
    ///   - outputDim: the length of a row.
    ///   - maskZero: whether 0 stands for padding, which later layers, losses and metrics skip.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    @_disfavoredOverload
    public convenience init(
        _ inputDim: Int, _ outputDim: Int,
        embeddingsInitializer: any InitializerConvertible = .randomUniform(),
        embeddingsRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        embeddingsConstraint: (any ConstraintConvertible)? = nil, maskZero: Bool = false,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            inputDim, outputDim,
            WeightSpecification(
                embeddingsInitializer, embeddingsRegularizer, embeddingsConstraint),
            maskZero: maskZero, name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
        sampleShape = inputShape
    }

    init(
        _ inputDim: Int, _ outputDim: Int, _ specification: WeightSpecification, maskZero: Bool,
        name: String?
    ) {
        self.inputDim = inputDim
        self.outputDim = outputDim
        self.specification = specification
        self.maskZero = maskZero
        super.init(name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        // The length of sequences, which Keras 2 was told for layers after it.
        configuration.ignore("input_length", "sparse")
        try configuration.refuseQuantization()
        self.init(
            try configuration.integer("input_dim"), try configuration.integer("output_dim"),
            try WeightSpecification(
                from: configuration, "embeddings", default: .randomUniform()),
            maskZero: try configuration.boolean("mask_zero", default: false),
            name: configuration.name)
    }

    public override var supportsMasking: Bool { maskZero }

    public override func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        maskZero ? input.binary(.notEqual, 0) : nil
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "input_dim": .integer(inputDim), "output_dim": .integer(outputDim),
                "mask_zero": .boolean(maskZero),
                "activity_regularizer": activityRegularizer.serialized(),
            ])
            .adding(specification.config("embeddings"))
    }

    public override func build(inputShape: [Int?]) throws {
        guard inputDim > 0, outputDim > 0 else {
            throw KeratinError(
                .invalidArgument,
                "inputDim and outputDim must be positive, got \(inputDim) and \(outputDim)")
        }
        embeddings = try addWeight(
            name: "embeddings", shape: [inputDim, outputDim], specification)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let embeddings = try built(self.embeddings)
        let (table, indices) = (try embeddings.read(), input.cast(to: .int32))
        let isChecked = try Trace.current?.isChecked(self, input) ?? false
        let rows = isChecked ? table.gatherClamped(indices) : table.gather(indices)
        try Trace.current?.remember(rows: rows, of: table, at: indices)
        return rows
    }

    /// - Throws: `KeratinError` for the first number outside of the table, with its place.
    package override func check(data: HostArray) throws {
        let limit = inputDim
        func fails(_ index: Int, _ value: String) -> KeratinError {
            var (rest, position) = (index, [Int]())
            for extent in data.shape.dimensions.reversed() {
                position.insert(rest % extent, at: 0)
                rest /= extent
            }
            return KeratinError(
                .invalidData,
                "the number \(value) at \(position) is not in the vocabulary 0..<\(limit)",
                at: place)
        }
        switch data.storage {
        case .int32(let values):
            if let index = values.firstIndex(where: { $0 < 0 || $0 >= limit }) {
                throw fails(index, String(values[index]))
            }
        case .uint8(let values):
            if let index = values.firstIndex(where: { $0 >= limit }) {
                throw fails(index, String(values[index]))
            }
        case .int64(let values):
            if let index = values.firstIndex(where: { $0 < 0 || $0 >= limit }) {
                throw fails(index, String(values[index]))
            }
        case .bool(let values):
            if let index = values.firstIndex(where: { $0 && limit < 2 }) {
                throw fails(index, "true")
            }
        case .float32(let values):
            // Truncation makes 0 of what lies above −1; no comparison holds for NaN.
            let size = Float(limit)
            if let index = values.firstIndex(where: { !($0 > -1 && $0 < size) }) {
                throw fails(index, String(values[index]))
            }
        }
    }
}

extension Embedding: BuiltInLayer {}
