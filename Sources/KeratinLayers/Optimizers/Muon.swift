import KeratinCore
import KeratinTensor

/// The arguments of Muon, with Keras's defaults.
public struct MuonOptions: Hashable, Sendable {
    /// What the momentum of matrices keeps of itself.
    public var momentum = 0.95
    /// Whether matrices take Nesterov's momentum.
    public var nesterov = true
    /// a of the iteration x ← a·x + (b·xxᵀ + c·(xxᵀ)²)·x.
    public var muonA = 3.4445
    /// b of that iteration.
    public var muonB = -4.775
    /// c of that iteration.
    public var muonC = 2.0315
    /// How often that iteration runs.
    public var nsSteps = 5
    /// Updates of matrices are multiplied by this times the square root of the larger extent; nil: they are not.
    public var rmsRate: Double? = 0.2
    /// What AdamW's means of gradients keep of themselves; it updates what is no matrix.
    public var adamBeta1 = 0.9
    /// What AdamW's means of squared gradients keep of themselves.
    public var adamBeta2 = 0.999
    /// Added to the root that AdamW divides by.
    public var epsilon = 1e-7
    /// The weight decay of what AdamW updates; nil: none.
    public var adamWeightDecay: Double? = 0.004
    /// AdamW's learning rate as a part of the optimizer's.
    public var adamLRRatio = 1.0
    /// Weights whose paths (`dense_1/kernel`) contain one of these are updated by AdamW.
    public var excludeLayers: [String] = []
    /// Whether weights with "embedding" in their paths are updated by AdamW.
    public var excludeEmbeddings = true

    /// Keras's defaults.
    public init() {}
}

extension Optimizer {
    /// Muon (Jordan et al., 2024): the momentum of each matrix is made nearly orthogonal by Newton-Schulz iterations and is
    /// then the update; all other weights are updated by AdamW.
    /// - Parameter weightDecay: of matrices.
    static func muon(
        learningRate: LearningRate = 0.001, weightDecay: Double? = 0.004,
        muon: MuonOptions = MuonOptions(), options: OptimizerOptions = OptimizerOptions()
    ) -> Optimizer {
        var options = options
        options.weightDecay = weightDecay
        let config: [String: ConfigValue] = [
            "adam_beta_1": .number(muon.adamBeta1), "adam_beta_2": .number(muon.adamBeta2),
            "epsilon": .number(muon.epsilon),
            "exclude_layers": .list(muon.excludeLayers.map { .string($0) }),
            "muon_a": .number(muon.muonA), "muon_b": .number(muon.muonB),
            "muon_c": .number(muon.muonC), "adam_lr_ratio": .number(muon.adamLRRatio),
            "momentum": .number(muon.momentum), "ns_steps": .integer(muon.nsSteps),
            "nesterov": .boolean(muon.nesterov),
            "exclude_embeddings": .boolean(muon.excludeEmbeddings),
            "adam_weight_decay": ConfigValue(muon.adamWeightDecay),
            "rms_rate": ConfigValue(muon.rmsRate),
        ]
        return Optimizer(
            FunctionIdentity("Muon", config), MuonRule(options: muon), learningRate, options)
    }

    static func muon(_ configuration: Configuration) throws -> Optimizer {
        var muon = MuonOptions()
        func read(_ key: String, _ path: WritableKeyPath<MuonOptions, Double>) throws {
            muon[keyPath: path] = try configuration.number(key, default: muon[keyPath: path])
        }
        func readOptional(_ key: String, _ path: WritableKeyPath<MuonOptions, Double?>) throws {
            let value = try configuration.optionalNumber(key)
            if value != nil || configuration.isNull(key) { muon[keyPath: path] = value }
        }
        try read("momentum", \.momentum)
        try read("muon_a", \.muonA)
        try read("muon_b", \.muonB)
        try read("muon_c", \.muonC)
        try read("adam_beta_1", \.adamBeta1)
        try read("adam_beta_2", \.adamBeta2)
        try read("epsilon", \.epsilon)
        try read("adam_lr_ratio", \.adamLRRatio)
        try readOptional("adam_weight_decay", \.adamWeightDecay)
        try readOptional("rms_rate", \.rmsRate)
        muon.nesterov = try configuration.boolean("nesterov", default: true)
        muon.nsSteps = try configuration.integer("ns_steps", default: 5)
        muon.excludeEmbeddings = try configuration.boolean("exclude_embeddings", default: true)
        if case .list(let names)? = configuration.value("exclude_layers") {
            muon.excludeLayers = try names.map {
                guard case .string(let name) = $0 else {
                    throw configuration.mismatch("exclude_layers", expected: "names")
                }
                return name
            }
        }
        let options = try OptimizerOptions(from: configuration, weightDecay: 0.004)
        return .muon(
            learningRate: try configuration.object("learning_rate", default: 0.001),
            weightDecay: options.weightDecay, muon: muon, options: options)
    }
}

struct MuonRule: VariableUpdateRule {
    var options: MuonOptions

    func validate() throws {
        expect("momentum", options.momentum, in: 0...1)
        guard options.nsSteps >= 0 else {
            throw KeratinError(.invalidArgument, "nsSteps must be ≥ 0, got \(options.nsSteps)")
        }
    }

    private func usesAdam(_ variable: OptimizedVariable) -> Bool {
        if variable.shape.rank != 2 { return true }
        if options.excludeEmbeddings, variable.path.lowercased().contains("embedding") {
            return true
        }
        return options.excludeLayers.contains { variable.path.contains($0) }
    }

    func slots(for variable: OptimizedVariable) -> [VariableSlot] {
        usesAdam(variable) ? [.momentum(variable), .velocity(variable)] : [.momentum(variable)]
    }

    func weightDecay(of variable: OptimizedVariable, _ weightDecay: Double?) -> Double? {
        usesAdam(variable) ? options.adamWeightDecay : weightDecay
    }

    func update(
        _ variable: OptimizedVariable, _ weight: Tensor, gradient: Tensor, slots: [Tensor],
        step: StepNumbers
    ) throws -> (weight: Tensor, slots: [Tensor?]) {
        if usesAdam(variable) {
            let alpha = try AdamRule.rate(
                step, options.adamBeta1, options.adamBeta2, factor: options.adamLRRatio)
            let m = slots[0] + (gradient - slots[0]) * (1 - options.adamBeta1)
            let v = try slots[1] + (step.square(gradient) - slots[1]) * (1 - options.adamBeta2)
            return (weight - m * alpha / (v.sqrt() + options.epsilon), [m, v])
        }
        let m = slots[0] * options.momentum + gradient
        let direction = try orthogonal(
            options.nesterov ? gradient + m * options.momentum : m)
        var factor = 1.0
        if let rate = options.rmsRate {
            factor = Double(Swift.max(weight.shape[0], weight.shape[1])).squareRoot() * rate
        }
        return (try weight - direction * (step.learningRate() * factor), [m])
    }

    /// A matrix with the same singular vectors, and singular values near 1.
    private func orthogonal(_ matrix: Tensor) throws -> Tensor {
        let isTall = matrix.shape[0] > matrix.shape[1]
        var x = isTall ? matrix.transposed() : matrix
        x = x / (x.square().sum().sqrt() + 1e-7)
        for _ in 0..<options.nsSteps {
            let a = x.matmul(x, transposeRight: true)
            let b = a * options.muonB + a.matmul(a) * options.muonC
            x = x * options.muonA + b.matmul(x)
        }
        return isTall ? x.transposed() : x
    }
}
