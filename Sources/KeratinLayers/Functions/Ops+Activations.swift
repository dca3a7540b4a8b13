import KeratinCore
import KeratinTensor

// Keras's activation functions as operations; formulas are those of `ActivationFunction`.

extension ops {
    private static func activation(
        _ className: String, _ x: Tensor, _ function: ActivationFunction
    ) throws -> Tensor { try activation(className, x, [], function) }

    private static func activation(
        _ className: String, _ x: Tensor, _ config: [(name: String, value: OperationForm.Argument)],
        _ function: ActivationFunction
    ) throws -> Tensor {
        try one(className, module: "nn", config, [x]) { try function($0[0].cast(to: .float32)) }
    }

    public static func relu6(_ x: Tensor) throws -> Tensor { try activation("Relu6", x, .relu6) }
    public static func selu(_ x: Tensor) throws -> Tensor { try activation("Selu", x, .selu) }
    public static func silu(_ x: Tensor) throws -> Tensor { try activation("Silu", x, .silu) }
    public static func swish(_ x: Tensor) throws -> Tensor { try silu(x) }
    public static func softsign(_ x: Tensor) throws -> Tensor {
        try activation("Softsign", x, .softsign)
    }
    public static func logSigmoid(_ x: Tensor) throws -> Tensor {
        try activation("LogSigmoid", x, .logSigmoid)
    }
    public static func hardSigmoid(_ x: Tensor) throws -> Tensor {
        try activation("HardSigmoid", x, .hardSigmoid)
    }
    public static func hardSilu(_ x: Tensor) throws -> Tensor {
        try activation("HardSilu", x, .hardSilu)
    }
    public static func hardSwish(_ x: Tensor) throws -> Tensor { try hardSilu(x) }
    public static func hardTanh(_ x: Tensor) throws -> Tensor {
        try activation("HardTanh", x, .hardTanh)
    }
    public static func tanhShrink(_ x: Tensor) throws -> Tensor {
        try activation("TanhShrink", x, .tanhShrink)
    }
    public static func sparsePlus(_ x: Tensor) throws -> Tensor {
        try activation("SparsePlus", x, .sparsePlus)
    }
    public static func sparseSigmoid(_ x: Tensor) throws -> Tensor {
        try activation("SparseSigmoid", x, .sparseSigmoid)
    }

    public static func leakyRelu(_ x: Tensor, negativeSlope: Double = 0.2) throws -> Tensor {
        try activation(
            "LeakyRelu", x, [("negative_slope", .init(negativeSlope))],
            .leakyRelu(negativeSlope: negativeSlope))
    }
    public static func elu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
        try activation("Elu", x, [("alpha", .init(alpha))], .elu(alpha: alpha))
    }
    public static func celu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
        try activation("Celu", x, [("alpha", .init(alpha))], .celu(alpha: alpha))
    }
    public static func gelu(_ x: Tensor, approximate: Bool = true) throws -> Tensor {
        try activation(
            "Gelu", x, [("approximate", .boolean(approximate))], .gelu(approximate: approximate))
    }
    public static func glu(_ x: Tensor, axis: Int = -1) throws -> Tensor {
        try activation("Glu", x, [("axis", .integer(axis))], .glu(axis: axis))
    }
    public static func squareplus(_ x: Tensor, b: Double = 4) throws -> Tensor {
        try activation("Squareplus", x, [("b", .init(b))], .squareplus(b: b))
    }
    public static func softShrink(_ x: Tensor, threshold: Double = 0.5) throws -> Tensor {
        try activation(
            "SoftShrink", x, [("threshold", .init(threshold))], .softShrink(threshold: threshold))
    }
    public static func hardShrink(_ x: Tensor, threshold: Double = 0.5) throws -> Tensor {
        try activation(
            "HardShrink", x, [("threshold", .init(threshold))], .hardShrink(threshold: threshold))
    }
    public static func threshold(
        _ x: Tensor, _ threshold: Double, _ defaultValue: Double
    ) throws -> Tensor {
        try activation(
            "Threshold", x,
            [("threshold", .init(threshold)), ("default_value", .init(defaultValue))],
            .threshold(threshold, defaultValue: defaultValue))
    }
    public static func sparsemax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
        try activation("Sparsemax", x, [("axis", .integer(axis))], .sparsemax(axis: axis))
    }
}
