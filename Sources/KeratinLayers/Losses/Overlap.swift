import KeratinCore
import KeratinTensor

// Losses of segmentation: how little two areas overlap.

extension Loss {
    /// 1 − 2Σ t·p/(Σt + Σp + ε), the complement of the coefficient of Dice.
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    static func dice(axes: [Int]? = nil) -> Loss {
        let identity = FunctionIdentity("Dice", ["axis": overlapAxes(axes)])
        return Loss(identity, name: "dice") { yTrue, yPred in
            let sizes = yTrue.sum(axes: axes) + yPred.sum(axes: axes) + kerasEpsilon
            return try (missed(yTrue, yPred, axes) + missed(yPred, yTrue, axes) + kerasEpsilon)
                / sizes
        }
    }

    /// 1 − I/(I + alpha·A + beta·B + ε) with I = Σ t·p, A = Σ t·(1 − p), B = Σ (1 − t)·p (Salehi et al., 2017, where
    /// alpha and beta change places; this is what Keras computes).
    /// - Parameter axes: what is summed over; nil: everything, the samples too.
    static func tversky(
        alpha: Double = 0.5, beta: Double = 0.5, axes: [Int]? = nil
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "alpha": .number(alpha), "beta": .number(beta), "axis": overlapAxes(axes),
        ]
        return Loss(FunctionIdentity("Tversky", config), name: "tversky") { yTrue, yPred in
            let both = (yTrue * yPred).sum(axes: axes)
            let wrong =
                try missed(yTrue, yPred, axes) * alpha + missed(yPred, yTrue, axes) * beta
                + kerasEpsilon
            return wrong / (both + wrong)
        }
    }

    /// Σ a·(1 − b). From such sums the losses come without 1 less a quotient near 1.
    private static func missed(_ a: Tensor, _ b: Tensor, _ axes: [Int]?) throws -> Tensor {
        (a * (1 - b)).sum(axes: axes)
    }

    private static func overlapAxes(_ axes: [Int]?) -> ConfigValue {
        guard let axes else { return .null }
        return axes.count == 1 ? .integer(axes[0]) : ConfigValue(axes)
    }
}
