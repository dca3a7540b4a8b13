import KeratinCore
import KeratinTensor

/// Keras's activation functions, wherever one is asked for: `.relu`, `.leakyRelu(negativeSlope: 0.1)`.
extension ActivationConvertible where Self == ActivationFunction {
    /// x
    public static var linear: ActivationFunction { ActivationFunction.linear }

    /// max(x, 0)
    public static var relu: ActivationFunction { ActivationFunction.relu }

    /// x above the threshold, else negativeSlope·(x − threshold); at most maxValue.
    public static func relu(
        negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0
    ) -> ActivationFunction {
        ActivationFunction.relu(
            negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
    }

    /// min(max(x, 0), 6)
    public static var relu6: ActivationFunction { ActivationFunction.relu6 }

    /// x for x > 0, else 0.2·x.
    public static var leakyRelu: ActivationFunction { ActivationFunction.leakyRelu }

    /// x for x > 0, else negativeSlope·x.
    public static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction.leakyRelu(negativeSlope: negativeSlope)
    }

    /// x for x > 0, else eˣ − 1.
    public static var elu: ActivationFunction { ActivationFunction.elu }

    /// x for x > 0, else alpha·(eˣ − 1).
    public static func elu(alpha: Double) -> ActivationFunction {
        ActivationFunction.elu(alpha: alpha)
    }

    /// scale·elu with the constants of Klambauer et al. (2017), which keep mean 0 and variance 1.
    public static var selu: ActivationFunction { ActivationFunction.selu }

    /// max(x, 0) + min(eˣ − 1, 0).
    public static var celu: ActivationFunction { ActivationFunction.celu }

    /// max(x, 0) + alpha·(e^(min(x, 0)/alpha) − 1).
    public static func celu(alpha: Double) -> ActivationFunction {
        ActivationFunction.celu(alpha: alpha)
    }

    /// x·Φ(x), with Φ by the complementary error function, which keeps its digits for large negative x.
    public static var gelu: ActivationFunction { ActivationFunction.gelu }

    /// x·Φ(x); approximately: ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
    public static func gelu(approximate: Bool) -> ActivationFunction {
        ActivationFunction.gelu(approximate: approximate)
    }

    /// x·sigmoid(x), also called swish.
    public static var silu: ActivationFunction { ActivationFunction.silu }

    /// x·min(max(x + 3, 0), 6)/6, also called hard swish.
    public static var hardSilu: ActivationFunction { ActivationFunction.hardSilu }

    /// x·tanh(softplus(x))
    public static var mish: ActivationFunction { ActivationFunction.mish }

    /// ln(1 + eˣ)
    public static var softplus: ActivationFunction { ActivationFunction.softplus }

    /// (x + √(x² + 4))/2
    public static var squareplus: ActivationFunction { ActivationFunction.squareplus }

    /// (x + √(x² + b))/2
    public static func squareplus(b: Double) -> ActivationFunction {
        ActivationFunction.squareplus(b: b)
    }

    /// 0 up to −1, x from 1 on, ¼(x + 1)² between.
    public static var sparsePlus: ActivationFunction { ActivationFunction.sparsePlus }

    /// eˣ
    public static var exponential: ActivationFunction { ActivationFunction.exponential }

    /// x above a threshold, else another value.
    public static func threshold(_ threshold: Double, defaultValue: Double) -> ActivationFunction {
        ActivationFunction.threshold(threshold, defaultValue: defaultValue)
    }

    /// 1/(1 + e⁻ˣ)
    public static var sigmoid: ActivationFunction { ActivationFunction.sigmoid }

    /// min(max(x + 3, 0), 6)/6
    public static var hardSigmoid: ActivationFunction { ActivationFunction.hardSigmoid }

    /// min(max(x/5 + ½, 0), 1): what Keras 1 and 2 called `hard_sigmoid`. Keras 3 has no name for it.
    public static var legacyHardSigmoid: ActivationFunction { ActivationFunction.legacyHardSigmoid }

    /// min(max((x + 1)/2, 0), 1)
    public static var sparseSigmoid: ActivationFunction { ActivationFunction.sparseSigmoid }

    /// ln sigmoid(x)
    public static var logSigmoid: ActivationFunction { ActivationFunction.logSigmoid }

    /// (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)
    public static var tanh: ActivationFunction { ActivationFunction.tanh }

    /// min(max(x, −1), 1)
    public static var hardTanh: ActivationFunction { ActivationFunction.hardTanh }

    /// x − tanh(x)
    public static var tanhShrink: ActivationFunction { ActivationFunction.tanhShrink }

    /// x/(1 + |x|)
    public static var softsign: ActivationFunction { ActivationFunction.softsign }

    /// 0 where |x| ≤ ½, else x nearer to 0 by ½.
    public static var softShrink: ActivationFunction { ActivationFunction.softShrink }

    /// 0 where |x| ≤ threshold, else x nearer to 0 by the threshold.
    public static func softShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction.softShrink(threshold: threshold)
    }

    /// 0 where |x| ≤ ½, else x.
    public static var hardShrink: ActivationFunction { ActivationFunction.hardShrink }

    /// 0 where |x| ≤ threshold, else x.
    public static func hardShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction.hardShrink(threshold: threshold)
    }

    /// eˣ/Σ eˣ over the last axis.
    public static var softmax: ActivationFunction { ActivationFunction.softmax }

    /// eˣ/Σ eˣ over an axis.
    public static func softmax(axis: Int) -> ActivationFunction {
        ActivationFunction.softmax(axis: axis)
    }

    /// ln softmax over the last axis.
    public static var logSoftmax: ActivationFunction { ActivationFunction.logSoftmax }

    /// ln softmax over an axis.
    public static func logSoftmax(axis: Int) -> ActivationFunction {
        ActivationFunction.logSoftmax(axis: axis)
    }

    /// The first half of the last axis times the sigmoid of the second.
    public static var glu: ActivationFunction { ActivationFunction.glu }

    /// The first half of an axis times the sigmoid of the second.
    public static func glu(axis: Int) -> ActivationFunction {
        ActivationFunction.glu(axis: axis)
    }

    /// max(x − τ, 0) over the last axis; see `sparsemax(axis:)`.
    public static var sparsemax: ActivationFunction { ActivationFunction.sparsemax }

    /// max(x − τ, 0) over an axis (Martins and Astudillo, 2016, algorithm 1): the nearest point of the probability simplex.
    ///
    /// Of the elements in descending order, the k-th belongs to the support if 1 + k·x exceeds the sum s of the first k;
    /// τ is (s − 1)/k for the last k of the support. Keras 3.15 adds up all s of the support, which is right for one element
    /// only.
    public static func sparsemax(axis: Int) -> ActivationFunction {
        ActivationFunction.sparsemax(axis: axis)
    }

    /// Keras's other name of `silu`.
    public static var swish: ActivationFunction { silu }
    /// Keras's other name of `hardSilu`.
    public static var hardSwish: ActivationFunction { hardSilu }
}
