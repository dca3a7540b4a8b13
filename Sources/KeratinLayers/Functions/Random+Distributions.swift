import KeratinCore
import KeratinTensor

// Distributions that are drawn by trying, and random orders.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension random {
    /// Numbers of the gamma distribution of a shape parameter `alpha` (a number, or a tensor that is broadcast to the shape) and scale 1.
    ///
    /// In a step that is being recorded it needs a seed: how often must be tried is not known before.
    public static func gamma(
        _ shape: Shape, _ alpha: any TensorConvertible, seed: UInt64? = nil
    ) -> Tensor {
        tried("random.gamma", shape, [alpha], seed) { parameters, source in
            try positive(parameters[0], "alpha")
            return source.gamma(parameters[0])
        }
    }

    /// Numbers of the beta distribution of parameters `alpha` and `beta` (numbers, or tensors that are broadcast to the shape).
    ///
    /// In a step that is being recorded it needs a seed: how often must be tried is not known before.
    public static func beta(
        _ shape: Shape, _ alpha: any TensorConvertible, _ beta: any TensorConvertible,
        seed: UInt64? = nil
    ) -> Tensor {
        tried("random.beta", shape, [alpha, beta], seed) { parameters, source in
            try positive(parameters[0], "alpha")
            try positive(parameters[1], "beta")
            return source.beta(parameters[0], parameters[1])
        }
    }

    /// How many of `counts` tries succeed (float32), each with a probability; both are numbers, or tensors that are broadcast to the shape.
    ///
    /// In a step that is being recorded it needs a seed: how often must be tried is not known before.
    public static func binomial(
        _ shape: Shape, _ counts: any TensorConvertible, _ probabilities: any TensorConvertible,
        seed: UInt64? = nil
    ) -> Tensor {
        tried("random.binomial", shape, [counts, probabilities], seed) { parameters, source in
            let (count, probability) = (parameters[0], parameters[1])
            guard count >= 0, count < 0x1p31, (0...1).contains(probability) else {
                throw KeratinError(
                    .invalidArgument,
                    "needs counts ≥ 0 and probabilities in 0...1, got \(count) and \(probability)")
            }
            return Double(source.binomial(Int(count), probability))
        }
    }

    private static func positive(_ value: Double, _ name: String) throws {
        guard value > 0, value.isFinite else {
            throw KeratinError(.invalidArgument, "\(name) must be positive, got \(value)")
        }
    }

    private static func tried(
        _ name: String, _ shape: Shape, _ parameters: [any TensorConvertible], _ seed: UInt64?,
        _ draw: ([Double], inout TryingSource) throws -> Double
    ) -> Tensor {
        Tensor.carrying(parameters.map(\.tensor), shape: shape) {
            guard seed != nil || Trace.current == nil else {
                throw KeratinError(
                    .unavailable, "needs a seed in a step that is being recorded", at: name)
            }
            try shape.validate()
            let values = try parameters.map { parameter -> (numbers: [Double], strides: [Int]) in
                let tensor = parameter.tensor
                guard tensor.hasNumbers, tensor.shape.broadcasts(to: shape) else {
                    throw KeratinError(
                        .shapeMismatch,
                        "parameters must be numbers, or tensors of known numbers that broadcast to \(shape), got \(tensor.shape)",
                        at: name)
                }
                return (try tensor.array(of: Double.self), steps(tensor.shape, shape))
            }
            var source = TryingSource(seed: seed ?? RandomSeed.next())
            do {
                let results = try (0..<shape.count).map { index -> Float in
                    Float(
                        try draw(
                            values.map { $0.numbers[place(index, $0.strides, shape)] }, &source))
                }
                return Tensor(results, shape: shape)
            } catch let error as KeratinError {
                throw error.located(at: name)
            }
        }
    }

    /// How far a step along each axis of the whole shape goes in what is broadcast to it.
    private static func steps(_ own: Shape, _ whole: Shape) -> [Int] {
        var (result, step) = ([Int](repeating: 0, count: whole.rank), 1)
        for axis in (0..<own.rank).reversed() {
            if own[axis] > 1 { result[axis + whole.rank - own.rank] = step }
            step *= own[axis]
        }
        return result
    }

    private static func place(_ index: Int, _ steps: [Int], _ shape: Shape) -> Int {
        var (rest, place) = (index, 0)
        for axis in steps.indices.reversed() {
            place += rest % shape[axis] * steps[axis]
            rest /= shape[axis]
        }
        return place
    }

    /// The parts of an axis in a random order, each order as likely. In a step that is being recorded it is another one each time that the
    /// step runs, unless there is a seed.
    public static func shuffle(_ x: Tensor, axis: Int = 0, seed: UInt64? = nil) -> Tensor {
        Tensor.carrying([x]) {
            let place = try x.shape.resolve(axis: axis)
            let extent = x.shape[place]
            // Two draws for each part: with one, equal ones would keep their order too often.
            let generator = seed.map { SeedGenerator(Int(truncatingIfNeeded: $0)) }
            let draws = (0..<2).map { _ in
                Tensor.randomUniform([extent], seed: generator?.next())
            }
            let first = ops.argsort(draws[0])
            let order = first.gatherClamped(ops.argsort(draws[1].gatherClamped(first)))
            return x.gatherClamped(order, axis: place)
        }
    }
}

/// Random numbers by trying until one is accepted.
private struct TryingSource {
    private var generator: PhiloxGenerator
    private var normals: NormalGenerator

    init(seed: UInt64) {
        generator = PhiloxGenerator(seed: seed)
        normals = NormalGenerator(seed: generator.next())
    }

    /// Marsaglia and Tsang, A simple method for generating gamma variables (2000).
    mutating func gamma(_ alpha: Double) -> Double {
        if alpha < 1 {
            let power = 1 - generator.uniform()
            return gamma(alpha + 1) * pow(power, 1 / alpha)
        }
        let d = alpha - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normals.next()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            let u = 1 - generator.uniform()
            if log(u) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube }
        }
    }

    mutating func beta(_ alpha: Double, _ beta: Double) -> Double {
        let (x, y) = (gamma(alpha), gamma(beta))
        // Both may be too small for a double; then one of the ends is as good as reached.
        guard x + y > 0 else { return generator.uniform() * (alpha + beta) < alpha ? 1 : 0 }
        return x / (x + y)
    }

    /// Few tries are counted; of many the middle one in order of size, which is of a beta distribution, says on which side to go on.
    mutating func binomial(_ count: Int, _ probability: Double) -> Int {
        var (count, p, successes) = (count, probability, 0)
        while count > 32 {
            if p <= 0 { return successes }
            if p >= 1 { return successes + count }
            let middle = count / 2 + 1
            let value = beta(Double(middle), Double(count + 1 - middle))
            if value <= p {
                // The first `middle` draws lie below p.
                successes += middle
                count -= middle
                p = (p - value) / (1 - value)
            } else {
                count = middle - 1
                p /= value
            }
        }
        for _ in 0..<count where generator.uniform() < p { successes += 1 }
        return successes
    }
}
