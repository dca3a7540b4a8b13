import KeratinCore
import KeratinTensor

/// In training, sets a random part of the elements to zero and scales the others by 1/(1 − rate)
/// (Srivastava et al., 2014). Otherwise does nothing.
public final class Dropout: Layer {
    private let rate: Double
    private let noiseShape: [Int?]?

    /// - Parameters:
    ///   - rate: the part that is dropped, 0…1.
    ///   - noiseShape: the shape of the mask, which is broadcast; nil entries stand for the input's extents.
    public init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        self.rate = rate
        self.noiseShape = noiseShape
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func build(inputShape: [Int?]) throws {
        guard rate >= 0, rate <= 1 else {
            throw KeratinError(.invalidArgument, "rate must lie in 0…1, got \(rate)")
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard training, rate > 0 else { return input }
        guard let trace = Trace.current else {
            throw KeratinError(
                .invalidState, "draws random numbers, which only a recorded step provides")
        }
        if rate == 1 { return try input * 0 }
        let shape = noiseShape.map { entries in
            Shape(zip(entries, input.shape.dimensions).map { $0 ?? $1 })
        }
        let uniform = try trace.randomBits(shape ?? input.shape).unary(.uniform)
        let scaled = try input * (1 / (1 - rate))
        return try uniform.binary(.greaterEqual, rate).select(scaled, Tensor(0))
    }
}
