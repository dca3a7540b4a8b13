import KeratinCore
import KeratinTensor

extension Table {
    /// A table from a file of comma-separated values in UTF-8.
    ///
    /// A column in which everything is a number or missing holds numbers, any other texts. Numbers may have spaces around them.
    /// - Parameters:
    ///   - path: of the file; `~` is the home folder.
    ///   - separator: what stands between fields: `"\t"` for tabs, `";"` where commas are decimal.
    ///   - header: whether the first row holds the columns' names; nil: if there is a text in it and no number. Without a header
    ///     they are "0", "1", …
    ///   - missing: what fields say in which something is missing.
    /// - Throws: `KeratinError` that names the file and the line: rows of different lengths, quotes that do not fit, bytes that
    ///   are not UTF-8, two columns of one name.
    public init(
        csv path: String, separator: Character = ",", header: Bool? = nil,
        missing: Set<String> = Table.missingWords
    ) throws {
        let bytes = try FileAccess.read(path)
        try self.init(
            csvBytes: bytes, at: path, separator: separator, header: header, missing: missing)
    }

    /// A table from a text of comma-separated values; see `init(csv:)`.
    /// - Throws: `KeratinError` that names the line.
    public init(
        csvText text: String, separator: Character = ",", header: Bool? = nil,
        missing: Set<String> = Table.missingWords
    ) throws {
        try self.init(
            csvBytes: Array(text.utf8), at: "the CSV text", separator: separator, header: header,
            missing: missing)
    }

    /// - Parameter onlyNumbers: whether a text is an error.
    package init(
        csvBytes bytes: [UInt8], at place: String, separator: Character = ",",
        header: Bool? = nil, missing: Set<String> = Table.missingWords, onlyNumbers: Bool = false
    ) throws {
        do {
            let csv = try CSV(bytes, separator: separator, at: place)
            let reader = CSVTable(csv, missing: missing, onlyNumbers: onlyNumbers)
            try self.init(reader.columns(header: header))
        } catch let error as KeratinError {
            throw error.located(at: place)
        }
    }

    /// The table as comma-separated values, with its columns' names in the first row. Missing fields are empty.
    /// - Throws: `KeratinError` for a separator that cannot be one, and for a selection of columns that are not there.
    public func csv(separator: Character = ",") throws -> String {
        if let failure { throw failure }
        return try CSV.text([columnNames] + textRows, separator: separator)
    }

    /// Writes a file of comma-separated values; see `csv(separator:)`. What stood there stays whole if anything fails.
    /// - Throws: `KeratinError` for a name that does not end in `.csv`, and a file that cannot be written.
    public func save(_ path: String, separator: Character = ",") throws {
        guard path.hasSuffix(".csv") else {
            throw KeratinError(
                .invalidArgument, "tables are saved as .csv files, got the name '\(path)'")
        }
        try FileAccess.write(Array(csv(separator: separator).utf8), to: path)
    }

    /// Rows of fields; what is missing is empty.
    var textRows: [[String]] {
        let texts = columns.map(\.texts)
        return (0..<rowCount).map { row in texts.map { $0[row] ?? "" } }
    }
}

/// Makes columns of rows of fields.
private struct CSVTable {
    private var csv: CSV
    private let missing: Set<String>
    private let onlyNumbers: Bool

    init(_ csv: CSV, missing: Set<String>, onlyNumbers: Bool) {
        self.csv = csv
        self.missing = missing
        self.onlyNumbers = onlyNumbers
    }

    func columns(header: Bool?) throws -> [Table.Column] {
        var csv = self.csv
        guard let first = try csv.next() else {
            throw KeratinError(.invalidData, "holds no rows")
        }
        var rows: [CSV.Row] = []
        let hasHeader =
            header
            ?? (!first.fields.contains { csv.number($0) != nil }
                && first.fields.contains { !isMissing(csv.text($0)) })
        var names = first.fields.indices.map { "\($0)" }
        if hasHeader {
            names = csv.names(first)
        } else {
            rows.append(first)
        }
        while let row = try csv.next() {
            guard row.fields.count == first.fields.count else {
                throw KeratinError(
                    .invalidData,
                    "line \(row.line): \(row.fields.count) fields, where line \(first.line) has \(first.fields.count)"
                )
            }
            rows.append(row)
        }
        return try names.enumerated().map { index, name in
            Table.Column(name, try values(rows, index, name))
        }
    }

    private func values(
        _ rows: [CSV.Row], _ index: Int, _ name: String
    ) throws -> Table.Column.Values {
        var integers: [Int64]? = []
        integers?.reserveCapacity(rows.count)
        var numbers: [Double] = []
        numbers.reserveCapacity(rows.count)
        for row in rows {
            let field = row.fields[index]
            if let number = csv.number(field) {
                numbers.append(number)
                integers?.append(0)
                if integers != nil, let whole = csv.integer(field) {
                    integers?[numbers.count - 1] = whole
                } else {
                    integers = nil
                }
            } else if isMissing(csv.text(field)) {
                numbers.append(.nan)
                integers = nil
            } else if onlyNumbers {
                throw KeratinError(
                    .invalidData,
                    "line \(row.line): '\(csv.text(field))' in column '\(name)' is no number (a Table takes texts as labels)"
                )
            } else {
                let texts = rows.map { csv.text($0.fields[index]) }
                let column = try Table.Column(name, texts.map { isMissing($0) ? nil : $0 })
                return column.values
            }
        }
        if let integers { return .integers(integers) }
        return .doubles(numbers)
    }

    private func isMissing(_ text: String) -> Bool { missing.contains(text) }
}
