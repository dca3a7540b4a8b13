import KeratinCore

extension Tensor {
    /// Random numbers of a normal distribution.
    ///
    /// Within a recorded function they are drawn anew by each run; outside of one by each call, from `RandomSeed`.
    /// - Parameter seed: nil: that of the run; a number gives the same draws in every call.
    public static func randomNormal(
        _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, seed: UInt64? = nil
    ) -> Tensor {
        // Box and Muller: 1 − u lies in (0, 1], so that its logarithm is finite.
        let radius = ((1 - uniform(shape, seed, stream: 0)).log() * -2).sqrt()
        let angle = uniform(shape, seed, stream: 1) * (2 * Double.pi)
        return radius * angle.unary(.cos) * standardDeviation + mean
    }

    /// Random numbers in `low`..<`high`, all equally likely.
    ///
    /// Within a recorded function they are drawn anew by each run; outside of one by each call, from `RandomSeed`.
    /// - Parameter seed: nil: that of the run; a number gives the same draws in every call.
    public static func randomUniform(
        _ shape: Shape, low: Double = 0, high: Double = 1, seed: UInt64? = nil
    ) -> Tensor {
        uniform(shape, seed, stream: 0) * (high - low) + low
    }

    /// Whole numbers (int32) of a range, all equally likely.
    ///
    /// Within a recorded function they are drawn anew by each run; outside of one by each call, from `RandomSeed`.
    /// - Parameter seed: nil: that of the run; a number gives the same draws in every call.
    public static func randomIntegers(_ shape: Shape, in range: Range<Int>, seed: UInt64? = nil)
        -> Tensor
    {
        carrying(shape: shape) {
            guard !range.isEmpty else {
                throw KeratinError(
                    .invalidArgument, "the range \(range) is empty", at: "randomIntegers")
            }
            let floats = uniform(shape, seed, stream: 0) * Double(range.count)
            let numbers = floats.cast(to: .int32).binary(.minimum, Double(range.count - 1))
            return numbers + range.lowerBound
        }
    }

    /// The parts of the first axis in a random order.
    /// - Parameter seed: the same number gives the same order, for tensors of as many parts: inputs and their labels.
    public func shuffled(seed: UInt64) -> Tensor {
        Tensor.carrying([self]) {
            guard rank > 0 else {
                throw KeratinError(
                    .shapeMismatch, "a scalar has no parts to shuffle", at: "shuffled")
            }
            var generator = PhiloxGenerator(seed: seed)
            return self[Array(0..<shape[0]).shuffled(using: &generator)]
        }
    }

    /// Uniform in 0..<1.
    private static func uniform(
        _ shape: Shape, _ seed: UInt64?, stream: UInt32
    ) -> Tensor {
        Tensor.carrying {
            try shape.validate()
            if seed == nil, let trace = Trace.current {
                return try trace.randomBits(shape).unary(.uniform)
            }
            return randomBits(shape, seed: seed ?? RandomSeed.next(), stream: stream)
                .unary(.uniform)
        }
    }

    /// Random bits (int32) that depend on a seed alone.
    package static func randomBits(_ shape: Shape, seed: UInt64, stream: UInt32) -> Tensor {
        let words = [seed, seed >> 32].map { Int32(truncatingIfNeeded: $0) } + [0, 0]
        let state = Tensor(words, shape: [4])
        return try apply(.randomBits(shape, stream: stream), [state])
    }
}
