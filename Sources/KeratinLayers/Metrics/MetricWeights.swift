import KeratinCore
import KeratinTensor

/// How sample weights and masks weigh a metric's values (Keras's `reduce_to_samplewise_values`).
enum MetricWeights {
    /// Weights times a mask, or the mask alone.
    static func masked(_ weight: Tensor?, _ mask: Tensor) throws -> Tensor {
        let mask = try mask.cast(to: .float32)
        guard let weight else { return mask }
        let (aligned, weights) = try Loss.sameRank(mask, weight.cast(to: .float32))
        return try weights * aligned
    }

    /// One weighted value a sample, and the samples' weights.
    static func samplewise(_ values: Tensor, _ weight: Tensor) throws -> (Tensor, Tensor) {
        var weight = try weight.cast(to: .float32)
        if let mask = values.mask { weight = try masked(weight, mask) }
        var (values, weights) = try Loss.sameRank(values, weight)
        let weightRank = weights.rank
        values = try averaged(values, from: weightRank)
        weights = try weights.broadcast(toFit: values.shape)
        values = try values * weights
        if weightRank > 1 { weights = try averaged(weights, from: 1) }
        return (try averaged(values, from: 1), weights)
    }

    /// The mean over the axes from one on.
    static func averaged(_ values: Tensor, from axis: Int) throws -> Tensor {
        values.rank > axis ? try values.mean(axes: Array(axis..<values.rank)) : values
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
        return try broadcast(to: shape)
    }
}
