import KeratinCore
import KeratinTensor

// Keras's activation functions as operations; formulas are those of `ActivationFunction`.

extension ops {
    private static func activation(
        _ className: String, _ x: Tensor, _ function: ActivationFunction
    ) -> Tensor { activation(className, x, [], function) }

    private static func activation(
        _ className: String, _ x: Tensor, _ config: [(name: String, value: OperationForm.Argument)],
        _ function: ActivationFunction
    ) -> Tensor {
        one(className, module: "nn", config, [x]) { try function($0[0].cast(to: .float32)) }
    }

    /// relu, 6 at most.
    public static func relu6(_ x: Tensor) -> Tensor { activation("Relu6", x, .relu6) }
    /// The scaled ELU of Klambauer et al. (2017).
    public static func selu(_ x: Tensor) -> Tensor { activation("Selu", x, .selu) }
    /// x·sigmoid(x).
    public static func silu(_ x: Tensor) -> Tensor { activation("Silu", x, .silu) }
    /// x·sigmoid(x): another name of `silu`.
    public static func swish(_ x: Tensor) -> Tensor { silu(x) }
    /// x/(1 + |x|).
    public static func softsign(_ x: Tensor) -> Tensor {
        activation("Softsign", x, .softsign)
    }
    /// log(sigmoid(x)).
    public static func logSigmoid(_ x: Tensor) -> Tensor {
        activation("LogSigmoid", x, .logSigmoid)
    }
    /// x/6 + ½, between 0 and 1.
    public static func hardSigmoid(_ x: Tensor) -> Tensor {
        activation("HardSigmoid", x, .hardSigmoid)
    }
    /// x·hardSigmoid(x).
    public static func hardSilu(_ x: Tensor) -> Tensor {
        activation("HardSilu", x, .hardSilu)
    }
    /// x·hardSigmoid(x): another name of `hardSilu`.
    public static func hardSwish(_ x: Tensor) -> Tensor { hardSilu(x) }
    /// x, between −1 and 1.
    public static func hardTanh(_ x: Tensor) -> Tensor {
        activation("HardTanh", x, .hardTanh)
    }
    /// x − tanh(x).
    public static func tanhShrink(_ x: Tensor) -> Tensor {
        activation("TanhShrink", x, .tanhShrink)
    }
    /// 0 below −1, x above 1, a parabola between.
    public static func sparsePlus(_ x: Tensor) -> Tensor {
        activation("SparsePlus", x, .sparsePlus)
    }
    /// 0 below −1, 1 above 1, a line between.
    public static func sparseSigmoid(_ x: Tensor) -> Tensor {
        activation("SparseSigmoid", x, .sparseSigmoid)
    }

    /// x, below zero times a slope.
    public static func leakyRelu(_ x: Tensor, negativeSlope: Double = 0.2) -> Tensor {
        activation(
            "LeakyRelu", x, [("negative_slope", .init(negativeSlope))],
            .leakyRelu(negativeSlope: negativeSlope))
    }
    /// x, below zero alpha·(eˣ − 1).
    public static func elu(_ x: Tensor, alpha: Double = 1) -> Tensor {
        activation("Elu", x, [("alpha", .init(alpha))], .elu(alpha: alpha))
    }
    /// x, below zero alpha·(e^(x/alpha) − 1).
    public static func celu(_ x: Tensor, alpha: Double = 1) -> Tensor {
        activation("Celu", x, [("alpha", .init(alpha))], .celu(alpha: alpha))
    }
    /// x times the normal distribution's share below it; approximated by a tanh unless told not to.
    public static func gelu(_ x: Tensor, approximate: Bool = true) -> Tensor {
        activation(
            "Gelu", x, [("approximate", .boolean(approximate))], .gelu(approximate: approximate))
    }
    /// The first half of an axis times the sigmoid of the second.
    public static func glu(_ x: Tensor, axis: Int = -1) -> Tensor {
        activation("Glu", x, [("axis", .integer(axis))], .glu(axis: axis))
    }
    /// (x + √(x² + b))/2.
    public static func squareplus(_ x: Tensor, b: Double = 4) -> Tensor {
        activation("Squareplus", x, [("b", .init(b))], .squareplus(b: b))
    }
    /// Nearer to zero by a threshold; 0 within it.
    public static func softShrink(_ x: Tensor, threshold: Double = 0.5) -> Tensor {
        activation(
            "SoftShrink", x, [("threshold", .init(threshold))], .softShrink(threshold: threshold))
    }
    /// x, 0 within a threshold of zero.
    public static func hardShrink(_ x: Tensor, threshold: Double = 0.5) -> Tensor {
        activation(
            "HardShrink", x, [("threshold", .init(threshold))], .hardShrink(threshold: threshold))
    }
    /// x above a threshold, else another value.
    public static func threshold(
        _ x: Tensor, _ threshold: Double, _ defaultValue: Double
    ) -> Tensor {
        activation(
            "Threshold", x,
            [("threshold", .init(threshold)), ("default_value", .init(defaultValue))],
            .threshold(threshold, defaultValue: defaultValue))
    }
    /// The nearest distribution to x, which has zeros.
    public static func sparsemax(_ x: Tensor, axis: Int = -1) -> Tensor {
        activation("Sparsemax", x, [("axis", .integer(axis))], .sparsemax(axis: axis))
    }
}
