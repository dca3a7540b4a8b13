import KeratinCore
import KeratinLayers
import KeratinTensor

/// Makes numbers for a model of a table's columns, each in its own way, as Keras's `FeatureSpace`.
///
///     let space = try FeatureSpace(
///         features: ["age": .floatNormalized, "thal": .stringCategorical(), "sex": "integer_categorical"],
///         crosses: [["thal", "sex"]], crossingDim: 16)
///     try space.adapt(table)
///     let x = space(table)          // float32 [rows, width]
///
/// Columns stand in the order of their names, those of crosses behind them. Tables may have columns that no feature is for, such as labels.
/// Texts that Swift takes for equal (composed and decomposed letters) are one text, as everywhere in tables.
/// Numbers that are missing stay so (NaN) in features of floats; wherever else something is missing it is an error that names the row.
public final class FeatureSpace {
    /// One column of the result, or some.
    struct Part {
        let name: String
        let isOneHot: Bool
    }

    let preprocessors: [String: FeaturePreprocessor]
    let crossers: [(cross: Cross, layer: HashedCrossing, dimension: Int)]
    /// In the order of their columns.
    let featureParts: [Part]
    let crossParts: [Part]
    let crossingDim: Int
    let hashingDim: Int
    let numDiscretizationBins: Int
    /// What calling the space gives.
    public let outputMode: Output
    /// Whether what columns become is known: from the start, if no feature needs to see data.
    public private(set) var isAdapted: Bool

    /// - Parameters:
    ///   - features: what each column becomes, by its name.
    ///   - outputMode: whether columns are joined to one array (`concat`), or stay apart (`dict`).
    ///   - crosses: features whose combinations are hashed too.
    ///   - crossingDim: bins of a cross that does not say it.
    ///   - hashingDim: bins of hashed features that do not say it.
    ///   - numDiscretizationBins: bins of numbers of features that do not say it.
    /// - Throws: `KeratinError` for no features, an unknown type, a cross of features that are not there or are no categories, and
    ///   numbers that are joined although they are indices.
    public convenience init(
        features: [String: Feature], outputMode: any FeatureOutputConvertible = .concat,
        crosses: [Cross] = [], crossingDim: Int = 32, hashingDim: Int = 32,
        numDiscretizationBins: Int = 32
    ) throws {
        var preprocessors: [String: FeaturePreprocessor] = [:]
        for (name, feature) in features {
            do {
                preprocessors[name] = try FeaturePreprocessor(
                    feature, name, bins: (hashingDim, numDiscretizationBins))
            } catch let error as KeratinError {
                throw error.nested(in: "feature '\(name)'")
            }
        }
        try self.init(
            features.map { name, feature in
                (name, preprocessors[name] ?? .identity, try feature.isOneHot(at: name))
            }, try outputMode.featureOutput(), crosses, crossingDim: crossingDim,
            hashingDim: hashingDim, numDiscretizationBins: numDiscretizationBins, isAdapted: nil)
    }

    /// - Parameter isAdapted: nil: if no feature needs to see data.
    init(
        _ features: [(name: String, preprocessor: FeaturePreprocessor, isOneHot: Bool)],
        _ outputMode: Output, _ crosses: [Cross], crossingDim: Int, hashingDim: Int,
        numDiscretizationBins: Int, isAdapted: Bool?
    ) throws {
        guard !features.isEmpty else {
            throw KeratinError(.invalidArgument, "needs features, got none", at: "FeatureSpace")
        }
        let preprocessors = Dictionary(
            features.map { ($0.name, $0.preprocessor) }, uniquingKeysWith: { $1 })
        self.preprocessors = preprocessors
        self.outputMode = outputMode
        self.crossingDim = crossingDim
        self.hashingDim = hashingDim
        self.numDiscretizationBins = numDiscretizationBins
        crossers = try crosses.map { cross in
            try Self.check(cross, preprocessors)
            let dimension = cross.crossingDim ?? crossingDim
            let layer = HashedCrossing(dimension, name: cross.name)
            // Wrong arguments are said here, and not where the layer is called.
            _ = try layer.serialized()
            return (cross, layer, dimension)
        }
        featureParts = features.map { name, preprocessor, isOneHot in
            Part(name: name, isOneHot: isOneHot && preprocessor.isCategorical)
        }.sorted(by: Self.precedes)
        crossParts = try crossers.map { crosser in
            Part(
                name: crosser.cross.name,
                isOneHot: try Feature(.float, crosser.cross.outputMode)
                    .isOneHot(at: crosser.cross.name))
        }.sorted(by: Self.precedes)
        for preprocessor in preprocessors.values { try preprocessor.check() }
        self.isAdapted = isAdapted ?? !preprocessors.values.contains(where: \.isAdaptable)
        if outputMode == .concat { try requireNumbers() }
    }

