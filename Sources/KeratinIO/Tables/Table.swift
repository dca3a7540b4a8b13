import KeratinCore
import KeratinTensor

/// Columns of equal length with names, as files of comma-separated values have them.
///
///     let table = try Table(csv: "houses.csv")
///     let x = try table[["rooms", "age"]].tensor()        // [rows, 2]
///     let y = try table["price"].tensor()                 // [rows]
public struct Table: Hashable, Sendable {
    /// In the file's order.
    public let columns: [Column]
    /// Why a selection failed; told by whatever needs its numbers.
    let failure: KeratinError?

    /// What fields with nothing in them say, besides being empty.
    public static let missingWords: Set<String> = [
        "", "NA", "N/A", "n/a", "<NA>", "NaN", "nan", "NULL", "null", "None",
    ]

    /// - Throws: `KeratinError` for columns of different lengths, and for a name that stands twice.
    public init(_ columns: [Column]) throws {
        for column in columns {
            if let failure = column.failure { throw failure }
            guard column.count == columns[0].count else {
                throw KeratinError(
                    .shapeMismatch,
                    "has \(column.count) rows, but '\(columns[0].name)' has \(columns[0].count)",
                    at: "column '\(column.name)'")
            }
        }
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted {
            throw KeratinError(
                .invalidData, "two columns have the name '\(column.name)'")
        }
        self.init(columns: columns)
    }

    /// Arrays [rows] as columns: `try Table(columns: ["x": x, "y": y])`.
    /// - Throws: `KeratinError` for arrays of other shapes or different lengths, and for a name that stands twice.
    public init(columns arrays: KeyValuePairs<String, NDArray>) throws {
        try self.init(arrays.map { try Column($0.key, $0.value) })
    }

    /// The columns of an array [rows, columns], or the one of an array [rows].
    /// - Parameter names: nil: "0", "1", …
    /// - Throws: `KeratinError` for an array with more axes, or as many names as there are not columns.
    public init(_ array: NDArray, names: [String]? = nil) throws {
        let extents = array.shape.dimensions
        guard (1...2).contains(extents.count) else {
            throw KeratinError(
                .shapeMismatch,
                "a table has rows and columns, which an array of shape \(array.shape) has not; .npy files hold any shape"
            )
        }
        let width = extents.count == 2 ? extents[1] : 1
        let names = names ?? (0..<width).map { "\($0)" }
        guard names.count == width else {
            throw KeratinError(
                .shapeMismatch, "the array has \(width) columns, got \(names.count) names")
        }
        let places = (0..<width).map { column in
            (0..<extents[0]).map { $0 * width + column }
        }
        let all = Column("", try Column.Values(RawArray(array.hostArray())))
        try self.init(zip(names, places).map { Column($0, all.rows($1).values) })
    }

    init(columns: [Column], failure: KeratinError? = nil) {
        self.columns = columns
        self.failure = failure
    }

    /// The names of the columns, in order.
    public var columnNames: [String] { columns.map(\.name) }

    /// How many rows there are.
    public var rowCount: Int { columns.first?.count ?? 0 }

    /// How many numbers and texts are missing in all.
    public var missingCount: Int { columns.reduce(0) { $0 + $1.missingCount } }

    /// The column of a name. If there is none, what is made of it throws an error that suggests the nearest name.
    public subscript(name: String) -> Column {
        if let failure { return Column(name, .doubles([]), failure: failure) }
        return columns.first { $0.name == name }
            ?? Column(
                name, .doubles([]), failure: unknownName(name, among: columnNames, what: "column"))
    }

    /// A table of some of the columns, in this order. If one is not there, what is made of it throws an error that says which.
    public subscript(names: [String]) -> Table {
        let columns = names.map { self[$0] }
        do {
            return try Table(columns)
        } catch let error as KeratinError {
            return Table(columns: columns, failure: error)
        } catch {
            return Table(columns: columns, failure: KeratinError(.invalidData, "\(error)"))
        }
    }

    /// The table without some of its columns, such as the labels.
    /// - Throws: `KeratinError` for a name that no column has.
    public func dropping(_ names: String...) throws -> Table {
        for name in names { if let failure = self[name].failure { throw failure } }
        return Table(columns: columns.filter { !names.contains($0.name) }, failure: failure)
    }

    /// The table with other or further columns; a column takes the place of the one with its name.
    /// - Throws: `KeratinError` for columns of other lengths.
    public func replacing(_ columns: Column...) throws -> Table {
        if let failure { throw failure }
        var result = self.columns
        for column in columns {
            if let index = result.firstIndex(where: { $0.name == column.name }) {
                result[index] = column
            } else {
                result.append(column)
            }
        }
        return try Table(result)
    }

    /// Some of the rows; those of them that there are.
    public func rows(_ range: Range<Int>) -> Table {
        let rows = Array(range.clamped(to: 0..<rowCount))
        return Table(columns: columns.map { $0.rows(rows) }, failure: failure)
    }

    /// The rows in which nothing is missing.
    public func droppingMissing() -> Table {
        let missing = columns.map(\.isMissing)
        let rows = (0..<rowCount).filter { row in !missing.contains { $0.count > row && $0[row] } }
        guard rows.count < rowCount, failure == nil else { return self }
        return Table(columns: columns.map { $0.rows(rows) })
    }

    /// The table with a number in place of those that are missing.
    public func fillingMissing(with number: Double) -> Table {
        Table(columns: columns.map { $0.fillingMissing(with: number) }, failure: failure)
    }

    /// The table with a text in place of those that are missing.
    public func fillingMissing(with text: String) -> Table {
        Table(columns: columns.map { $0.fillingMissing(with: text) }, failure: failure)
    }

    /// The columns side by side as an array [rows, columns]: int32 if all are whole numbers or texts, which give their codes; else
    /// float32, in which missing numbers are NaN.
    ///
    /// It carries the error if a column was asked for that is not there, or if texts are missing.
    public func tensor() -> Tensor {
        Tensor.carrying {
            if let failure { throw failure }
            let shape: Shape = [rowCount, columns.count]
            func joined<Element>(_ parts: [[Element]]) -> [Element] {
                (0..<rowCount).flatMap { row in parts.map { $0[row] } }
            }
            let arrays = try columns.map { RawArray(try $0.tensor().hostArray()) }
            guard !arrays.isEmpty, arrays.allSatisfy({ $0.type == .int32 || $0.type == .int64 })
            else { return Tensor(joined(arrays.map(\.floats)), shape: shape) }
            return Tensor(
                joined(try arrays.map { try $0.integers().map { Int($0) } }), shape: shape)
        }
    }
}

extension Table: CustomStringConvertible {
    /// The names, the first and last rows, and how many there are.
    public var description: String {
        if let failure { return "Table(\(failure))" }
        let shown = rowCount <= 10 ? Array(0..<rowCount) : Array(0..<5) + (rowCount - 5..<rowCount)
        var lines = [[""] + columnNames]
        let texts = columns.map { $0.rows(shown).texts }
        for (line, row) in shown.enumerated() {
            if rowCount > 10, line == 5 { lines.append(["…"] + columns.map { _ in "…" }) }
            lines.append(["\(row)"] + texts.map { $0[line] ?? "NaN" })
        }
        let widths = (0...columns.count).map { column in lines.map { $0[column].count }.max() ?? 0 }
        let body = lines.map { fields in
            zip(fields, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
                .joined(separator: "  ")
        }
        return (body + ["[\(rowCount) rows × \(columns.count) columns]"]).joined(separator: "\n")
    }
}
