import KeratinCore
import KeratinTensor

/// What stands for a column of a table: `[63, 37]`, `["fixed", "normal"]`, an array [rows] or [rows, 1], or a column.
public protocol TableColumnConvertible {
    /// - Throws: `KeratinError` for an array of another shape.
    func tableColumn(_ name: String) throws -> Table.Column
}

/// What a column holds in each row.
public protocol TableElement {
    /// A column of such elements.
    static func tableColumn(_ name: String, _ elements: [Self]) throws -> Table.Column
}

extension Double: TableElement {
    public static func tableColumn(_ name: String, _ elements: [Double]) throws -> Table.Column {
        Table.Column(name, .doubles(elements))
    }
}

extension Float: TableElement {
    public static func tableColumn(_ name: String, _ elements: [Float]) throws -> Table.Column {
        Table.Column(name, .floats(elements))
    }
}

extension Int: TableElement {
    public static func tableColumn(_ name: String, _ elements: [Int]) throws -> Table.Column {
        Table.Column(name, .integers(elements.map { Int64($0) }))
    }
}

extension Int32: TableElement {
    public static func tableColumn(_ name: String, _ elements: [Int32]) throws -> Table.Column {
        Table.Column(name, .integers(elements.map { Int64($0) }))
    }
}

extension Int64: TableElement {
    public static func tableColumn(_ name: String, _ elements: [Int64]) throws -> Table.Column {
        Table.Column(name, .integers(elements))
    }
}

extension String: TableElement {
    public static func tableColumn(_ name: String, _ elements: [String]) throws -> Table.Column {
        try Table.Column(name, elements)
    }
}

extension Array: TableColumnConvertible where Element: TableElement {
    public func tableColumn(_ name: String) throws -> Table.Column {
        try Element.tableColumn(name, self)
    }
}

extension Tensor: TableColumnConvertible {
    public func tableColumn(_ name: String) throws -> Table.Column {
        try Table.Column(name, self)
    }
}

extension Table.Column: TableColumnConvertible {
    public func tableColumn(_ name: String) throws -> Table.Column {
        if let failure { throw failure }
        return Table.Column(name, values)
    }
}

extension Table {
    /// Columns by name, in the order of their names: `try Table(["age": [63, 37], "thal": ["fixed", "normal"]])`.
    /// - Throws: `KeratinError` for columns of different lengths, and arrays of other shapes.
    public init(_ columns: [String: any TableColumnConvertible]) throws {
        try self.init(
            columns.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { try $0.value.tableColumn($0.key) })
    }
}
