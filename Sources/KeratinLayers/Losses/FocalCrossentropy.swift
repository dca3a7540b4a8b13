import KeratinCore
import KeratinTensor

// Focal losses (Lin et al., 2017) make what is predicted well weigh less.

extension Loss {
    /// (1 − q)^gamma times the binary cross-entropy, averaged over an axis; q = t·p + (1 − t)·(1 − p) is the
    /// probability of the label.
    /// - Parameter applyClassBalancing: whether losses are also weighted by alpha·t + (1 − alpha)·(1 − t).
    public static func binaryFocalCrossentropy(
        applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "apply_class_balancing": .boolean(applyClassBalancing), "alpha": .number(alpha),
            "gamma": .number(gamma), "from_logits": .boolean(fromLogits),
            "label_smoothing": .number(labelSmoothing), "axis": .integer(axis),
        ]
        let identity = FunctionIdentity("BinaryFocalCrossentropy", config)
        return Loss(identity, name: "binary_focal_crossentropy") { yTrue, yPred in
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, classes: 2)
            let p = fromLogits ? try ActivationFunction.sigmoid(yPred) : yPred
            var losses = try Crossentropy.binary(target, p, false)
            let likelihood = try target * p + (1 - target) * (1 - p)
            losses = try (1 - likelihood).raised(to: gamma) * losses
            if applyClassBalancing {
                losses = try (target * alpha + (1 - target) * (1 - alpha)) * losses
            }
            return try losses.mean(axes: [axis])
        }
    }

    /// Σ alpha·(1 − p)^gamma·(−t·ln p) over an axis; probabilities are divided by their sum and clipped to ε…1 − ε.
    public static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        categoricalFocal(.number(alpha), [alpha], gamma, fromLogits, labelSmoothing, axis)
    }

    /// The same with an alpha for each class, along the last axis.
    public static func categoricalFocalCrossentropy(
        alphas: [Double], gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        let list = ConfigValue.list(alphas.map { .number($0) })
        return categoricalFocal(list, alphas, gamma, fromLogits, labelSmoothing, axis)
    }

    private static func categoricalFocal(
        _ alpha: ConfigValue, _ alphas: [Double], _ gamma: Double, _ fromLogits: Bool,
        _ labelSmoothing: Double, _ axis: Int
    ) -> Loss {
        let config: [String: ConfigValue] = [
            "alpha": alpha, "gamma": .number(gamma), "from_logits": .boolean(fromLogits),
            "label_smoothing": .number(labelSmoothing), "axis": .integer(axis),
        ]
        let identity = FunctionIdentity("CategoricalFocalCrossentropy", config)
        return Loss(identity, name: "categorical_focal_crossentropy") { yTrue, yPred in
            try requireSameShape(yTrue, yPred)
            let classes = yTrue.shape.dimensions.last ?? 1
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, classes: classes)
            var p = fromLogits ? try yPred.softmax(axis: axis) : yPred
            p = try (p / p.sum(axes: [axis], keepDimensions: true))
                .clipped(kerasEpsilon, 1 - kerasEpsilon)
            let factor = try (1 - p).raised(to: gamma)
            let weighted =
                alphas.count == 1
                ? try factor * alphas[0] : try factor * Tensor(alphas.map { Float($0) })
            return try (weighted * -(target * p.log())).sum(axes: [axis])
        }
    }

    /// (1 − p^q)/q of the probability p of the labelled class (Zhang and Sabuncu, 2018); labels are class numbers.
    /// - Parameter q: in 0…1, both excluded.
    public static func categoricalGeneralizedCrossEntropy(q: Double = 0.5) -> Loss {
        let identity = FunctionIdentity("CategoricalGeneralizedCrossEntropy", ["q": .number(q)])
        return Loss(
            identity, name: "categorical_generalized_cross_entropy", labelType: .int32
        ) { yTrue, yPred in
            guard q > 0, q < 1 else {
                throw KeratinError(.invalidArgument, "q must lie between 0 and 1, got \(q)")
            }
            let classes = try Tensor(
                indicesAlong: 0, shape: [yPred.shape.dimensions.last ?? 1], dtype: .int32)
            let hot = try yTrue.expandingDimension(at: -1).binary(.equal, classes)
            let p = try (yPred * hot.cast(to: .float32)).sum(axes: [-1])
            return try (1 - p.raised(to: q)) / q
        }
    }
}

extension Tensor {
    /// Each element to a constant power. The powers that models use are products, which are finite and exact where a
    /// general power is not.
    func raised(to exponent: Double) throws -> Tensor {
        switch exponent {
        case 1: self
        case 2: try square()
        default: try binary(.power, exponent)
        }
    }
}
