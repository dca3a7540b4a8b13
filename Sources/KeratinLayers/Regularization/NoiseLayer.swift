import KeratinCore
import KeratinTensor

/// What the layers that are random in training have in common: a seed, and the draws.
public class NoiseLayer: Layer {
    private let seed: Int?

    init(seed: Int?, name: String?) {
        self.seed = seed
        super.init(name: name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["seed": seed.map { .integer($0) } ?? .null])
    }

    /// Uniform numbers in 0..<1; `stream` tells the layer's draws of one step apart.
    final func uniform(_ shape: Shape, stream: UInt32 = 0) throws -> Tensor {
        try RandomDraws(seed: seed).uniform(shape, stream: stream)
    }

    /// Normal numbers of mean 0 and deviation 1, by the transform of Box and Muller (1958).
    final func normal(_ shape: Shape) throws -> Tensor {
        // 1 − u lies in (0, 1], so that its logarithm is finite.
        let radius = try ((1 - uniform(shape)).log() * -2).sqrt()
        let angle = try uniform(shape, stream: 1) * (2 * Double.pi)
        return radius * angle.unary(.cos)
    }

    /// - Throws: `KeratinError` if the number lies outside 0…1.
    final func requireFraction(_ value: Double, _ what: String) throws {
        guard value >= 0, value <= 1 else {
            throw KeratinError(.invalidArgument, "\(what) must lie in 0…1, got \(value)")
        }
    }

    /// A shape that is broadcast over an input; nil entries stand for the input's extents.
    /// - Throws: `KeratinError` if it does not broadcast to the input.
    final func noiseShape(_ entries: [Int?]?, _ input: Shape) throws -> Shape {
        guard let entries else { return input }
        let shape = Shape(
            entries.count == input.rank
                ? zip(entries, input.dimensions).map { $0 ?? $1 } : entries.map { $0 ?? 0 })
        guard shape.rank == input.rank, shape.broadcasts(to: input) else {
            throw KeratinError(
                .shapeMismatch, "noiseShape \(describe(entries)) does not fit an input \(input)")
        }
        return shape
    }
}

/// Where a layer's random numbers come from: the run's own, or a seed.
struct RandomDraws {
    let seed: Int?

    /// Uniform numbers in 0..<1. With a seed of its own a layer draws the same in every run; `stream` tells its draws
    /// of one step apart.
    func uniform(_ shape: Shape, stream: UInt32 = 0) throws -> Tensor {
        guard let trace = Trace.current else {
            // At once, there is no step to tell draws of one seed apart.
            return Tensor.randomUniform(
                shape, seed: seed.map { UInt64(bitPattern: Int64($0)) &+ UInt64(stream) })
        }
        guard let seed else { return try trace.randomBits(shape).unary(.uniform) }
        let bits = UInt64(bitPattern: Int64(seed))
        return try trace.randomBits(shape, seed: bits, stream: stream).unary(.uniform)
    }
}