    /// Python's order of names.
    private static func precedes(_ a: Part, _ b: Part) -> Bool {
        a.name.unicodeScalars.lexicographicallyPrecedes(b.name.unicodeScalars)
    }

    private static func check(
        _ cross: Cross, _ preprocessors: [String: FeaturePreprocessor]
    ) throws {
        guard cross.featureNames.count > 1 else {
            throw KeratinError(
                .invalidArgument, "crosses two features or more, got \(cross.featureNames)",
                at: "FeatureSpace")
        }
        for name in cross.featureNames {
            guard let preprocessor = preprocessors[name] else {
                throw unknownName(name, among: preprocessors.keys.sorted(), what: "feature")
            }
            guard preprocessor.isCategorical else {
                throw KeratinError(
                    .invalidArgument,
                    "the feature '\(name)' has numbers, and only categories and bins are crossed",
                    at: "cross '\(cross.name)'")
            }
        }
    }

    /// - Throws: `KeratinError` for a feature of indices.
    private func requireNumbers() throws {
        let parts =
            featureParts.filter { preprocessors[$0.name]?.isCategorical ?? false } + crossParts
        if let part = parts.first(where: { !$0.isOneHot }) {
            throw KeratinError(
                .invalidArgument,
                "the feature '\(part.name)' has the output mode int, and indices are not joined with other columns: take one_hot, or the space's output mode dict",
                at: "FeatureSpace")
        }
    }

    // MARK: Data

    /// Takes from the columns of a table what is to be known of them: means, limits of bins, vocabularies. What an earlier call found is
    /// forgotten.
    /// - Throws: `KeratinError` for a column that is missing, of another kind, or not complete.
    public func adapt(_ table: Table) throws {
        for part in featureParts {
            guard let preprocessor = preprocessors[part.name] else { continue }
            try preprocessor.adapt(table[part.name])
        }
        isAdapted = true
    }

    /// The same for columns by name.
    public func adapt(_ columns: [String: any TableColumnConvertible]) throws {
        try adapt(try Table(columns))
    }

    /// The columns that a model takes: float32 [rows, width], see `width`.
    /// - Returns: an array that carries the error if `adapt` was not called, a column is missing, of another kind or not complete, or the
    ///   output mode is `dict`.
    public func callAsFunction(_ table: Table) -> Tensor {
        Tensor.carrying {
            guard outputMode == .concat else {
                throw KeratinError(
                    .invalidState,
                    "has the output mode dict, in which there is an array for each feature: let parts: [String: Tensor] = try space(table)",
                    at: "FeatureSpace")
            }
            return try joined(try encoded(table), rows: table.rowCount)
        }
    }

    /// The same for columns by name: `space(["age": [63, 37], "thal": ["fixed", "normal"]])`.
    public func callAsFunction(_ columns: [String: any TableColumnConvertible]) -> Tensor {
        Tensor.carrying { self(try Table(columns)) }
    }

    /// An array for each feature and each cross, by name: float32 [rows, columns], or int32 [rows, 1] for those of indices.
    /// - Throws: `KeratinError` if `adapt` was not called, a column is missing, of another kind or not complete.
    @_disfavoredOverload
    public func callAsFunction(_ table: Table) throws -> [String: Tensor] {
        var parts: [String: Tensor] = [:]
        for (part, column) in try encoded(table) {
            parts[part.name] = try array(column, part, rows: table.rowCount)
        }
        return parts
    }

    /// The same for columns by name.
    @_disfavoredOverload
    public func callAsFunction(
        _ columns: [String: any TableColumnConvertible]
    ) throws -> [String: Tensor] {
        let parts: [String: Tensor] = try self(try Table(columns))
        return parts
    }

    private func requireAdapted() throws {
        guard isAdapted else {
            throw KeratinError(
                .invalidState,
                "has not seen data, from which it takes means, limits and vocabularies: call adapt before",
                at: "FeatureSpace")
        }
    }

