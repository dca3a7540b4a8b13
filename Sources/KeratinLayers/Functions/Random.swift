import KeratinCore
import KeratinTensor

/// Keras's `random`: tensors of random numbers.
///
/// In a step that is being recorded, the numbers are drawn anew each time that the step runs; else at once. They follow from
/// `RandomSeed.set`. With a seed of its own a function gives the same numbers each time.
// swift-format-ignore: TypeNamesShouldBeCapitalized
public enum random {
    /// Normal numbers.
    public static func normal(
        _ shape: Shape, mean: Double = 0, stddev: Double = 1, seed: UInt64? = nil
    ) -> Tensor {
        let numbers = drawn(shape, seed) { generator in
            var generator = generator
            var normals = NormalGenerator(seed: generator.next())
            return { normals.next() }
        } recorded: { trace in
            // Box and Muller (1958); 1 − u lies in (0, 1], so that its logarithm is finite.
            let radius = ((1 - uniform(trace, shape)).log() * -2).sqrt()
            return radius * (uniform(trace, shape) * (2 * Double.pi)).unary(.cos)
        }
        return scaled(numbers, stddev, mean)
    }

    /// Normal numbers, of which those beyond two standard deviations are drawn again.
    public static func truncatedNormal(
        _ shape: Shape, mean: Double = 0, stddev: Double = 1, seed: UInt64? = nil
    ) -> Tensor {
        Tensor.carrying {
            guard seed != nil || Trace.current == nil else {
                throw KeratinError(
                    .unavailable, "truncatedNormal needs a seed in a step that is being recorded",
                    at: "random")
            }
            let numbers = drawn(shape, seed) { generator in
                var generator = generator
                var normals = NormalGenerator(seed: generator.next())
                return { normals.truncated() }
            } recorded: {
                uniform($0, shape)
            }
            return scaled(numbers, stddev, mean)
        }
    }

    /// Numbers in minval..<maxval, all as likely.
    public static func uniform(
        _ shape: Shape, minval: Double = 0, maxval: Double = 1, seed: UInt64? = nil
    ) -> Tensor {
        let numbers = drawn(shape, seed) { generator in
            var generator = generator
            return { generator.uniform() }
        } recorded: {
            uniform($0, shape)
        }
        return scaled(numbers, maxval - minval, minval)
    }

    /// Integers in minval..<maxval (int32), all as likely.
    public static func randint(
        _ shape: Shape, minval: Int, maxval: Int, seed: UInt64? = nil
    ) -> Tensor {
        Tensor.carrying {
            guard maxval > minval, Int32(exactly: minval) != nil, Int32(exactly: maxval) != nil,
                maxval - minval <= 1 << 24
            else {
                throw KeratinError(
                    .invalidArgument,
                    "needs minval < maxval, at most 2²⁴ apart, got \(minval) and \(maxval)",
                    at: "random.randint")
            }
            let width = Double(maxval - minval)
            let numbers = uniform(shape, maxval: width, seed: seed).unary(.floor)
                .binary(.minimum, width - 1)
            return numbers.cast(to: .int32) + minval
        }
    }

    /// For each row of logits [batch, classes] so many classes (int32 [batch, numSamples]), as likely as the softmax says.
    public static func categorical(
        _ logits: Tensor, _ numSamples: Int, seed: UInt64? = nil
    ) -> Tensor {
        Tensor.carrying([logits]) {
            guard logits.rank == 2, numSamples > 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs logits [batch, classes], got \(logits.shape)",
                    at: "random.categorical")
            }
            // The largest of logits with noise of Gumbel's distribution.
            let shape: Shape = [logits.shape[0], numSamples, logits.shape[1]]
            let noise = (uniform(shape, minval: 1e-7, seed: seed).log() * -1).log() * -1
            return (noise + logits.cast(to: .float32).expandingDimension(at: 1)).argmax(axis: -1)
        }
    }

    /// The input with a part of its elements set to zero and the others scaled to make up for it. Of a symbolic tensor it is a node, which
    /// draws anew each time.
    public static func dropout(
        _ x: Tensor, _ rate: Double, seed: UInt64? = nil
    ) -> Tensor {
        Tensor.carrying([x]) {
            guard rate >= 0, rate < 1 else {
                throw KeratinError(
                    .invalidArgument, "rate must lie in 0..<1, got \(rate)", at: "random.dropout")
            }
            let config: [(name: String, value: OperationForm.Argument)] = [
                ("rate", .init(rate)),
                ("seed", seed.map { .integer(Int(truncatingIfNeeded: $0)) } ?? .null),
            ]
            return ops.one("Dropout", module: "random", config, [x]) { x in
                let x = x[0].cast(to: .float32)
                let kept = uniform(x.shape, seed: seed).binary(.greaterEqual, rate)
                return kept.select(x * (1 / (1 - rate)), Tensor(0))
            }
        }
    }

    // MARK: Where numbers come from

    private static func uniform(_ trace: Trace, _ shape: Shape) -> Tensor {
        Tensor.carrying {
            try trace.randomBits(shape).unary(.uniform)
        }
    }

    private static func scaled(_ x: Tensor, _ factor: Double, _ offset: Double) -> Tensor {
        let wide = factor == 1 ? x : x * factor
        return offset == 0 ? wide : wide + offset
    }

    private static func drawn(
        _ shape: Shape, _ seed: UInt64?, _ make: (PhiloxGenerator) -> () -> Double,
        recorded: (Trace) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying {
            guard shape.dimensions.allSatisfy({ $0 >= 0 }) else {
                throw KeratinError(
                    .shapeMismatch,
                    "random numbers need a shape whose extents are known, got \(shape): in a graph, draw them inside of a layer",
                    at: "random")
            }
            if let trace = Trace.current, seed == nil { return try recorded(trace) }
            let next = make(PhiloxGenerator(seed: seed ?? RandomSeed.next()))
            return Tensor((0..<shape.count).map { _ in Float(next()) }, shape: shape)
        }
    }
}
