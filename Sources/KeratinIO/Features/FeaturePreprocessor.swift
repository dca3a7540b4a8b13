import KeratinCore
import KeratinLayers
import KeratinTensor

/// What a column becomes: numbers, or the indices of categories.
enum EncodedColumn {
    case floats([Float])
    /// - Parameter depth: how many indices there are.
    case indices([Int32], depth: Int)
}

/// The layer that encodes a column of a feature space.
enum FeaturePreprocessor {
    case identity
    case rescaling(Rescaling)
    case normalization(Normalization)
    case discretization(Discretization, bins: Int?)
    case integers(IntegerLookup)
    case strings(StringLookup)
    case hashing(Hashing, bins: Int, isText: Bool)

    /// - Parameters:
    ///   - name: of the column; the layer is named after it as in Keras.
    ///   - bins: how many there are for hashes and for bins of numbers, where the feature does not say it.
    init(
        _ feature: FeatureSpace.Feature, _ name: String, bins: (hashing: Int, discretization: Int)
    ) throws {
        let layerName = "\(name)_preprocessor"
        switch feature.kind {
        case .float: self = .identity
        case .rescaled(let scale, let offset):
            self = .rescaling(Rescaling(scale, offset: offset, name: layerName))
        case .normalized: self = .normalization(Normalization(axis: -1, name: layerName))
        case .discretized(_, let boundaries?):
            self = .discretization(Discretization(boundaries, name: layerName), bins: nil)
        case .discretized(let own, nil):
            let count = own ?? bins.discretization
            self = .discretization(Discretization(numBins: count, name: layerName), bins: count)
        case .categorical(true, let maxTokens, let count):
            self = .strings(
                try StringLookup(maxTokens: maxTokens, numOOVIndices: count, name: layerName))
        case .categorical(false, let maxTokens, let count):
            self = .integers(
                try IntegerLookup(maxTokens: maxTokens, numOOVIndices: count, name: layerName))
        case .hashed(let isText, let own):
            let count = own ?? bins.hashing
            self = .hashing(Hashing(count, name: layerName), bins: count, isText: isText)
        case .unknown(let word):
            throw unknownName(word, among: FeatureSpace.Feature.names, what: "type of feature")
        }
    }

    /// Whether rows are indices.
    var isCategorical: Bool {
        switch self {
        case .identity, .rescaling, .normalization: false
        case .discretization, .integers, .strings, .hashing: true
        }
    }

    /// Whether data must be seen before columns are encoded.
    var isAdaptable: Bool {
        switch self {
        case .identity, .rescaling, .hashing: false
        case .normalization, .integers, .strings: true
        case .discretization(_, let bins): bins != nil
        }
    }

    /// Keras's class of the layer.
    var className: String {
        switch self {
        case .identity: "TFDIdentity"
        case .rescaling: "Rescaling"
        case .normalization: "Normalization"
        case .discretization: "Discretization"
        case .integers: "IntegerLookup"
        case .strings: "StringLookup"
        case .hashing: "Hashing"
        }
    }

    // MARK: Data

    /// How many rows Keras summarises at once where it looks for the limits of bins.
    private static let rowsAtOnce = 32

    /// Takes from a column what is to be known of it.
    func adapt(_ column: Table.Column) throws {
        guard isAdaptable else { return }
        switch self {
        case .normalization(let layer):
            let values = try column.featureFloats(mayMiss: false)
            try layer.adapt(Tensor(values, shape: [values.count, 1]))
        case .discretization(let layer, _):
            let values = try column.featureFloats(mayMiss: false)
            let starts = stride(from: 0, to: values.count, by: Self.rowsAtOnce)
            try layer.adapt(
                batches: starts.map {
                    Tensor(Array(values[$0..<min($0 + Self.rowsAtOnce, values.count)]))
                })
        case .integers(let layer): try layer.adapt(try column.featureIntegers())
        case .strings(let layer): try layer.adapt(try column.featureTexts())
        case .identity, .rescaling, .hashing: break
        }
    }

    /// The column's rows.
    func encoded(_ column: Table.Column) throws -> EncodedColumn {
        guard column.count > 0 else {
            return isCategorical ? .indices([], depth: try depth) : .floats([])
        }
        switch self {
        case .identity: return .floats(try column.featureFloats())
        case .rescaling(let layer): return .floats(try numbers(layer, column).floats())
        case .normalization(let layer): return .floats(try numbers(layer, column).floats())
        case .discretization(let layer, _):
            return .indices(try numbers(layer, column).int32s(), depth: try depth)
        case .integers(let layer):
            return .indices(try layer(try column.featureIntegers()).int32s(), depth: try depth)
        case .strings(let layer):
            return .indices(try layer(try column.featureTexts()).int32s(), depth: try depth)
        case .hashing(let layer, let bins, let isText):
            let values: CategoryColumn =
                isText
                ? try column.featureTexts().categoryColumn()
                : try column.featureIntegers().categoryColumn()
            return .indices(try layer.encoded(values).int32s(), depth: bins)
        }
    }

    private func numbers(_ layer: Layer, _ column: Table.Column) throws -> Tensor {
        let values = try column.featureFloats()
        return try layer.apply(Tensor(values, shape: [values.count, 1]))
    }

    /// How many indices there are.
    var depth: Int {
        get throws {
            switch self {
            case .identity, .rescaling, .normalization: 1
            case .discretization(let layer, let bins):
                bins ?? (layer.binBoundaries?.count ?? 0) + 1
            case .integers(let layer): layer.vocabularySize ?? 0
            case .strings(let layer): layer.vocabularySize ?? 0
            case .hashing(_, let bins, _): bins
            }
        }
    }
}

extension Table.Column {
    private func failed(_ message: String) -> KeratinError {
        KeratinError(.invalidData, message, at: "column '\(name)'")
    }

    private func missing(_ row: Int, _ what: String) -> KeratinError {
        failed(
            "the \(what) of row \(row) is missing: leave such rows out (droppingMissing) or fill them (fillingMissing)"
        )
    }

    /// The numbers of a feature.
    /// - Parameter mayMiss: whether some may be missing (NaN).
    func featureFloats(mayMiss: Bool = true) throws -> [Float] {
        if let failure { throw failure }
        guard !isText else { throw failed("holds texts, but the feature takes numbers") }
        let floats: [Float] =
            if case .floats(let values) = values { values } else { numbers.map { Float($0) } }
        if !mayMiss, let row = floats.firstIndex(where: \.isNaN) { throw missing(row, "number") }
        return floats
    }

    /// The whole numbers of a feature.
    func featureIntegers() throws -> [Int] {
        if let failure { throw failure }
        guard !isText else { throw failed("holds texts, but the feature takes whole numbers") }
        if case .integers(let values) = values { return values.map { Int($0) } }
        return try numbers.enumerated().map { row, number in
            guard !number.isNaN else { throw missing(row, "number") }
            guard let integer = Int(exactly: number) else {
                throw failed(
                    "the number \(number) of row \(row) is not whole, but the feature takes whole numbers"
                )
            }
            return integer
        }
    }

    /// The texts of a feature; numbers as files have them.
    func featureTexts() throws -> [String] {
        if let failure { throw failure }
        return try texts.enumerated().map { row, text in
            guard let text else { throw missing(row, "text") }
            return text
        }
    }
}
