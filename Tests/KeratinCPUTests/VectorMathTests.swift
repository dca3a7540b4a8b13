import KeratinCPU
import KeratinCPUKernelTable
import Testing

/// Errors of our elementary functions against the C library's double ones, in units in the last
/// place of the exact result, over wide ranges.
@Suite struct VectorMathTests {
    private func largestError(
        _ table: CPUKernelTable, _ function: FloatUnary, _ inputs: [Float],
        _ exact: (Double) -> Double
    ) -> (error: Double, at: Float) {
        var results = [Float](repeating: 0, count: inputs.count)
        table.elementwise.unary(function, inputs, &results, inputs.count)
        var worst = (error: 0.0, at: Float(0))
        for (x, y) in zip(inputs, results) {
            let expected = exact(Double(x))
            guard expected.isFinite, abs(expected) < 3.4e38 else { continue }
            let ulp = max(Double(Float(expected).ulp), 0x1p-149)
            let error = abs(Double(y) - expected) / ulp
            if !(error <= worst.error) { worst = (error, x) }
        }
        return worst
    }

    private static func range(_ low: Float, _ high: Float, _ count: Int = 40_003) -> [Float] {
        (0..<count).map { low + (high - low) * Float($0) / Float(count - 1) }
    }

    /// All magnitudes: bit patterns a fixed distance apart, of both signs.
    private static let magnitudes: [Float] = stride(from: UInt32(0), to: 0x7f80_0000, by: 150_011)
        .flatMap { [Float(bitPattern: $0), -Float(bitPattern: $0)] }

    @Test(arguments: KernelVariant.allCases.filter(\.isAvailable))
    func bounds(variant: KernelVariant) throws {
        let table = try variant.makeTable()
        let cases: [(FloatUnary, UnaryCase)] = [
            (.exp, UnaryCase(1.5, -104, 89)), (.expm1, UnaryCase(2, -20, 88)),
            (.log, UnaryCase(1.5, 1e-30, 10)), (.log1p, UnaryCase(2.5, -0.9999, 10)),
            (.sin, UnaryCase(2.5, -12_000, 12_000)), (.cos, UnaryCase(2.5, -12_000, 12_000)),
            (.arctan, UnaryCase(2.5, -20, 20)), (.tanh, UnaryCase(2, -10, 10)),
            (.sigmoid, UnaryCase(3, -100, 100)),
            (.softplus, UnaryCase(3, -80, 80)), (.erf, UnaryCase(2, -5, 5)),
            (.erfc, UnaryCase(9, -5, 10.2)),
            (.sqrt, UnaryCase(0.501, 0, 1e9)), (.rsqrt, UnaryCase(1.5, 1e-9, 1e9)),
        ]
        for (function, test) in cases {
            let inputs =
                Self.range(test.low, test.high) + Self.range(-1, 1)
                + (function == .sin || function == .cos ? [] : Self.magnitudes)
            let worst = largestError(table, function, inputs, test.exact(function))
            #expect(
                worst.error <= test.bound,
                "\(function) of \(worst.at) is off by \(worst.error) ulp, allowed \(test.bound)")
        }
    }

    struct UnaryCase {
        var bound: Double
        var low: Float
        var high: Float

        init(_ bound: Double, _ low: Float, _ high: Float) {
            self.bound = bound
            self.low = low
            self.high = high
        }

        func exact(_ function: FloatUnary) -> (Double) -> Double {
            switch function {
            case .exp: { NaiveMath.unary(.exp, $0) }
            case .expm1: { NaiveMath.unary(.expm1, $0) }
            case .log: { NaiveMath.unary(.log, $0) }
            case .log1p: { NaiveMath.unary(.log1p, $0) }
            case .sin: { NaiveMath.unary(.sin, $0) }
            case .cos: { NaiveMath.unary(.cos, $0) }
            case .arctan: { NaiveMath.unary(.arctan, $0) }
            case .tanh: { NaiveMath.unary(.tanh, $0) }
            case .sigmoid: { NaiveMath.unary(.sigmoid, $0) }
            case .softplus: { NaiveMath.unary(.softplus, $0) }
            case .erf: { NaiveMath.unary(.erf, $0) }
            case .erfc: { NaiveMath.unary(.erfc, $0) }
            case .sqrt: { NaiveMath.unary(.sqrt, $0) }
            default: { NaiveMath.unary(.rsqrt, $0) }
            }
        }
    }
}
