import KeratinCore
import KeratinTensor

extension Loss {
    /// The circle loss (Sun et al., 2020) of embeddings of length 1: softplus(P + N), P and N the logarithms of the
    /// summed exponentials of the weighted distances to the samples of the same and of other labels.
    ///
    /// Labels are class numbers [samples]; predictions are [samples, features]. Samples without loss do not count.
    /// - Parameters:
    ///   - gamma: the scale of the distances.
    ///   - margin: how far the two kinds of distances are kept apart.
    ///   - removeDiagonal: whether a sample's distance to itself is left out.
    static func circle(
        gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "gamma": .number(gamma), "margin": .number(margin),
            "remove_diagonal": .boolean(removeDiagonal),
        ]
        return Loss(FunctionIdentity("Circle", config), name: "circle", labelType: .int32) {
            yTrue, yPred in
            let count = yPred.shape.dimensions.first ?? 1
            guard yPred.rank == 2, yTrue.count == count else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs embeddings [samples, features] and a label for each, got "
                        + "\(yPred.shape) and \(yTrue.shape)")
            }
            let isSame = yTrue.reshaped([count, 1]).binary(
                .equal, yTrue.reshaped([1, count]))
            var isPositive = isSame
            if removeDiagonal {
                let row = Tensor(indicesAlong: 0, shape: [count, count])
                let column = Tensor(indicesAlong: 1, shape: [count, count])
                isPositive = isSame.binary(.and, row.binary(.notEqual, column))
            }
            let distance = (1 - yPred.matmul(yPred, transposeRight: true))
                .binary(.maximum, 0)
            let positive = (distance + margin).binary(.maximum, 0)
            let negative = (1 + margin - distance).binary(.maximum, 0)
            let near = positive * (distance - margin) * gamma
            let far = negative * (1 - margin - distance) * gamma
            let sum =
                try logSumExp(near, where: isPositive)
                + logSumExp(far, where: isSame.unary(.not))
            var losses = sum.unary(.softplus)
            losses.mask = losses.binary(.greater, 0)
            return losses
        }
    }

    /// ln Σ eˣ over the last axis of the elements that count. Of no elements it is so small that a softplus of it is 0,
    /// and finite, so that gradients are too.
    private static func logSumExp(_ x: Tensor, where counts: Tensor) throws -> Tensor {
        let lowest = Tensor(-1e30)
        let masked = counts.select(x, lowest)
        let peak = masked.max(axes: [-1], keepDimensions: true)
        let weight = counts.cast(to: .float32)
        let sum = ((masked - peak).exp() * weight).sum(axes: [-1])
        let isEmpty = sum.binary(.equal, 0)
        let logarithm = isEmpty.select(Tensor(1), sum).log()
        return try isEmpty.select(lowest, logarithm + peak.removingDimension(at: -1))
    }
}
