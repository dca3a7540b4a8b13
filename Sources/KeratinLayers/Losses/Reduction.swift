import KeratinTensor

extension Loss {
    /// How the losses of the samples, times their weights, become one number.
    public enum Reduction: String, Hashable, Sendable, CaseIterable {
        /// Their sum, divided by how many there are.
        case sumOverBatchSize = "sum_over_batch_size"
        /// The same as `sumOverBatchSize`.
        case mean
        /// Their sum, divided by the sum of the weights.
        case meanWithSampleWeight = "mean_with_sample_weight"
        case sum
        /// They stay as they are.
        case none
    }
}

extension Loss.Reduction {
    /// Reduces losses.
    /// - Parameters:
    ///   - sampleWeight: a factor for each loss; ranks that differ by a last extent of 1 are made equal, then the
    ///     factors are broadcast.
    ///   - mask: true (1) for losses that count.
    package func reduce(
        _ losses: Tensor, sampleWeight: Tensor? = nil, mask: Tensor? = nil
    ) throws -> Tensor {
        var losses = losses
        var weight = try weights(sampleWeight?.cast(to: .float32), mask)
        if let given = weight {
            let (values, factors) = try Loss.sameRank(losses, given)
            losses = values * factors
            weight = factors
        }
        // A single number is what it is, also for a mean.
        if self == .none || losses.rank == 0 { return losses }
        let sum = losses.sum()
        switch self {
        case .none, .sum: return sum
        case .meanWithSampleWeight:
            if let weight { return try quotient(sum, weight.sum()) }
            fallthrough
        // No losses, no loss: dividing by zero would make it NaN.
        case .sumOverBatchSize, .mean:
            return sum * (1 / Double(Swift.max(losses.count, 1)))
        }
    }

    /// The mask as a factor, times the weights. For a mean over all losses the losses that count weigh more, so that it
    /// becomes a mean over those.
    private func weights(_ sampleWeight: Tensor?, _ mask: Tensor?) throws -> Tensor? {
        guard let mask else { return sampleWeight }
        var factors = mask.cast(to: .float32)
        if self == .sumOverBatchSize || self == .mean {
            factors = try factors * quotient(Tensor(Double(mask.count)), factors.sum())
        }
        guard let sampleWeight else { return factors }
        let (a, b) = try Loss.sameRank(factors, sampleWeight)
        return a * b
    }

    /// a/b, and 0 where b is 0.
    private func quotient(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let isZero = b.binary(.equal, 0)
        return isZero.select(Tensor(0), a / isZero.select(Tensor(1), b))
    }
}
