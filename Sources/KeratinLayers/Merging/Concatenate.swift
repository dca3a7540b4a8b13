import KeratinCore
import KeratinTensor

/// Its inputs side by side along an axis; the other extents are equal.
public final class Concatenate: MergingLayer {
    private let axis: Int

    /// - Parameter axis: counts from the end if negative.
    public init(axis: Int = -1, name: String? = nil) {
        self.axis = axis
        super.init(name: name)
    }

    package required init(from configuration: Configuration) throws {
        axis = try configuration.integer("axis", default: -1)
        try super.init(from: configuration)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["axis": .integer(axis)])
    }

    override func check(_ shapes: [[Int?]]) throws {
        let rank = shapes[0].count
        let place = axis < 0 ? axis + rank : axis
        guard place >= 0, place < rank else {
            throw KeratinError(
                .invalidArgument, "axis \(axis) is out of range for \(describe(shapes[0]))")
        }
        for shape in shapes.dropFirst() {
            let fits =
                shape.count == rank
                && shape.indices.allSatisfy {
                    $0 == place || shape[$0] == nil || shapes[0][$0] == nil
                        || shape[$0] == shapes[0][$0]
                }
            guard fits else { throw misfit(shapes) }
        }
    }

    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        Tensor.concatenate(inputs, axis: axis)
    }

    /// Inputs without a mask count as true; a mask without the last axis is spread over it, and counts where any of it does.
    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        guard inputs.contains(where: { $0.mask != nil }) else { return [nil] }
        let masks = inputs.map { input in
            guard let mask = input.mask?.cast(to: .float32) else {
                return Tensor(repeating: 1, shape: input.shape)
            }
            guard mask.rank < input.rank else { return mask }
            return mask.expandingDimension(at: -1).broadcast(to: input.shape)
        }
        return [
            Tensor.concatenate(masks, axis: axis).max(axes: [-1]).binary(.greater, 0)
        ]
    }
}
