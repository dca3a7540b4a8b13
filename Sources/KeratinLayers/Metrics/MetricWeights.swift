import KeratinCore
import KeratinTensor

/// How sample weights and masks weigh a metric's values (Keras's `reduce_to_samplewise_values`).
enum MetricWeights {
    /// Weights times a mask, or the mask alone.
    static func masked(_ weight: Tensor?, _ mask: Tensor) throws -> Tensor {
        let mask = mask.cast(to: .float32)
        guard let weight else { return mask }
        let (aligned, weights) = try Loss.sameRank(mask, weight.cast(to: .float32))
        return weights * aligned
    }

    /// One weighted value per sample, and the samples' weights.
    /// - Parameter summed: whether the values of a sample are added, not averaged.
    static func samplewise(
        _ values: Tensor, _ weight: Tensor, summed: Bool = false
    ) throws -> (Tensor, Tensor) {
        var weight = weight.cast(to: .float32)
        if let mask = values.mask { weight = try masked(weight, mask) }
        var (values, weights) = try Loss.sameRank(values, weight)
        let weightRank = weights.rank
        values = try reduced(values, from: weightRank, summed)
        weights = try weights.broadcast(toFit: values.shape)
        values = values * weights
        if weightRank > 1 { weights = try reduced(weights, from: 1, summed) }
        return (try reduced(values, from: 1, summed), weights)
    }

    /// The mean, or the sum, over the axes from one on.
    static func reduced(_ values: Tensor, from axis: Int, _ summed: Bool = false) throws -> Tensor {
        guard values.rank > axis else { return values }
        let axes = Array(axis..<values.rank)
        return summed ? values.sum(axes: axes) : values.mean(axes: axes)
    }
}

extension Tensor {
    /// The tensor broadcast to a shape of the same rank.
    /// - Throws: `KeratinError` if an extent is neither equal nor 1.
    func broadcast(toFit shape: Shape) throws -> Tensor {
        guard rank <= shape.rank,
            zip(self.shape.dimensions.reversed(), shape.dimensions.reversed())
                .allSatisfy({ $0 == $1 || $0 == 1 })
        else {
            throw KeratinError(
                .shapeMismatch, "weights of shape \(self.shape) do not fit values of shape \(shape)"
            )
        }
        return broadcast(to: shape)
    }
}
