import KeratinCore
import KeratinTensor

/// What a layer asks of one of its inputs. A layer sets `inputSpec`, in its initializer or in `build`; whatever it is called on is
/// checked before `call` sees it.
public struct InputSpec: Hashable, Sendable, CustomStringConvertible {
    /// The element type; nil: any.
    public var dtype: DType?
    /// The extents, the batch among them; nil fits any.
    public var shape: [Int?]?
    /// The number of axes, the batch among them; nil: any.
    public var ndim: Int?
    /// The most axes that the input may have.
    public var maxNdim: Int?
    /// The fewest axes that the input may have.
    public var minNdim: Int?
    /// The extents of some axes, which may count from the end.
    public var axes: [Int: Int]
    /// Whether a last axis of extent 1 may be missing, or be too much.
    public var allowLastAxisSqueeze: Bool
    /// Whether the input may be left away.
    public var optional: Bool
    /// The input's name, in errors.
    public var name: String?

    /// - Parameter shape: decides `ndim`, too.
    public init(
        dtype: DType? = nil, shape: [Int?]? = nil, ndim: Int? = nil, maxNdim: Int? = nil,
        minNdim: Int? = nil, axes: [Int: Int] = [:], allowLastAxisSqueeze: Bool = false,
        name: String? = nil, optional: Bool = false
    ) {
        self.dtype = dtype
        self.shape = shape
        self.ndim = shape?.count ?? ndim
        self.maxNdim = maxNdim
        self.minNdim = minNdim
        self.axes = axes
        self.allowLastAxisSqueeze = allowLastAxisSqueeze
        self.name = name
        self.optional = optional
    }

    public var description: String {
        var parts: [String] = []
        if let dtype { parts.append("dtype: \(dtype.rawValue)") }
        if let shape { parts.append("shape: \(describe(shape))") }
        if let ndim { parts.append("ndim: \(ndim)") }
        if let maxNdim { parts.append("maxNdim: \(maxNdim)") }
        if let minNdim { parts.append("minNdim: \(minNdim)") }
        if !axes.isEmpty {
            let pairs = axes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            parts.append("axes: [\(pairs.joined(separator: ", "))]")
        }
        return "InputSpec(\(parts.joined(separator: ", ")))"
    }
}

extension InputSpec {
    /// - Throws: `KeratinError` that says what was expected and what was found.
    func check(_ input: SymbolicType, index: Int) throws {
        let extents = input.extents
        let rank = extents.count
        func wrong(_ expected: String, _ found: String) -> KeratinError {
            let what = name.map { "input \(index) ('\($0)')" } ?? "input \(index)"
            return KeratinError(
                .shapeMismatch,
                "\(what) does not fit: expected \(expected), found \(found); its shape is \(describe(extents))"
            )
        }
        if let ndim, !allowLastAxisSqueeze, rank != ndim {
            throw wrong("ndim \(ndim)", "ndim \(rank)")
        }
        if let maxNdim, rank > maxNdim { throw wrong("maxNdim \(maxNdim)", "ndim \(rank)") }
        if let minNdim, rank < minNdim { throw wrong("minNdim \(minNdim)", "ndim \(rank)") }
        if let dtype, input.dtype != dtype {
            var error = wrong("dtype \(dtype.rawValue)", "dtype \(input.dtype.rawValue)")
            error.code = .dtypeMismatch
            throw error
        }
        for (axis, extent) in axes.sorted(by: { $0.key < $1.key }) {
            let place = axis < 0 ? axis + rank : axis
            guard extents.indices.contains(place) else {
                throw wrong("axis \(axis) of extent \(extent)", "no such axis")
            }
            if let found = extents[place], found != extent {
                throw wrong("axis \(axis) of extent \(extent)", "extent \(found)")
            }
        }
        guard var shape else { return }
        var found = extents
        if allowLastAxisSqueeze {
            if found.last == 1 { found.removeLast() }
            if shape.last == 1 { shape.removeLast() }
        }
        let fits = zip(shape, found).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
        guard fits, shape.count == found.count else {
            throw wrong("shape \(describe(self.shape ?? []))", "shape \(describe(extents))")
        }
    }

    /// Checks all inputs of a layer.
    static func check(_ specs: [InputSpec], _ inputs: [SymbolicType]) throws {
        guard !specs.isEmpty else { return }
        let needed = specs.lastIndex { !$0.optional }.map { $0 + 1 } ?? 0
        guard (needed...specs.count).contains(inputs.count) else {
            let names = specs.compactMap(\.name)
            let list = names.count == specs.count ? " (\(names.joined(separator: ", ")))" : ""
            throw KeratinError(
                .invalidArgument, "expects \(specs.count) inputs\(list), got \(inputs.count)")
        }
        for (index, (spec, input)) in zip(specs, inputs).enumerated() {
            try spec.check(input, index: index)
        }
    }
}
