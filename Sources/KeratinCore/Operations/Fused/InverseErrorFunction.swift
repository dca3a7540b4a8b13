/// The number whose error function each element is; ±infinity at ±1, NaN beyond. x: float32.
///
/// The value is a polynomial in ln(1 − x²) (M. Giles, Approximating the erfinv function, 2010), the gradient the exact
/// √π/2·exp(y²) at the result y.
public struct InverseErrorFunction: FusedOperation {
    /// Polynomials in w − 2.5 for w < 5, and in √w − 3 beyond, the highest power first.
    private static let central = [
        2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
        -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
    ]
    private static let tail = [
        -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
        -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
    ]

    /// It has no options.
    public init() {}

    public var name: String { "erfinv" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(1, inputs)
        guard inputs[0].dtype == .float32 else {
            throw KeratinError(.dtypeMismatch, "needs float32, got \(inputs[0])")
        }
        return inputs
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let x = inputs[0]
        let one = try builder.scalar(1)
        // 1 − x², without cancellation near ±1.
        let rest = try builder.binary(
            .multiply, try builder.binary(.subtract, one, x), try builder.binary(.add, one, x))
        let w = try builder.unary(.negate, try builder.unary(.log, rest))
        let isCentral = try builder.binary(.less, w, try builder.scalar(5))
        let near = try builder.binary(.subtract, w, try builder.scalar(2.5))
        // Where the other polynomial is taken, the root sees a harmless number.
        let positive = try builder.append(.select, [isCentral, try builder.scalar(9), w])
        let far = try builder.binary(
            .subtract, try builder.unary(.sqrt, positive), try builder.scalar(3))
        let factor = try builder.append(
            .select,
            [
                isCentral, try polynomial(builder, Self.central, near),
                try polynomial(builder, Self.tail, far),
            ])
        let value = try builder.binary(.multiply, factor, x)
        let isEnd = try builder.binary(.equal, try builder.unary(.abs, x), one)
        let end = try builder.binary(.multiply, x, try builder.scalar(.infinity))
        return [try builder.append(.select, [isEnd, end, value])]
    }

    private func polynomial(
        _ builder: ProgramBuilder, _ coefficients: [Double], _ x: Value
    ) throws(KeratinError) -> Value {
        var sum = try builder.scalar(coefficients[0])
        for coefficient in coefficients.dropFirst() {
            sum = try builder.binary(
                .add, try builder.binary(.multiply, sum, x), try builder.scalar(coefficient))
        }
        return sum
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dy = cotangents[0] else { return [nil] }
        let growth = try builder.unary(.exp, try builder.unary(.square, results[0]))
        let slope = try builder.binary(.multiply, growth, try builder.scalar(0.886226925452758))
        return [try builder.binary(.multiply, dy, slope)]
    }
}