    private func encoded(_ table: Table) throws -> [(part: Part, column: EncodedColumn)] {
        try requireAdapted()
        var columns: [String: EncodedColumn] = [:]
        for (name, preprocessor) in preprocessors {
            columns[name] = try preprocessor.encoded(table[name])
        }
        var result: [(part: Part, column: EncodedColumn)] = []
        for part in featureParts {
            if let column = columns[part.name] { result.append((part, column)) }
        }
        for part in crossParts {
            guard let crosser = crossers.first(where: { $0.cross.name == part.name }) else {
                continue
            }
            let inputs = crosser.cross.featureNames.map { name -> CategoryColumn in
                guard case .indices(let values, _)? = columns[name] else {
                    return CategoryColumn([])
                }
                return CategoryColumn(values.map { .integer(Int($0)) })
            }
            let bins =
                table.rowCount == 0 ? [] : try crosser.layer.encoded(inputs).int32s()
            result.append((part, .indices(bins, depth: crosser.dimension)))
        }
        return result
    }

    /// How many columns a part has.
    private func width(_ column: EncodedColumn, _ part: Part) -> Int {
        if case .indices(_, let depth) = column, part.isOneHot { depth } else { 1 }
    }

    private func joined(
        _ parts: [(part: Part, column: EncodedColumn)], rows: Int
    ) throws -> Tensor {
        let width = parts.reduce(0) { $0 + self.width($1.column, $1.part) }
        var values = try zeros(rows, width)
        var start = 0
        for (part, column) in parts {
            fill(&values, column, start: start, width: width)
            start += self.width(column, part)
        }
        return Tensor(values, shape: [rows, width])
    }

    private func array(_ column: EncodedColumn, _ part: Part, rows: Int) throws -> Tensor {
        if case .indices(let indices, _) = column, !part.isOneHot {
            return Tensor(indices, shape: [rows, 1])
        }
        let width = width(column, part)
        var values = try zeros(rows, width)
        fill(&values, column, start: 0, width: width)
        return Tensor(values, shape: [rows, width])
    }

    private func zeros(_ rows: Int, _ width: Int) throws -> [Float] {
        guard Shape([rows, width]).count <= 1 << 31 else {
            throw KeratinError(
                .invalidArgument, "\(rows) rows of \(width) make too large an array",
                at: "FeatureSpace")
        }
        return [Float](repeating: 0, count: rows * width)
    }

    /// Writes a part into rows of some width. Indices beyond its depth have no column.
    private func fill(_ values: inout [Float], _ column: EncodedColumn, start: Int, width: Int) {
        switch column {
        case .floats(let numbers):
            for (row, number) in numbers.enumerated() { values[row * width + start] = number }
        case .indices(let indices, let depth):
            for (row, index) in indices.enumerated() where (0..<depth).contains(Int(index)) {
                values[row * width + start + Int(index)] = 1
            }
        }
    }

    // MARK: Models

    /// How many columns the joined array has.
    /// - Throws: `KeratinError` if `adapt` was not called.
    public var width: Int {
        get throws {
            try requireAdapted()
            let own = try featureParts.reduce(0) {
                $0 + ($1.isOneHot ? try preprocessors[$1.name]?.depth ?? 1 : 1)
            }
            return crossParts.reduce(own) { sum, part in
                let dimension = crossers.first { $0.cross.name == part.name }?.dimension ?? 1
                return sum + (part.isOneHot ? dimension : 1)
            }
        }
    }

    /// What a model begins with that takes the joined columns: an input [rows, width].
    /// - Throws: `KeratinError` if `adapt` was not called, or the output mode is `dict`.
    public func getEncodedFeatures() throws -> Tensor {
        guard outputMode == .concat else {
            throw KeratinError(
                .invalidState, "has the output mode dict: make an Input for each of its arrays",
                at: "FeatureSpace")
        }
        return Input(shape: [try width]).tensor
    }

    /// The texts by index of a feature of texts, or the whole numbers as texts; unknown ones first.
    /// - Throws: `KeratinError` for a feature that is not there, or has no vocabulary.
    public func getVocabulary(_ feature: String) throws -> [String] {
        switch preprocessors[feature] {
        case .strings(let layer)?: return layer.getVocabulary()
        case .integers(let layer)?: return layer.getVocabulary().map { "\($0)" }
        case nil: throw unknownName(feature, among: preprocessors.keys.sorted(), what: "feature")
        default:
            throw KeratinError(
                .invalidArgument, "has no vocabulary", at: "feature '\(feature)'")
        }
    }
}

extension FeaturePreprocessor {
    /// - Throws: `KeratinError` for arguments that the layer cannot have.
    func check() throws {
        switch self {
        case .identity, .integers, .strings: break
        case .rescaling(let layer): _ = try layer.serialized()
        case .normalization(let layer): _ = try layer.serialized()
        case .discretization(let layer, _): _ = try layer.serialized()
        case .hashing(let layer, _, _): _ = try layer.serialized()
        }
    }
}
