import KeratinCore

/// What a model is fed: the shape of one sample, without the batch.
public final class Input: Layer {
    public let shape: [Int?]
    /// The number of samples in every batch, if it is fixed.
    public let batchSize: Int?
    public let dtype: DType

    /// - Parameters:
    ///   - shape: the extents of one sample; nil for one that varies.
    ///   - batchSize: the number of samples in every batch, which stateful layers need; nil: it varies.
    ///   - dtype: what the data are converted to on their way in.
    public init(
        shape: [Int?], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil
    ) {
        self.shape = shape
        self.batchSize = batchSize
        self.dtype = dtype
        super.init(name: name)
    }

    /// The shape of a batch.
    package var batchShape: [Int?] { [batchSize] + shape }

    public override class var className: String { "InputLayer" }

    public override func getConfig() throws -> [String: ConfigValue] {
        [
            "name": .string(name), "batch_shape": ConfigValue(batchShape),
            "dtype": .string(dtype.rawValue), "sparse": false,
        ]
    }
}

extension Input: ConfigurableLayer {
    public convenience init(from configuration: Configuration) throws {
        let shape =
            try configuration.optionalShape("batch_shape")
            ?? configuration.optionalShape("batch_input_shape")
        guard let shape, !shape.isEmpty else {
            throw configuration.mismatch("batch_shape", expected: "a shape with its batch")
        }
        configuration.ignore("sparse", "ragged", "optional")
        let dtype = try configuration.string("dtype", default: "float32")
        self.init(
            shape: Array(shape.dropFirst()), batchSize: shape[0],
            dtype: dtype == "int64" ? .int32 : DType(rawValue: dtype) ?? .float32,
            name: configuration.name)
    }
}
