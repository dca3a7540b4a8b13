import KeratinCore
import KeratinTensor

extension Loss {
    /// mean (t − p)² over the last axis.
    static let meanSquaredError = Loss(
        FunctionIdentity("MeanSquaredError"), name: "mean_squared_error"
    ) { yTrue, yPred in
        (yTrue - yPred).square().mean(axes: [-1])
    }

    /// mean |t − p| over the last axis.
    static let meanAbsoluteError = Loss(
        FunctionIdentity("MeanAbsoluteError"), name: "mean_absolute_error"
    ) { yTrue, yPred in
        (yTrue - yPred).abs().mean(axes: [-1])
    }

    /// mean 100·|t − p|/max(|t|, ε) over the last axis.
    static let meanAbsolutePercentageError = Loss(
        FunctionIdentity("MeanAbsolutePercentageError"), name: "mean_absolute_percentage_error"
    ) { yTrue, yPred in
        let size = yTrue.abs().binary(.maximum, kerasEpsilon)
        return ((yTrue - yPred) / size).abs().mean(axes: [-1]) * 100
    }

    /// mean (ln(1 + p) − ln(1 + t))² over the last axis; numbers below ε count as ε.
    static let meanSquaredLogarithmicError = Loss(
        FunctionIdentity("MeanSquaredLogarithmicError"), name: "mean_squared_logarithmic_error"
    ) { yTrue, yPred in
        let (p, t) = (
            yPred.binary(.maximum, kerasEpsilon), yTrue.binary(.maximum, kerasEpsilon)
        )
        // The logarithm of the quotient of both: their difference would lose the digits of what is near, and of what is small.
        let (larger, smaller) = (p.binary(.maximum, t), p.binary(.minimum, t))
        return ((larger - smaller) / (smaller + 1)).unary(.log1p).square().mean(axes: [-1])
    }

    /// −Σ t·p over an axis, of vectors divided by their lengths: −1 for the same direction, 1 for opposite ones.
    static func cosineSimilarity(axis: Int = -1) -> Loss {
        // Keras does not write the axis; it reads it.
        let identity = FunctionIdentity(
            "CosineSimilarity", axis == -1 ? [:] : ["axis": .integer(axis)])
        return Loss(identity, name: "cosine_similarity") { yTrue, yPred in
            let (t, p) = (
                try yTrue.unitVectors(axes: [axis], shortest: kerasEpsilon),
                try yPred.unitVectors(axes: [axis], shortest: kerasEpsilon)
            )
            return -((t * p).sum(axes: [axis]))
        }
    }

    /// mean over the last axis of ½e² where |e| ≤ delta, else delta·|e| − ½delta², e = p − t.
    static func huber(delta: Double = 1) -> Loss {
        // Keras does not write delta; it reads it.
        let identity = FunctionIdentity("Huber", delta == 1 ? [:] : ["delta": .number(delta)])
        return Loss(identity, name: "huber_loss") { yTrue, yPred in
            let error = yPred - yTrue
            let size = error.abs()
            let near = error.square() * 0.5
            let far = size * delta - 0.5 * delta * delta
            return size.binary(.lessEqual, delta).select(near, far).mean(axes: [-1])
        }
    }

    /// mean ln cosh(p − t) over the last axis.
    static let logCosh = Loss(FunctionIdentity("LogCosh"), name: "log_cosh") {
        yTrue, yPred in
        let error = yPred - yTrue
        let size = error.abs()
        // −½·ln(1 − tanh²e) near 0, where |e| + softplus(−2|e|) − ln 2 loses the digits of e²/2.
        let near = (-(error.clipped(-1, 1).tanh().square())).unary(.log1p) * -0.5
        let far = size + (size * -2).unary(.softplus) - 0.6931471805599453
        return size.binary(.lessEqual, 1).select(near, far).mean(axes: [-1])
    }

    /// mean p − t·ln(p + ε) over the last axis.
    static let poisson = Loss(FunctionIdentity("Poisson"), name: "poisson") {
        yTrue, yPred in
        (yPred - yTrue * (yPred + kerasEpsilon).log()).mean(axes: [-1])
    }

    /// Σ t·ln(t/p) over the last axis, both brought into ε…1.
    static let klDivergence = Loss(FunctionIdentity("KLDivergence"), name: "kl_divergence") {
        yTrue, yPred in
        let (t, p) = (yTrue.clipped(kerasEpsilon, 1), yPred.clipped(kerasEpsilon, 1))
        // Of the larger by the smaller, so that the logarithm of a quotient near 1 keeps its digits.
        let (larger, smaller) = (t.binary(.maximum, p), p.binary(.minimum, t))
        let logarithm = ((larger - smaller) / smaller).unary(.log1p)
        return (t * t.binary(.greaterEqual, p).select(logarithm, -logarithm)).sum(axes: [-1])
    }
}
