import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every activation function against its formula in float64, by relative error, for arguments of both signs from 1e-8 to 80.
@Suite("Digits of activation functions", .serialized)
struct ActivationAccuracyTests {
    /// Relative errors that are allowed: some twenty units in the last place. OpenCL grants `exp` 3, `tanh` 5 and `erfc` 16, and a
    /// relative error of x² counts x² times in an exponential.
    static let bound = 2.5e-6

    /// The argument x/√2 of gelu is rounded, which counts x² times in its tail: at 13, the last that is not 0, 170 roundings.
    static let wide = ["gelu": 1.2e-5]

    /// What is smaller may be flushed to zero.
    static let smallest = 2e-38

    static let arguments: [Float] = {
        let count = 701
        let magnitudes = (0..<count).map { index in
            Float(exp(log(1e-8) + (log(80) - log(1e-8)) * Double(index) / Double(count - 1)))
        }
        // Between 1 and 80 and at the kinks.
        let others = stride(from: Float(0.25), through: 80, by: 0.171).map { $0 } + [0.5, 1, 3, 6]
        return [0] + (magnitudes + others).flatMap { [$0, -$0] }
    }()

    private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
    private static func sigmoid(_ x: Double) -> Double {
        x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
    }
    private static func gate(_ x: Double) -> Double { min(max(x + 3, 0), 6) / 6 }
    private static func tanhShrink(_ x: Double) -> Double {
        if abs(x) > 0.02 { return x - tanh(x) }
        let square = x * x
        return x * square * (1.0 / 3 - square * (2.0 / 15 - square * 17 / 315))
    }
    private static func squareplus(_ x: Double) -> Double {
        let root = (x * x + 4).squareRoot()
        return x < 0 ? 2 / (root - x) : (x + root) / 2
    }

    static let formulas: [String: @Sendable (Double) -> Double] = [
        "linear": { $0 }, "relu": { max($0, 0) }, "relu6": { min(max($0, 0), 6) },
        "leaky_relu": { $0 > 0 ? $0 : 0.2 * $0 }, "elu": { $0 > 0 ? $0 : expm1($0) },
        "selu": { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) },
        "celu": { max($0, 0) + min(expm1($0), 0) },
        "gelu": { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) }, "silu": { $0 * sigmoid($0) },
        "swish": { $0 * sigmoid($0) }, "hard_silu": { $0 * gate($0) },
        "hard_swish": { $0 * gate($0) }, "mish": { $0 * tanh(softplus($0)) },
        "sigmoid": sigmoid, "hard_sigmoid": gate,
        // Old Keras multiplies by the float that is nearest to a fifth.
        "legacy_hard_sigmoid": { min(max($0 * Double(Float(0.2)) + 0.5, 0), 1) },
        "sparse_sigmoid": { min(max(($0 + 1) / 2, 0), 1) }, "log_sigmoid": { -softplus(-$0) },
        "tanh": { tanh($0) }, "hard_tanh": { min(max($0, -1), 1) }, "tanh_shrink": tanhShrink,
        "softplus": softplus, "softsign": { $0 / (1 + abs($0)) }, "squareplus": squareplus,
        "sparse_plus": { $0 <= -1 ? 0 : $0 >= 1 ? $0 : ($0 + 1) * ($0 + 1) / 4 },
        "soft_shrink": { $0 > 0.5 ? $0 - 0.5 : $0 < -0.5 ? $0 + 0.5 : 0 },
        "hard_shrink": { abs($0) > 0.5 ? $0 : 0 }, "exponential": { exp($0) },
    ]

    /// Functions of a row, which have tests of their own.
    static let ofRows: Set<String> = ["softmax", "log_softmax", "sparsemax", "glu"]

    @Test("All functions have a formula") func completeness() {
        #expect(Set(ActivationFunction.known.keys) == Set(Self.formulas.keys).union(Self.ofRows))
    }

    private func check(
        _ what: String, _ function: ActivationFunction, bound: Double = bound,
        _ formula: (Double) -> Double
    ) throws {
        let y = try function(Tensor(Self.arguments, shape: [Self.arguments.count])).floats()
        var worst = (error: 0.0, x: Float(0), y: Float(0), expected: 0.0)
        for (x, y) in zip(Self.arguments, y) {
            let expected = formula(Double(x))
            if abs(expected) < Self.smallest, abs(Double(y)) < Self.smallest { continue }
            let error = abs(Double(y) - expected) / abs(expected)
            if !(error <= worst.error) { worst = (error, x, y, expected) }
        }
        #expect(
            worst.error <= bound,
            "\(what) of \(worst.x) is \(worst.y), expected \(worst.expected): off by \(worst.error)"
        )
    }

    @Test("Functions of an element", arguments: formulas.keys.sorted(), Backends.names)
    func elements(name: String, backend: String) throws {
        let formula = try #require(Self.formulas[name])
        let function = try #require(ActivationFunction.known[name])
        try withBackend(BackendChoice(backend)) {
            try check(name, function, bound: Self.wide[name] ?? Self.bound, formula)
        }
    }

    @Test("With arguments", arguments: Backends.names) func variants(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            try check("gelu, approximate", .gelu(approximate: true), bound: 4e-5) { x in
                // 40,000 units in the exponent's error at its end, where the result is 1e-37.
                let u = 0.7978845608028654 * (x + 0.044715 * x * x * x)
                return x * Self.sigmoid(2 * u)
            }
            try check("squareplus, b = 1", .squareplus(b: 1)) { x in
                let root = (x * x + 1).squareRoot()
                return x < 0 ? 0.5 / (root - x) : (x + root) / 2
            }
            try check("squareplus, b = 0", .squareplus(b: 0)) { max($0, 0) }
            try check("elu, alpha = 0.3", .elu(alpha: 0.3)) { $0 > 0 ? $0 : 0.3 * expm1($0) }
            try check("celu, alpha = 2", .celu(alpha: 2)) { max($0, 0) + min(2 * expm1($0 / 2), 0) }
        }
    }

    @Test("The tail of gelu is not zero", arguments: Backends.names)
    func geluTail(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let y = try ActivationFunction.gelu(
                Tensor([Float](arrayLiteral: -5.7, -8, -12), shape: [3])
            )
            .floats()
            for (y, expected) in zip(y, [-3.4145154e-8, -4.9767685e-15, -2.1317785e-32]) {
                #expect(abs(Double(y) / expected - 1) < 1.2e-5, "\(y), expected \(expected)")
            }
        }
    }
}
