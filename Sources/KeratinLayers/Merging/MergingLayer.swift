import KeratinCore
import KeratinTensor

/// Joins several tensors into one. Inputs have one batch; inputs of a lower rank get axes of extent 1 behind the batch.
///
/// The result's mask is true where that of any input is, if all have one.
public class MergingLayer: Layer, BuiltInLayer {
    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    public override init(name: String? = nil) { super.init(name: name) }

    package required init(from configuration: Configuration) throws {
        super.init(name: configuration.name)
    }

    public override var supportsMasking: Bool { true }

    /// How many inputs there may be.
    var inputCount: ClosedRange<Int> { 1...Int.max }

    /// The result for inputs of one rank.
    func merge(_ inputs: [Tensor]) throws -> Tensor { inputs[0] }

    /// Checks shapes that are known, with unknown extents.
    /// - Throws: `KeratinError` if they do not fit together.
    func check(_ shapes: [[Int?]]) throws {
        var result = Array(shapes[0].dropFirst())
        for shape in shapes.dropFirst() {
            result = try broadcast(result, Array(shape.dropFirst()), shapes)
        }
    }

    private func broadcast(_ a: [Int?], _ b: [Int?], _ shapes: [[Int?]]) throws -> [Int?] {
        if a.count < b.count { return try broadcast(b, a, shapes) }
        let lead = a.count - b.count
        return try a.enumerated().map { axis, extent in
            guard axis >= lead, let first = extent, let second = b[axis - lead] else {
                return axis < lead ? extent : nil
            }
            guard first == second || first == 1 || second == 1 else { throw misfit(shapes) }
            return first == 1 ? second : first
        }
    }

    final func misfit(_ shapes: [[Int?]]) -> KeratinError {
        KeratinError(
            .shapeMismatch,
            "the shapes do not fit together: \(shapes.map { describe($0) }.joined(separator: ", "))"
        )
    }

    public override func build(inputShapes: [[Int?]]) throws {
        try requireCount(inputShapes.count)
        let batches = Set(inputShapes.compactMap { $0.first ?? nil })
        guard batches.count <= 1, inputShapes.allSatisfy({ !$0.isEmpty }) else {
            throw misfit(inputShapes)
        }
        try check(inputShapes)
    }

    private func requireCount(_ count: Int) throws {
        guard inputCount.contains(count) else {
            let expected =
                inputCount.lowerBound == inputCount.upperBound
                ? "\(inputCount.lowerBound)" : "\(inputCount.lowerBound) or more"
            throw KeratinError(.invalidArgument, "joins \(expected) inputs, got \(count)")
        }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try requireCount(inputs.count)
        try context.require(only: [])
        let rank = inputs.map(\.rank).max() ?? 0
        return [
            try merge(
                inputs.map { input in
                    guard input.rank < rank else { return input }
                    let extents = input.shape.dimensions
                    let ones = [Int](repeating: 1, count: rank - extents.count)
                    var result = input.reshaped(
                        Shape(Array(extents.prefix(1)) + ones + extents.dropFirst()))
                    result.mask = input.mask
                    return result
                })
        ]
    }

    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        let masks = inputs.compactMap(\.mask)
        guard masks.count == inputs.count, let first = masks.first else { return [nil] }
        return [masks.dropFirst().reduce(first) { $0.binary(.or, $1) }]
    }
}

extension Tensor {
    /// The mask [batch, steps], for each number of the tensor.
    func spreadMask() throws -> Tensor? {
        mask?.cast(to: .bool).expandingDimension(at: -1).broadcast(to: shape)
    }
}
