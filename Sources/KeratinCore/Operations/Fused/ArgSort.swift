/// The places (int32 […, N]) of a row's elements in ascending order; equal ones keep their order. x: float32 or int32 […, N].
///
/// NaN counts as larger than every number, and −0 as equal to 0, as in NumPy. Sorted values are gathered by the places, so that
/// gradients are those of the gathering; the places themselves have none.
public struct ArgSort: FusedOperation {
    /// Whether the largest comes first; equal elements keep their order then, too.
    public var descending: Bool

    /// Ascending, unless told otherwise.
    public init(descending: Bool = false) { self.descending = descending }

    public var name: String { descending ? "arg_sort_descending" : "arg_sort" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(1, inputs)
        guard inputs[0].dtype == .float32 || inputs[0].dtype == .int32, inputs[0].shape.rank >= 1
        else {
            throw KeratinError(
                .shapeMismatch, "needs float32 or int32 of rank 1 or more, got \(inputs[0])")
        }
        return [TensorType(inputs[0].shape, .int32)]
    }

    /// An element's rank is the number of those that come before it; each place then looks for the element of its rank.
    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let type = builder.type(of: inputs[0])
        let (rank, length) = (type.shape.rank, type.shape[type.shape.rank - 1])
        var (column, row) = (type.shape.dimensions, type.shape.dimensions)
        column.append(1)
        row.insert(1, at: rank - 1)
        // Element i along the last axis but one, element j along the last.
        let own = try builder.reshape(inputs[0], Shape(column))
        let other = try builder.reshape(inputs[0], Shape(row))
        var isBefore = try builder.binary(descending ? .greater : .less, other, own)
        var isEqual = try builder.binary(.equal, other, own)
        if type.dtype == .float32 {
            let (ownNaN, otherNaN) = (
                try builder.unary(.isNaN, own), try builder.unary(.isNaN, other)
            )
            let first =
                descending
                ? try builder.binary(.and, otherNaN, try builder.unary(.not, ownNaN))
                : try builder.binary(.and, ownNaN, try builder.unary(.not, otherNaN))
            isBefore = try builder.binary(.or, isBefore, first)
            isEqual = try builder.binary(
                .or, isEqual, try builder.binary(.and, ownNaN, otherNaN))
        }
        let square = TensorType([length, length], .int32)
        let i = try builder.append(.iota(axis: 0, type: square), [])
        let j = try builder.append(.iota(axis: 1, type: square), [])
        let tie = try builder.binary(.and, isEqual, try builder.binary(.less, j, i))
        let counted = try builder.append(
            .cast(.int32), [try builder.binary(.or, isBefore, tie)])
        let ranks = try builder.reduce(.sum, counted, axes: [rank])
        // Place i takes the element j whose rank it is.
        let wanted = try builder.binary(.equal, try builder.reshape(ranks, Shape(row)), i)
        let zero = try builder.fill(0, TensorType(.scalar, .int32))
        let places = try builder.append(.select, [wanted, j, zero])
        return [try builder.reduce(.sum, places, axes: [rank])]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? { [nil] }
}
