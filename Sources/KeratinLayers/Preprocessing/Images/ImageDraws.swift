import KeratinCore
import KeratinTensor

/// The random numbers of one call of an image layer, and of the layers inside it.
///
/// They are tensor code on `RandomDraws`, so that all backends draw the same. In a recorded step they are drawn anew each time that the step
/// runs; at once, a layer with a seed goes on from where it was.
final class ImageDraws {
    private let seed: Int?
    private let generator: SeedGenerator?
    private var stream: UInt32 = 0

    init(seed: Int?, generator: SeedGenerator?) {
        self.seed = seed
        self.generator = generator
    }

    /// Numbers in low..<high, all as likely.
    func uniform(_ shape: Shape, _ low: Double = 0, _ high: Double = 1) throws -> Tensor {
        defer { stream += 1 }
        let numbers: Tensor
        if Trace.current == nil, let generator {
            numbers = Tensor.randomUniform(shape, seed: generator.next())
        } else {
            numbers = try RandomDraws(seed: seed).uniform(shape, stream: stream)
        }
        return low == 0 && high == 1 ? numbers : numbers * (high - low) + low
    }

    /// Numbers of a factor's range.
    func uniform(_ shape: Shape, _ factor: Factor) throws -> Tensor {
        try uniform(shape, factor.low, factor.high)
    }

    /// Normal numbers of mean 0 and deviation 1, by the transform of Box and Muller (1958).
    func normal(_ shape: Shape) throws -> Tensor {
        // 1 − u lies in (0, 1], so that its logarithm is finite.
        let radius = try ((1 - uniform(shape)).log() * -2).sqrt()
        return try radius * (uniform(shape) * (2 * Double.pi)).unary(.cos)
    }

    /// −1 or 1.
    func sign(_ shape: Shape) throws -> Tensor {
        try uniform(shape).binary(.greater, 0.5).select(Tensor(-1), Tensor(1))
    }

    /// Whether something happens to each of `count` images, with a probability that is drawn of a factor's range: bool [count, 1, 1, 1].
    func happens(_ count: Int, _ factor: Factor) throws -> Tensor {
        let probability = try uniform([count, 1, 1, 1], factor)
        return try uniform([count, 1, 1, 1]).binary(.less, probability)
    }

    /// The numbers 0..<count in a random order.
    func order(_ count: Int) throws -> Tensor { ops.argsort(try uniform([count])) }

    /// Logarithms of numbers of the gamma distribution of a shape parameter > 0 that is broadcast to the shape.
    ///
    /// Marsaglia and Tsang, A simple method for generating gamma variables (2000). How often must be tried is not known where a step is recorded: of
    /// eight tries, each of which succeeds in more than 95 of 100 cases, the first good one counts.
    func logGamma(_ alpha: Tensor, _ shape: Shape) throws -> Tensor {
        let tries = 8
        let all = Shape([tries] + shape.dimensions)
        // Of the parameter α + 1, which needs more than 1, made smaller by a power of a uniform number.
        let d = alpha.broadcast(to: shape) + 2.0 / 3
        let root = try normal(all) / (d * 9).sqrt() + 1
        let cube = (root * root * root).binary(.maximum, 1e-30)
        let normalSquare = ((root - 1) * (d * 9).sqrt()).square()
        let bound = normalSquare * 0.5 + d * (1 - cube + cube.log())
        let isGood = root.binary(.greater, 0)
            .binary(.and, try (1 - uniform(all)).log().binary(.less, bound))
        func at(_ x: Tensor, _ index: Int) -> Tensor {
            x.images(index..<(index + 1), axis: 0).squeezed([0])
        }
        var chosen = at(cube, tries - 1)
        for index in (0..<(tries - 1)).reversed() {
            chosen = at(isGood, index).select(at(cube, index), chosen)
        }
        return try (d * chosen).log() + (1 - uniform(shape)).log() / alpha
    }

    /// Numbers of the beta distribution whose parameters are both alpha.
    func beta(_ alpha: Tensor, _ shape: Shape) throws -> Tensor {
        // A ratio of two gamma variables; in logarithms, since for small parameters both may be too small for a float.
        try (logGamma(alpha, shape) - logGamma(alpha, shape)).sigmoid()
    }
}
