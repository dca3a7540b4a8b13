import KeratinCore
import KeratinTensor

/// What a model is fed: the shape of one sample, without the batch.
public final class Input: Layer {
    /// The extents of a sample, without the batch; nil where they may differ from batch to batch.
    public let shape: [Int?]
    /// The number of samples in every batch, if it is fixed.
    public let batchSize: Int?
    /// The element type on the device.
    public var dtype: DType { type.device }
    /// The type of the data, as files name it.
    package let type: InputType

    /// - Parameters:
    ///   - shape: the extents of one sample; nil for one that varies.
    ///   - batchSize: the number of samples in every batch, which stateful layers need; nil: it varies.
    ///   - dtype: what the data are converted to on their way in.
    public convenience init(
        shape: [Int?], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil
    ) {
        self.init(shape: shape, batchSize: batchSize, type: InputType(dtype), name: name)
    }

    /// The same with the name before the type.
    public convenience init(shape: [Int?], batchSize: Int? = nil, name: String, dtype: DType) {
        self.init(shape: shape, batchSize: batchSize, type: InputType(dtype), name: name)
    }

    package init(shape: [Int?], batchSize: Int?, type: InputType, name: String?) {
        self.shape = shape
        self.batchSize = batchSize
        self.type = type
        super.init(name: name)
    }

    /// Graphs keep it alive.
    private weak var node: GraphNode?

    /// The symbolic tensor that the input stands for in graphs.
    public var tensor: Tensor {
        lock.withLock {
            if let node { return node.outputs[0] }
            markBuilt()
            let node = GraphNode(GraphInput(self), type: SymbolicType(batchShape, dtype))
            self.node = node
            return node.outputs[0]
        }
    }

    /// The shape of a batch.
    package var batchShape: [Int?] { [batchSize] + shape }

    public override class var className: String { "InputLayer" }

    /// A line that would make the input: `Input(shape: [28, 28], name: "image")`.
    public override var description: String {
        var arguments: [(key: String, value: ConfigValue)] = [("shape", ConfigValue(shape))]
        if let batchSize { arguments.append(("batch_size", .integer(batchSize))) }
        if type != .float32 { arguments.append(("dtype", .string(type.rawValue))) }
        return PrintedArguments.call("Input", arguments + [("name", .string(name))])
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        [
            "name": .string(name), "batch_shape": ConfigValue(batchShape),
            "dtype": .string(type.rawValue), "sparse": false,
        ]
    }
}

extension Input: TensorConvertible {}

extension Input: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        let shape =
            try configuration.optionalShape("batch_shape")
            ?? configuration.optionalShape("batch_input_shape")
        guard let shape, !shape.isEmpty else {
            throw configuration.mismatch("batch_shape", expected: "a shape with its batch")
        }
        configuration.ignore("sparse", "ragged", "optional")
        // A type, or in some files a policy of which the name is a type.
        var word = "float32"
        if case .string(let name)? = configuration.value("dtype")?["config"]?["name"] {
            word = name
        } else {
            word = try configuration.string("dtype", default: word)
        }
        guard let type = InputType(rawValue: word) else {
            throw KeratinError(
                .unavailable, "inputs of the type '\(word)' are not there",
                at: configuration.className)
        }
        self.init(
            shape: Array(shape.dropFirst()), batchSize: shape[0], type: type,
            name: configuration.name)
    }
}
