import KeratinCore

/// What is known of a tensor before there are numbers: its element type, and those of its extents that do not vary.
public struct SymbolicType: Hashable, Sendable, CustomStringConvertible {
    /// nil for an extent that varies, such as the batch.
    public var extents: [Int?]
    /// The type of the elements.
    public var dtype: DType

    /// A type whose extents may be nil, not known; float32, unless said otherwise.
    public init(_ extents: [Int?], _ dtype: DType = .float32) {
        self.extents = extents
        self.dtype = dtype
    }

    /// The type of a tensor, symbolic or not.
    package init(of tensor: Tensor) {
        self.init(
            tensor.shape.dimensions.map { $0 == Tensor.unknownExtent ? nil : $0 }, tensor.dtype)
    }

    public var description: String { "\(dtype.rawValue)\(Shape.description(extents))" }
}

extension Shape {
    /// A shape with unknown extents as Keras prints it: `(None, 28, 28, 1)`.
    package static func description(_ extents: [Int?]) -> String {
        let words = extents.map { $0.map(String.init) ?? "None" }
        return "(" + words.joined(separator: ", ") + (extents.count == 1 ? ",)" : ")")
    }
}

extension SymbolicType {
    /// The types of a function's results.
    ///
    /// The function is recorded with two sizes for the unknown extents: what differs then is unknown in the results. Nothing is
    /// computed, so size costs nothing.
    /// - Parameter inputs: one for each argument; those without a type are handed over as they are.
    /// - Throws: what the function throws; `KeratinError` if the number, rank or element type of results depends on an unknown
    ///   extent.
    package static func results(
        of inputs: [SymbolicType], _ body: ([Tensor]) throws -> [Tensor]
    ) throws -> [SymbolicType] {
        let samples = SampleExtents(inputs)
        func record(_ types: [TensorType]) throws -> [TensorType] {
            let recorded = try TracedFunction.record(types) { _, arguments in try body(arguments) }
            return recorded.program.outputs.prefix(recorded.resultCount)
                .map { recorded.program.type(of: $0) }
        }
        let small: [TensorType]
        do {
            small = try record(inputs.map(samples.small))
        } catch let error as KeratinError {
            // The sizes that stand for unknown extents mean nothing to a reader.
            do {
                _ = try record(inputs.map(samples.large))
                throw error
            } catch let other as KeratinError {
                throw error.withoutSampleExtents(comparedWith: other)
            }
        }
        guard inputs.contains(where: { $0.extents.contains(nil) }) else {
            return small.map { SymbolicType($0.shape.dimensions, $0.dtype) }
        }
        let large = try record(inputs.map(samples.large))
        guard small.count == large.count,
            zip(small, large).allSatisfy({ $0.shape.rank == $1.shape.rank && $0.dtype == $1.dtype })
        else {
            throw KeratinError(
                .shapeMismatch, "the number, rank or type of results depends on an unknown extent")
        }
        return zip(small, large).map { a, b in
            SymbolicType(
                zip(a.shape.dimensions, b.shape.dimensions).map { $0 == $1 ? $0 : nil }, a.dtype)
        }
    }
}

/// Two sizes for each unknown extent. They have many divisors, are larger than windows are, and so far apart that an extent
/// which depends on them differs even after a long stride; with many unknown extents they are smaller, so that tensors stay
/// possible.
private struct SampleExtents {
    private let batch = (48, 96)
    private var extent = (960, 1152)

    init(_ inputs: [SymbolicType]) {
        let limit = Double(1 << 40)
        for size in [960, 480, 240, 120, 60] {
            extent = (size, size / 5 * 6)
            let largest = inputs.map { large($0).shape.dimensions.reduce(1) { $0 * Double($1) } }
            if largest.allSatisfy({ $0 <= limit }) { break }
        }
    }

    func small(_ type: SymbolicType) -> TensorType { concrete(type, batch.0, extent.0) }
    func large(_ type: SymbolicType) -> TensorType { concrete(type, batch.1, extent.1) }

    private func concrete(_ type: SymbolicType, _ batch: Int, _ extent: Int) -> TensorType {
        let extents = type.extents.enumerated().map { $1 ?? ($0 == 0 ? batch : extent) }
        return TensorType(Shape(extents), type.dtype)
    }
}
