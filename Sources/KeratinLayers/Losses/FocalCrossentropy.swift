import KeratinCore
import KeratinTensor

// Focal losses (Lin et al., 2017) make what is predicted well weigh less.

extension Loss {
    /// (1 − q)^gamma times the binary cross-entropy, averaged over an axis; q = t·p + (1 − t)·(1 − p) is the
    /// probability of the label.
    /// - Parameter applyClassBalancing: whether losses are also weighted by alpha·t + (1 − alpha)·(1 − t).
    static func binaryFocalCrossentropy(
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
            try warnOfSoftmax("binary_focal_crossentropy", yPred)
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, classes: 2)
            var losses: Tensor
            // p, and 1 − p with all its digits.
            let (p, rest): (Tensor, Tensor)
            if let x = fromLogits ? yPred : try Crossentropy.logits(yPred, false) {
                losses = try Crossentropy.binary(target, logits: x)
                (p, rest) = (x.sigmoid(), (-x).sigmoid())
            } else {
                losses = try Crossentropy.binary(target, yPred, false)
                (p, rest) = (yPred, 1 - yPred)
            }
            losses = try (target * rest + (1 - target) * p).raised(to: gamma) * losses
            if applyClassBalancing {
                losses = (target * alpha + (1 - target) * (1 - alpha)) * losses
            }
            return losses.mean(axes: [axis])
        }
    }

    /// Σ alpha·(1 − p)^gamma·(−t·ln p) over an axis; probabilities are divided by their sum and clipped to ε…1 − ε.
    static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        categoricalFocal(.number(alpha), [alpha], gamma, fromLogits, labelSmoothing, axis)
    }

    /// The same with an alpha for each class, along the axis.
    static func categoricalFocalCrossentropy(
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
        let weights = HostConstant(alphas)
        return Loss(identity, name: "categorical_focal_crossentropy") { yTrue, yPred in
            let target = try Crossentropy.smoothed(yTrue, labelSmoothing, axis: axis)
            let logarithms =
                fromLogits
                ? yPred.logSoftmax(axis: axis).clipped(lowest, highest)
                : try Crossentropy.logProbabilities(yPred, axis)
            // 1 − p
            let factor = try (-logarithms.unary(.expm1)).raised(to: gamma)
            let weighted =
                alphas.count == 1
                ? factor * alphas[0]
                : try factor * row(of: weights.read(), along: axis, shape: yPred.shape)
            return (weighted * -(target * logarithms)).sum(axes: [axis])
        }
    }

    /// ln ε and ln(1 − ε).
    private static let (lowest, highest) = (-16.11809565095832, -1.0000000500000033e-07)

    /// A number for each class, so shaped that it is broadcast along the axis of the classes.
    private static func row(of numbers: Tensor, along axis: Int, shape: Shape) throws -> Tensor {
        let axis = try shape.resolve(axis: axis)
        guard numbers.count == shape[axis] else {
            throw KeratinError(
                .shapeMismatch,
                "\(numbers.count) alphas do not fit \(shape[axis]) classes along axis \(axis) of \(shape)"
            )
        }
        var extents = shape.dimensions.map { _ in 1 }
        extents[axis] = numbers.count
        return numbers.reshaped(Shape(extents))
    }

    /// (1 − p^q)/q of the probability p of the labelled class (Zhang and Sabuncu, 2018); labels are class numbers.
    /// - Parameter q: in 0…1, both excluded.
    static func categoricalGeneralizedCrossEntropy(q: Double = 0.5) -> Loss {
        let identity = FunctionIdentity("CategoricalGeneralizedCrossEntropy", ["q": .number(q)])
        return Loss(
            identity, name: "categorical_generalized_cross_entropy", labelType: .int32
        ) { yTrue, yPred in
            guard q > 0, q < 1 else {
                throw KeratinError(.invalidArgument, "q must lie between 0 and 1, got \(q)")
            }
            let classes = Tensor(
                indicesAlong: 0, shape: [yPred.shape.dimensions.last ?? 1], dtype: .int32)
            let hot = yTrue.expandingDimension(at: -1).binary(.equal, classes)
            let p = (yPred * hot.cast(to: .float32)).sum(axes: [-1])
            // −(e^(q·ln p) − 1); at 0, where the slope is infinite, the loss is its limit and gradients take it for constant.
            let isZero = p.binary(.equal, 0)
            let logarithm = isZero.select(Tensor(1), p).log()
            return isZero.select(Tensor(1), -(logarithm * q).unary(.expm1)) / q
        }
    }
}

extension Tensor {
    /// Each element to a constant power. The powers that models use are products, which are finite and exact where a
    /// general power is not.
    ///
    /// At 0 a power below 1 has an infinite slope; gradients take it for constant there.
    func raised(to exponent: Double) throws -> Tensor {
        switch exponent {
        case 0: return Tensor(repeating: 1, shape: shape)
        case 1: return self
        case 2: return square()
        case 0..<1:
            let isZero = binary(.equal, 0)
            return isZero.select(
                Tensor(0), isZero.select(Tensor(1), self).binary(.power, exponent))
        default: return binary(.power, exponent)
        }
    }
}
