/// The maximum or the mean over a sliding window. Cells in the padding do not take part: they are left out
/// of the divisor of a mean.
///
/// A maximum passes over NaN, and is never less than the smallest float32, `leastMaximum`: that is what a window of
/// nothing but NaN and −∞ gives, as in Keras on TensorFlow.
///
/// x: [N, s…, C] → [N, o…, C].
public struct Pooling: FusedOperation {
    /// What becomes of the numbers in a window.
    public enum Kind: String, Hashable, Sendable { case maximum, average }

    /// The maximum of no numbers: the smallest float32.
    public static let leastMaximum = -Double(Float.greatestFiniteMagnitude)

    /// Maximum or mean.
    public var kind: Kind
    /// Which cells of x each cell of the result reads.
    public var window: Window

    /// Pooling over a window whose padding is resolved for the extents of x.
    public init(_ kind: Kind, _ window: Window) {
        self.kind = kind
        self.window = window
    }

    public var name: String { "\(kind.rawValue)_pooling" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(1, inputs)
        return [try Self.type(inputs[0], window)]
    }

    static func type(_ x: TensorType, _ window: Window) throws(KeratinError) -> TensorType {
        let rank = window.rank
        guard x.dtype == .float32, x.shape.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "needs float32 of rank \(rank + 2), got \(x)")
        }
        let output = try window.outputExtents(input: Array(x.shape.dimensions[1...rank]))
        return TensorType(Shape([x.shape[0]] + output + [x.shape[rank + 1]]))
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let axis = window.rank + 1
        switch kind {
        case .maximum:
            let largest = try builder.reduce(
                .maximum, try Self.numbers(builder, inputs[0], window), axes: [axis])
            return [try builder.binary(.maximum, largest, try builder.scalar(Self.leastMaximum))]
        case .average:
            let patches = try builder.append(.patches(window, padding: 0), [inputs[0]])
            let sum = try builder.reduce(.sum, patches, axes: [axis])
            let shape = builder.type(of: inputs[0]).shape
            let counts = try Self.counts(builder, window, Array(shape.dimensions[1...window.rank]))
            return [try builder.binary(.divide, sum, counts)]
        }
    }

    /// The cells of each window [N, o…, K, C] with `leastMaximum` in place of NaN and −∞, and with −∞ in the padding.
    static func numbers(
        _ builder: ProgramBuilder, _ x: Value, _ window: Window
    ) throws(KeratinError) -> Value {
        let least = try builder.scalar(leastMaximum)
        let isNumber = try builder.binary(.greater, x, least)
        let numbers = try builder.append(.select, [isNumber, x, least])
        return try builder.append(.patches(window, padding: -.infinity), [numbers])
    }

    /// How many real cells each window covers: [1, o…, 1].
    static func counts(
        _ builder: ProgramBuilder, _ window: Window, _ spatial: [Int]
    ) throws(KeratinError) -> Value {
        let ones = try builder.fill(1, TensorType(Shape([1] + spatial + [1])))
        let patches = try builder.append(.patches(window, padding: 0), [ones])
        return try builder.reduce(.sum, patches, axes: [window.rank + 1])
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dy = cotangents[0] else { return [nil] }
        let gradient = PoolingGradient(kind, window, input: builder.type(of: inputs[0]).shape)
        let arguments = kind == .maximum ? [inputs[0], results[0], dy] : [dy]
        return [try builder.append(gradient, arguments)[0]]
    }
}

/// maximum: (x, y, dy) → dx, where a window's whole cotangent goes to its first maximum (row-major), and
/// to its first cell if there is no number in it; average: (dy) → dx. `input` is the shape of x.
public struct PoolingGradient: FusedOperation {
    /// That of the forward operation.
    public var kind: Pooling.Kind
    /// That of the forward operation.
    public var window: Window
    /// The shape of x.
    public var input: Shape

    /// The gradient for an x of the given shape.
    public init(_ kind: Pooling.Kind, _ window: Window, input: Shape) {
        self.kind = kind
        self.window = window
        self.input = input
    }

    public var name: String { "\(kind.rawValue)_pooling_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(kind == .maximum ? 3 : 1, inputs)
        let y = try Pooling.type(TensorType(input), window)
        if kind == .maximum {
            try expect("x", inputs[0], TensorType(input))
            try expect("y", inputs[1], y)
        }
        try expect("dy", inputs[inputs.count - 1], y)
        return [TensorType(input)]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let rank = window.rank
        let spatial = Array(input.dimensions[1...rank])
        let dy = inputs[inputs.count - 1]
        let shape = builder.type(of: dy).shape
        var row = shape.dimensions
        row.insert(1, at: rank + 1)
        var patchShape = shape.dimensions
        patchShape.insert(window.count, at: rank + 1)
        let cells: Value
        switch kind {
        case .average:
            let counts = try Pooling.counts(builder, window, spatial)
            let share = try builder.binary(.divide, dy, counts)
            cells = try builder.append(
                .broadcast(Shape(patchShape)), [try builder.reshape(share, Shape(row))])
        case .maximum:
            let patches = try Pooling.numbers(builder, inputs[0], window)
            let first = try builder.append(.argReduce(.maximum, axis: rank + 1), [patches])
            let index = try builder.append(
                .iota(axis: rank + 1, type: TensorType(Shape(patchShape), .int32)), [])
            let hit = try builder.binary(
                .equal, index, try builder.reshape(first, Shape(row)))
            let zero = try builder.fill(0, TensorType(.scalar))
            cells = try builder.append(
                .select, [hit, try builder.reshape(dy, Shape(row)), zero])
        }
        return [try builder.append(.foldPatches(window, input: spatial), [cells])]
    }
}
