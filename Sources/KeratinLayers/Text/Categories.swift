import KeratinCore
import KeratinTensor

/// A text or a whole number, as what layers of categories are given columns of it.
public protocol CategoryConvertible: Sendable {
    /// The category itself: a text or an integer.
    var category: CategoryValue { get }
}

/// A category as layers look at it.
public enum CategoryValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
}

extension String: CategoryConvertible {
    public var category: CategoryValue { .text(self) }
}
extension Int: CategoryConvertible {
    public var category: CategoryValue { .integer(self) }
}
extension Int32: CategoryConvertible {
    public var category: CategoryValue { .integer(Int(self)) }
}
extension Int64: CategoryConvertible {
    public var category: CategoryValue { .integer(Int(self)) }
}

/// What stands for a column of categories: `["red", "green"]`, `[3, 7]`, or a tensor of whole numbers.
public protocol CategoryColumnConvertible: Sendable {
    /// - Throws: `KeratinError` if the numbers are not there, or are no integers.
    func categoryColumn() throws -> CategoryColumn
}

/// A column of categories, and the extents that it has.
public struct CategoryColumn: Hashable, Sendable {
    /// In row-major order.
    public let values: [CategoryValue]
    /// The extents of the array that they come from.
    public let extents: [Int]

    /// A column; without extents a vector.
    public init(_ values: [CategoryValue], extents: [Int]? = nil) {
        self.values = values
        self.extents = extents ?? [values.count]
    }
}

extension CategoryColumn: CategoryColumnConvertible {
    public func categoryColumn() throws -> CategoryColumn { self }
}

extension Array: CategoryColumnConvertible where Element: CategoryConvertible {
    public func categoryColumn() throws -> CategoryColumn { CategoryColumn(map(\.category)) }
}

extension Tensor: CategoryColumnConvertible {
    /// The integers of the tensor, which must lie in host memory or on a device, not in a recording.
    public func categoryColumn() throws -> CategoryColumn {
        let integers: [Int]
        switch try hostArray().storage {
        case .float32:
            throw KeratinError(
                .dtypeMismatch, "categories are whole numbers or texts, got float32")
        default: integers = try self.integers(at: "a column of categories")
        }
        return CategoryColumn(integers.map { .integer($0) }, extents: shape.dimensions)
    }
}
