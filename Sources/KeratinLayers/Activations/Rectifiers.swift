import KeratinTensor

// Functions that let positive numbers pass. Where a function is written in branches, the branch that is not taken
// stays finite, or its gradient would be NaN. Gradients at the kinks are TensorFlow's.

extension ActivationFunction {
    /// x
    static let linear = ActivationFunction(keras: "linear") { $0 }

    /// max(x, 0)
    static let relu = ActivationFunction(keras: "relu") { $0.relu() }

    /// x above the threshold, else negativeSlope·(x − threshold); at most maxValue.
    static func relu(
        negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0
    ) -> ActivationFunction {
        ActivationFunction("relu") { x in
            if negativeSlope != 0, maxValue == nil, threshold == 0 {
                return try leaky(x, negativeSlope)
            }
            var y =
                threshold == 0
                ? x.relu() : x.binary(.greater, threshold).select(x, Tensor(0))
            if maxValue == 6, threshold == 0 {
                y = try below6(y)
            } else if let maxValue {
                y = y.clipped(0, maxValue)
            }
            if negativeSlope == 0 { return y }
            return y - (threshold - x).relu() * negativeSlope
        }
    }

    /// min(max(x, 0), 6)
    static let relu6 = ActivationFunction(keras: "relu6") { try below6($0.relu()) }

    static func below6(_ x: Tensor) throws -> Tensor {
        x.binary(.greaterEqual, 6).select(Tensor(6), x)
    }

    /// x for x > 0, else 0.2·x.
    static let leakyRelu = ActivationFunction(keras: "leaky_relu") { try leaky($0, 0.2) }

    /// x for x > 0, else negativeSlope·x.
    static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction("leaky_relu") { try leaky($0, negativeSlope) }
    }

    private static func leaky(_ x: Tensor, _ slope: Double) throws -> Tensor {
        x.binary(.greater, 0).select(x, x * slope)
    }

    /// x for x > 0, else eˣ − 1.
    static let elu = ActivationFunction(keras: "elu") { try exponential($0, below: 1) }

    /// x for x > 0, else alpha·(eˣ − 1).
    static func elu(alpha: Double) -> ActivationFunction {
        ActivationFunction("elu") { try exponential($0, below: alpha) }
    }

    private static func exponential(_ x: Tensor, below alpha: Double) throws -> Tensor {
        let negative = x.binary(.minimum, 0).unary(.expm1)
        return x.binary(.greater, 0).select(x, alpha == 1 ? negative : negative * alpha)
    }

    /// scale·elu with the constants of Klambauer et al. (2017), which keep mean 0 and variance 1.
    static let selu = ActivationFunction(keras: "selu") { x in
        let negative = x.binary(.minimum, 0).unary(.expm1) * 1.6732632423543772
        return x.binary(.greaterEqual, 0).select(x, negative) * 1.0507009873554805
    }

    /// max(x, 0) + min(eˣ − 1, 0).
    static let celu = celu("celu", alpha: 1, isKeras: true)

    /// max(x, 0) + alpha·(e^(min(x, 0)/alpha) − 1).
    static func celu(alpha: Double) -> ActivationFunction {
        celu("celu", alpha: alpha, isKeras: false)
    }

    private static func celu(
        _ name: String, alpha: Double, isKeras: Bool
    ) -> ActivationFunction {
        let body: @Sendable (Tensor) throws -> Tensor = { x in
            let negative = (x.binary(.minimum, 0) * (1 / alpha)).unary(.expm1)
            return x.binary(.maximum, 0) + negative * alpha
        }
        return isKeras ? ActivationFunction(keras: name, body) : ActivationFunction(name, body)
    }

    /// x·Φ(x), with Φ by the complementary error function, which keeps its digits for large negative x.
    static let gelu = ActivationFunction(keras: "gelu") { x in
        x * 0.5 * (x * -0.7071067811865476).unary(.erfc)
    }

    /// x·Φ(x); approximately: ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
    static func gelu(approximate: Bool) -> ActivationFunction {
        guard approximate else { return gelu }
        return ActivationFunction("gelu") { x in
            // ½(1 + tanh(u)) is sigmoid(2u), which keeps its digits for large negative u. Beyond 12 it is 0 or 1; its
            // argument must not overflow.
            let bounded = x.clipped(-12, 12)
            let cube = bounded.square() * bounded
            let argument = (bounded + cube * 0.044715) * 1.5957691216057308
            return x * argument.sigmoid()
        }
    }

    /// x·sigmoid(x), also called swish.
    static let silu = ActivationFunction(keras: "silu") { $0 * $0.sigmoid() }

    /// x·min(max(x + 3, 0), 6)/6, also called hard swish.
    static let hardSilu = ActivationFunction(keras: "hard_silu") {
        try $0 * hardSigmoid($0)
    }

    /// x·tanh(softplus(x))
    static let mish = ActivationFunction(keras: "mish") {
        $0 * $0.unary(.softplus).tanh()
    }

    /// ln(1 + eˣ)
    static let softplus = ActivationFunction(keras: "softplus") { $0.unary(.softplus) }

    /// (x + √(x² + 4))/2
    static let squareplus = ActivationFunction(keras: "squareplus") {
        try squareplus($0, 4)
    }

    /// (x + √(x² + b))/2
    static func squareplus(b: Double) -> ActivationFunction {
        ActivationFunction("squareplus") { try squareplus($0, b) }
    }

    private static func squareplus(_ x: Tensor, _ b: Double) throws -> Tensor {
        let root = (x.square() + b).sqrt()
        // For negative x the sum would cancel: it is b divided by the difference.
        let divisor = x.binary(.less, 0).select(root - x, Tensor(1))
        return x.binary(.less, 0).select((b * 0.5) / divisor, (x + root) * 0.5)
    }

    /// 0 up to −1, x from 1 on, ¼(x + 1)² between.
    static let sparsePlus = ActivationFunction(keras: "sparse_plus") { x in
        // The square of a large number would overflow in the branch that is not taken.
        let square = (x.clipped(-1, 1) + 1).square() * 0.25
        let upper = x.binary(.less, 1).select(square, x)
        return x.binary(.lessEqual, -1).select(Tensor(0), upper)
    }

    /// eˣ
    static let exponential = ActivationFunction(keras: "exponential") { $0.exp() }

    /// x above a threshold, else another value.
    static func threshold(_ threshold: Double, defaultValue: Double) -> ActivationFunction {
        ActivationFunction("threshold") {
            $0.binary(.greater, threshold).select($0, Tensor(defaultValue))
        }
    }
}
