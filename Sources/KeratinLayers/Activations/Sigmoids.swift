import KeratinTensor

// Functions that saturate or shrink.

extension ActivationFunction {
    /// 1/(1 + e⁻ˣ)
    static let sigmoid = ActivationFunction(keras: "sigmoid") { x in
        let y = x.sigmoid()
        try Trace.current?.remember(logits: x, of: y, .sigmoid)
        return y
    }

    /// min(max(x + 3, 0), 6)/6
    static let hardSigmoid = ActivationFunction(keras: "hard_sigmoid") {
        try relu6($0 + 3) / 6
    }

    /// min(max(x/5 + ½, 0), 1): what Keras 1 and 2 called `hard_sigmoid`. Keras 3 has no name for it; files of ours say
    /// `legacy_hard_sigmoid`.
    static let legacyHardSigmoid = ActivationFunction(keras: "legacy_hard_sigmoid") {
        ($0 * 0.2 + 0.5).clipped(0, 1)
    }

    /// min(max((x + 1)/2, 0), 1)
    static let sparseSigmoid = ActivationFunction(keras: "sparse_sigmoid") { x in
        let inner = x.binary(.greaterEqual, 1).select(Tensor(1), (x + 1) * 0.5)
        return x.binary(.lessEqual, -1).select(Tensor(0), inner)
    }

    /// ln sigmoid(x)
    static let logSigmoid = ActivationFunction(keras: "log_sigmoid") {
        -((-$0).unary(.softplus))
    }

    /// (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)
    static let tanh = ActivationFunction(keras: "tanh") { $0.tanh() }

    /// min(max(x, −1), 1)
    static let hardTanh = ActivationFunction(keras: "hard_tanh") { $0.clipped(-1, 1) }

    /// x − tanh(x)
    static let tanhShrink = ActivationFunction(keras: "tanh_shrink") { x in
        // Near 0 the difference would cancel: the series of tanh without its first term.
        let small = x.clipped(-0.5, 0.5)
        let square = small.square()
        let terms: [Double] = [
            1.0 / 3, -2.0 / 15, 17.0 / 315, -62.0 / 2835, 1382.0 / 155_925, -21_844.0 / 6_081_075,
            929_569.0 / 638_512_875,
        ]
        var series = square * terms[6] + terms[5]
        for term in terms[..<5].reversed() { series = series * square + term }
        return x.abs().binary(.less, 0.5)
            .select(series * square * small, x - x.tanh())
    }

    /// x/(1 + |x|)
    static let softsign = ActivationFunction(keras: "softsign") { $0 / ($0.abs() + 1) }

    /// 0 where |x| ≤ ½, else x nearer to 0 by ½.
    static let softShrink = ActivationFunction(keras: "soft_shrink") {
        try softShrink($0, 0.5)
    }

    /// 0 where |x| ≤ threshold, else x nearer to 0 by the threshold.
    static func softShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("soft_shrink") { try softShrink($0, threshold) }
    }

    private static func softShrink(_ x: Tensor, _ threshold: Double) throws -> Tensor {
        let lower = x.binary(.less, -threshold).select(x + threshold, Tensor(0))
        return x.binary(.greater, threshold).select(x - threshold, lower)
    }

    /// 0 where |x| ≤ ½, else x.
    static let hardShrink = ActivationFunction(keras: "hard_shrink") {
        try hardShrink($0, 0.5)
    }

    /// 0 where |x| ≤ threshold, else x.
    static func hardShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("hard_shrink") { try hardShrink($0, threshold) }
    }

    private static func hardShrink(_ x: Tensor, _ threshold: Double) throws -> Tensor {
        x.abs().binary(.greater, threshold).select(x, Tensor(0))
    }
}
