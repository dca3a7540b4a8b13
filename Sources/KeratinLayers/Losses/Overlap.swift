import KeratinCore
import KeratinTensor

// Losses of segmentation: how little two areas overlap.

extension Loss {
    /// 1 − 2Σ t·p/(Σt + Σp + ε), the complement of the coefficient of Dice.
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    public static func dice(axes: [Int]? = nil) -> Loss {
        let identity = FunctionIdentity("Dice", ["axis": overlapAxes(axes)])
        return Loss(identity, name: "dice") { yTrue, yPred in
            let both = try (yTrue * yPred).sum(axes: axes)
            let sizes = try yTrue.sum(axes: axes) + yPred.sum(axes: axes) + kerasEpsilon
            return try 1 - both * 2 / sizes
        }
    }

    /// 1 − I/(I + alpha·A + beta·B + ε) with I = Σ t·p, A = Σ t·(1 − p), B = Σ (1 − t)·p (Salehi et al., 2017, where
    /// alpha and beta change places; this is what Keras computes).
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    public static func tversky(
        alpha: Double = 0.5, beta: Double = 0.5, axes: [Int]? = nil
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "alpha": .number(alpha), "beta": .number(beta), "axis": overlapAxes(axes),
        ]
        return Loss(FunctionIdentity("Tversky", config), name: "tversky") { yTrue, yPred in
            let both = try (yTrue * yPred).sum(axes: axes)
            let missed = try ((1 - yPred) * yTrue).sum(axes: axes)
            let added = try (yPred * (1 - yTrue)).sum(axes: axes)
            return try 1 - both / (both + missed * alpha + added * beta + kerasEpsilon)
        }
    }

    private static func overlapAxes(_ axes: [Int]?) -> ConfigValue {
        guard let axes else { return .null }
        return axes.count == 1 ? .integer(axes[0]) : ConfigValue(axes)
    }
}
