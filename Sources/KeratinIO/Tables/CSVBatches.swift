import KeratinCore
import KeratinModels
import KeratinTensor

/// Batches of numbers from a file of comma-separated values that need not fit into memory: it is read in pieces.
///
/// ```swift
/// for (x, y) in CSVBatches("flights.csv", batchSize: 64, features: ["distance", "hour"], label: "delay") { … }
/// for x in CSVBatches("flights.csv", features: ["distance", "hour"]) { … }
/// ```
///
/// x is float32 [rows, features], y float32 [rows]; the last batch takes the rest. The file is in UTF-8 and its first row holds the columns'
/// names; it is read as `Table(csv:)` reads it. Each walk begins at its start. What is wrong (a column that is not there, a field that is no
/// number, a damaged file) is the last element of a walk: its tensors carry the error, which names the file and the line.
///
/// `TrainingLimits` hold for each walk. `Dataset(CSVBatches(…))` has `map`, `shuffled(bufferSize:)`, `prefetched()` and the rest.
public struct CSVBatches<Element>: Sequence, Sendable {
    private let path: String
    private let batchSize: Int
    private let features: [String]?
    private let label: String?
    private let separator: Character
    private let missing: Double?
    private let pieceSize: Int
    private let element: @Sendable ([Tensor]) -> Element

    fileprivate init(
        _ path: String, _ batchSize: Int, _ features: [String]?, _ label: String?,
        _ separator: Character, _ missing: Double?, _ pieceSize: Int,
        _ element: @escaping @Sendable ([Tensor]) -> Element
    ) {
        self.path = path
        self.batchSize = batchSize
        self.features = features
        self.label = label
        self.separator = separator
        self.missing = missing
        self.pieceSize = pieceSize
        self.element = element
    }

    /// Begins at the start of the file.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// Walks over the batches once.
    public struct Iterator: IteratorProtocol {
        private let batches: CSVBatches
        private var file: CSVFile?
        private var isOver = false
        /// How many batches there may be yet.
        private var most: Int

        fileprivate init(_ batches: CSVBatches) {
            self.batches = batches
            most = TrainingLimits.maxStepsPerEpoch == nil ? .max : TrainingLimits.steps(.max)
        }

        /// The next batch; nil at the end. What is wrong is a batch that carries the error, and the last one.
        public mutating func next() -> Element? {
            guard !isOver, most > 0 else {
                file = nil
                return nil
            }
            most -= 1
            do {
                guard batches.batchSize > 0 else {
                    throw KeratinError(
                        .invalidArgument,
                        "a batch needs at least one row, got \(batches.batchSize)")
                }
                let file = try file ?? batches.open()
                self.file = file
                guard let arrays = try file.batch(batches.batchSize) else {
                    isOver = true
                    self.file = nil
                    return nil
                }
                return batches.element(arrays)
            } catch {
                isOver = true
                file = nil
                let located = (error as? KeratinError)?.located(at: batches.path) ?? error
                let count = batches.label == nil ? 1 : 2
                return batches.element((0..<count).map { _ in Tensor(failed: located) })
            }
        }
    }

    private func open() throws -> CSVFile {
        try CSVFile(
            CSVPieces(path, separator: separator, pieceSize: pieceSize), features: features,
            label: label, missing: missing)
    }
}

extension CSVBatches where Element == (Tensor, Tensor) {
    /// Batches of some columns with another one as their labels.
    /// - Parameters:
    ///   - path: of the file; `~` is the home folder.
    ///   - batchSize: rows in each batch, 1 or more.
    ///   - features: columns by their names, in this order; nil: all but the label.
    ///   - label: the column of the labels.
    ///   - separator: what stands between fields.
    ///   - missing: the number that stands for fields in which something is missing (`Table.missingWords`); nil: they are an error.
    public init(
        _ path: String, batchSize: Int = 32, features: [String]? = nil, label: String,
        separator: Character = ",", missing: Double? = nil
    ) {
        self.init(
            path, batchSize, features, label, separator, missing, 1 << 20, { ($0[0], $0[1]) })
    }

    /// - Parameter pieceSize: bytes that are read at a time.
    package init(
        _ path: String, batchSize: Int, features: [String]?, label: String, pieceSize: Int
    ) {
        self.init(path, batchSize, features, label, ",", nil, pieceSize, { ($0[0], $0[1]) })
    }
}

extension CSVBatches where Element == Tensor {
    /// Batches of some columns without labels.
    /// - Parameters:
    ///   - path: of the file; `~` is the home folder.
    ///   - batchSize: rows in each batch, 1 or more.
    ///   - features: columns by their names, in this order; nil: all.
    ///   - separator: what stands between fields.
    ///   - missing: the number that stands for fields in which something is missing (`Table.missingWords`); nil: they are an error.
    public init(
        _ path: String, batchSize: Int = 32, features: [String]? = nil,
        separator: Character = ",", missing: Double? = nil
    ) {
        self.init(path, batchSize, features, nil, separator, missing, 1 << 20, { $0[0] })
    }
}

/// An open file whose rows become batches.
private final class CSVFile {
    private let pieces: CSVPieces
    private let header: CSV.Row
    private let names: [String]
    private let features: [Int]
    private let label: Int?
    private let missing: Double?

    init(_ pieces: CSVPieces, features: [String]?, label: String?, missing: Double?) throws {
        guard let header = try pieces.next() else {
            throw KeratinError(.invalidData, "holds no rows")
        }
        let names = pieces.rows.names(header)
        var places: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard places.updateValue(index, forKey: name) == nil else {
                throw KeratinError(.invalidData, "two columns have the name '\(name)'")
            }
        }
        func place(_ name: String) throws -> Int {
            guard let place = places[name] else {
                throw unknownName(name, among: names, what: "column")
            }
            return place
        }
        self.pieces = pieces
        self.header = header
        self.names = names
        self.missing = missing
        self.label = try label.map(place)
        let others = names.filter { $0 != label }
        self.features = try (features ?? others).map(place)
        guard !self.features.isEmpty else {
            throw KeratinError(.invalidArgument, "there are no columns to take features from")
        }
    }

    /// The next rows: their features, and their labels if there are any. nil at the end.
    func batch(_ size: Int) throws -> [Tensor]? {
        var x: [Float] = []
        var y: [Float] = []
        var count = 0
        while count < size, let row = try pieces.next() {
            guard row.fields.count == names.count else {
                throw KeratinError(
                    .invalidData,
                    "line \(row.line): \(row.fields.count) fields, where line \(header.line) has \(names.count)"
                )
            }
            for feature in features { x.append(try number(row, feature)) }
            if let label { y.append(try number(row, label)) }
            count += 1
        }
        guard count > 0 else { return nil }
        let inputs = Tensor(x, shape: [count, features.count])
        return label == nil ? [inputs] : [inputs, Tensor(y)]
    }

    private func number(_ row: CSV.Row, _ column: Int) throws -> Float {
        let field = row.fields[column]
        if let number = pieces.rows.number(field) { return Float(number) }
        let text = pieces.rows.text(field)
        let isMissing = Table.missingWords.contains(text)
        if isMissing, let missing { return Float(missing) }
        throw KeratinError(
            .invalidData,
            isMissing
                ? "line \(row.line): nothing stands in column '\(names[column])'; missing: gives a number for such fields"
                : "line \(row.line): '\(text)' in column '\(names[column])' is no number")
    }
}
