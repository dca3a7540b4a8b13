import KeratinCore
import KeratinTensor

/// The bin of several categories together: the same bin for the same combination, by joined fingerprints, as TensorFlow's
/// `sparse.cross_hashed` computes them.
///
/// Columns are of texts or of whole numbers, of one shape: [rows] or [rows, 1]. Results: in mode `int` the bins' numbers, int32 of that
/// shape; in mode `oneHot` float32 [rows, numBins].
///
/// Combinations are hashed on the host, before a model: as a step of a model the layer throws.
public final class HashedCrossing: Layer {
    private let numBins: Int
    private let mode: Chosen<OutputMode>

    /// - Parameters:
    ///   - numBins: how many bins there are.
    ///   - outputMode: `int` or `oneHot`.
    public init(
        _ numBins: Int, outputMode: any OutputModeConvertible = .int, name: String? = nil
    ) {
        self.numBins = numBins
        mode = Chosen(outputMode, among: [.int, .oneHot], at: "HashedCrossing")
        super.init(name: name)
        note(
            mode.mistake,
            mistakeOf { try CategoryNumbers.requireCount(numBins, "numBins", at: place) })
    }

    /// The same with a name for the number of bins: `HashedCrossing(numBins: 8)`.
    public convenience init(
        numBins: Int, outputMode: any OutputModeConvertible = .int, name: String? = nil
    ) {
        self.init(numBins, outputMode: outputMode, name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    /// The bins of the rows of columns: `crossing(["red", "blue"], [3, 7])`.
    /// - Returns: a tensor that carries the error if there is one column only, or their shapes differ.
    public func callAsFunction(
        _ first: any CategoryColumnConvertible, _ second: any CategoryColumnConvertible,
        _ others: any CategoryColumnConvertible...
    ) -> Tensor {
        Tensor.carrying { try encoded(([first, second] + others).map { try $0.categoryColumn() }) }
    }

    /// The bins of the rows of columns, in the form that the layer has.
    package func encoded(_ columns: [CategoryColumn]) throws -> Tensor {
        if let mistake { throw mistake }
        guard let first = columns.first, columns.count > 1 else {
            throw KeratinError(
                .invalidArgument, "crosses two columns or more, got \(columns.count)", at: place)
        }
        let extents = first.extents
        guard extents.count < 2 || (extents.count == 2 && extents[1] == 1),
            columns.allSatisfy({ $0.extents == extents })
        else {
            throw KeratinError(
                .shapeMismatch,
                "columns need one shape, [rows] or [rows, 1], got "
                    + columns.map { "\($0.extents)" }.joined(separator: ", "), at: place)
        }
        let bins = first.values.indices.map { row -> Int32 in
            // What TensorFlow begins with.
            let hash = columns.reduce(0xDE_CAFC_AFFE as UInt64) { hash, column in
                Fingerprint64.joined(hash, Self.fingerprint(column.values[row]))
            }
            return Int32(hash % UInt64(numBins))
        }
        return try CategoryNumbers.encoded(
            Tensor(bins, shape: Shape(extents)), as: mode.value, depth: numBins)
    }

    /// An integer is its own fingerprint.
    private static func fingerprint(_ value: CategoryValue) -> UInt64 {
        switch value {
        case .text(let text): Fingerprint64.hash(text)
        case .integer(let integer): UInt64(bitPattern: Int64(integer))
        }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard Trace.current == nil else {
            throw KeratinError(
                .unavailable,
                "hashes on the host, so that it is no step of a model: cross columns before, and hand the bins to the model",
                at: place)
        }
        try context.require(only: [])
        return [try encoded(try inputs.map { try $0.categoryColumn() })]
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding([
            "dtype": .string(mode.value == .int ? "int64" : "float32"),
            "num_bins": .integer(numBins), "output_mode": .string(mode.value.rawValue),
            "sparse": false,
        ])
        // Keras's class has no such argument.
        config["trainable"] = nil
        return config
    }
}

extension HashedCrossing: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        try configuration.refuseSparse()
        self.init(
            try configuration.integer("num_bins"),
            outputMode: try configuration.string("output_mode", default: "int"),
            name: configuration.name)
        if let mistake { throw mistake }
    }
}
