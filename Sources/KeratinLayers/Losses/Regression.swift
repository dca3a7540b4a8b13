import KeratinCore
import KeratinTensor

extension Loss {
    /// mean (t − p)² over the last axis.
    public static let meanSquaredError = Loss(
        FunctionIdentity("MeanSquaredError"), name: "mean_squared_error"
    ) { yTrue, yPred in
        try (yTrue - yPred).square().mean(axes: [-1])
    }

    /// mean |t − p| over the last axis.
    public static let meanAbsoluteError = Loss(
        FunctionIdentity("MeanAbsoluteError"), name: "mean_absolute_error"
    ) { yTrue, yPred in
        try (yTrue - yPred).abs().mean(axes: [-1])
    }

    /// mean 100·|t − p|/max(|t|, ε) over the last axis.
    public static let meanAbsolutePercentageError = Loss(
        FunctionIdentity("MeanAbsolutePercentageError"), name: "mean_absolute_percentage_error"
    ) { yTrue, yPred in
        let size = try yTrue.abs().binary(.maximum, kerasEpsilon)
        return try ((yTrue - yPred) / size).abs().mean(axes: [-1]) * 100
    }

    /// mean (ln(1 + p) − ln(1 + t))² over the last axis; numbers below ε count as ε.
    public static let meanSquaredLogarithmicError = Loss(
        FunctionIdentity("MeanSquaredLogarithmicError"), name: "mean_squared_logarithmic_error"
    ) { yTrue, yPred in
        func logarithm(_ x: Tensor) throws -> Tensor {
            try (x.binary(.maximum, kerasEpsilon) + 1).log()
        }
        return try (logarithm(yPred) - logarithm(yTrue)).square().mean(axes: [-1])
    }

    /// −Σ t·p over an axis, of vectors divided by their lengths: −1 for the same direction, 1 for opposite ones.
    public static func cosineSimilarity(axis: Int = -1) -> Loss {
        // Keras does not write the axis; it reads it.
        let identity = FunctionIdentity(
            "CosineSimilarity", axis == -1 ? [:] : ["axis": .integer(axis)])
        return Loss(identity, name: "cosine_similarity") { yTrue, yPred in
            func direction(_ x: Tensor) throws -> Tensor {
                let square = try x.square().sum(axes: [axis], keepDimensions: true)
                return try x * square.unary(.rsqrt).binary(.minimum, 1 / kerasEpsilon)
            }
            return try -((direction(yTrue) * direction(yPred)).sum(axes: [axis]))
        }
    }

    /// mean over the last axis of ½e² where |e| ≤ delta, else delta·|e| − ½delta², e = p − t.
    public static func huber(delta: Double = 1) -> Loss {
        // Keras does not write delta; it reads it.
        let identity = FunctionIdentity("Huber", delta == 1 ? [:] : ["delta": .number(delta)])
        return Loss(identity, name: "huber_loss") { yTrue, yPred in
            let error = try yPred - yTrue
            let size = try error.abs()
            let near = try error.square() * 0.5
            let far = try size * delta - 0.5 * delta * delta
            return try size.binary(.lessEqual, delta).select(near, far).mean(axes: [-1])
        }
    }

    /// mean ln cosh(p − t) over the last axis, as e + softplus(−2e) − ln 2.
    public static let logCosh = Loss(FunctionIdentity("LogCosh"), name: "log_cosh") {
        yTrue, yPred in
        let error = try yPred - yTrue
        return try (error + (error * -2).unary(.softplus) - 0.6931471805599453).mean(axes: [-1])
    }

    /// mean p − t·ln(p + ε) over the last axis.
    public static let poisson = Loss(FunctionIdentity("Poisson"), name: "poisson") {
        yTrue, yPred in
        try (yPred - yTrue * (yPred + kerasEpsilon).log()).mean(axes: [-1])
    }

    /// Σ t·ln(t/p) over the last axis, both brought into ε…1.
    public static let klDivergence = Loss(FunctionIdentity("KLDivergence"), name: "kl_divergence") {
        yTrue, yPred in
        let t = try yTrue.clipped(kerasEpsilon, 1)
        return try (t * (t / yPred.clipped(kerasEpsilon, 1)).log()).sum(axes: [-1])
    }
}
