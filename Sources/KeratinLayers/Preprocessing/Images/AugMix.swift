import KeratinCore
import KeratinTensor

/// In training, mixes each batch with versions of it that went through chains of random steps (Hendrycks et al., 2020).
///
/// Which kinds of steps make up the chains is drawn anew in each call; in a recorded step, as that of `fit`, only once, as in Keras.
/// Their numbers and the parts are always drawn anew.
public final class AugMix: RandomImageLayer {
    private let valueRange: ValueRange
    private let numChains: Int
    private let chainDepth: Int
    private let factor: Factor
    private let alpha: Double
    private let allOps: Bool
    private let interpolation: Interpolation
    /// Tells the calls of a layer with a seed apart.
    private let calls = CallCounter()

    /// The layers of which steps are drawn; their random numbers are those of this layer.
    private let steps: [ImageLayer]

    /// - Parameters:
    ///   - valueRange: the darkest and the brightest that pixels can be.
    ///   - numChains: how many chains there are.
    ///   - chainDepth: how many steps a chain has at most.
    ///   - factor: how strong steps are: f for 0…f, or two numbers.
    ///   - alpha: the parameter of the distributions of which the parts are drawn.
    ///   - allOps: whether steps that change brightness, colour, contrast and sharpness are among them.
    ///   - interpolation: nearest or bilinear.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        valueRange: any NumbersConvertible = [0, 255], numChains: Int = 3, chainDepth: Int = 3,
        factor: any NumbersConvertible = 0.3, alpha: Double = 1, allOps: Bool = true,
        interpolation: any InterpolationConvertible = .bilinear, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        let kind = Chosen(interpolation.interpolation, else: .bilinear)
        self.valueRange = ValueRange(valueRange)
        self.numChains = numChains
        self.chainDepth = chainDepth
        self.factor = Factor(factor, "factor", in: 0...1)
        self.alpha = alpha
        self.allOps = allOps
        self.interpolation = kind.value
        steps = AugmentationSteps.layers(
            factor, valueRange, kind.value, withColors: allOps)
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        for step in steps { note(step.mistake) }
        note(kind.mistake, self.valueRange.mistake, self.factor.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "value_range": valueRange.config,
            "num_chains": .integer(numChains),
            "chain_depth": .integer(chainDepth),
            "factor": factor.config,
            "alpha": .number(alpha),
            "all_ops": .boolean(allOps),
            "interpolation": .string(interpolation.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        guard (1...64).contains(numChains), (0...64).contains(chainDepth), alpha > 0, alpha.isFinite
        else {
            throw KeratinError(
                .invalidArgument,
                "needs 1…64 chains of 0…64 steps and a positive alpha, got \(numChains), \(chainDepth) and \(alpha)"
            )
        }
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        var choices = PhiloxGenerator(
            seed: seed.map { UInt64(bitPattern: Int64($0)) &+ calls.next() } ?? RandomSeed.next())
        // A part for each chain, which sum to 1, of Dirichlet's distribution.
        let parts = try draws.logGamma(Tensor(alpha), [numChains]).softmax()
        let whole = try draws.beta(Tensor(alpha), [1, 1, 1, 1])
        var mixed: Tensor?
        for chain in 0..<numChains {
            var x = images
            for _ in 0..<chainDepth {
                // One choice more than there are steps: nothing.
                let index = Int.random(in: 0...steps.count, using: &choices)
                if index < steps.count { x = try steps[index].transformed(x, draws) }
            }
            let term = x * parts.images(chain..<(chain + 1), axis: 0)
            mixed = mixed.map { $0 + term } ?? term
        }
        return valueRange.clipped(images * whole + (mixed ?? images) * (1 - whole))
    }
}

extension AugMix: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            valueRange: try configuration.valueRange(),
            numChains: try configuration.integer("num_chains", default: 3),
            chainDepth: try configuration.integer("chain_depth", default: 3),
            factor: try configuration.factor("factor", default: 0.3),
            alpha: try configuration.number("alpha", default: 1),
            allOps: try configuration.boolean("all_ops", default: true),
            interpolation: try configuration.choice(
                "interpolation", default: Interpolation.bilinear),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}
