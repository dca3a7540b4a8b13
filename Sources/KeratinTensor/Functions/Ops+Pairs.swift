import KeratinCore

// Functions of two operands, tensors or numbers, which are broadcast by NumPy's rule.

extension ops {
    /// The sum.
    public static func add(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.add, a, b)
    }
    /// The difference.
    public static func subtract(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.subtract, a, b)
    }
    /// The product.
    public static func multiply(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.multiply, a, b)
    }
    /// The quotient, a float.
    public static func divide(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.divide, a, b)
    }
    /// The quotient, a float: another name of `divide`.
    public static func trueDivide(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor
    {
        binary(.divide, a, b)
    }
    /// The larger one; NaN if one is.
    public static func maximum(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.maximum, a, b)
    }
    /// The smaller one; NaN if one is.
    public static func minimum(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.minimum, a, b)
    }
    /// aᵇ.
    public static func power(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.power, a, b)
    }
    /// The remainder, with the sign of the divisor.
    public static func mod(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.remainder, a, b)
    }
    /// Whether both are equal (bool).
    public static func equal(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.equal, a, b)
    }
    /// Whether both differ (bool).
    public static func notEqual(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.notEqual, a, b)
    }
    /// Whether a < b (bool).
    public static func less(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.less, a, b)
    }
    /// Whether a ≤ b (bool).
    public static func lessEqual(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.lessEqual, a, b)
    }
    /// Whether a > b (bool).
    public static func greater(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        binary(.greater, a, b)
    }
    /// Whether a ≥ b (bool).
    public static func greaterEqual(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { binary(.greaterEqual, a, b) }

    // MARK: Of truth; whatever is not zero is true.

    /// Whether both are true (bool).
    public static func logicalAnd(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor
    {
        two("LogicalAnd", a, b) { $0.cast(to: .bool).binary(.and, $1.cast(to: .bool)) }
    }

    /// Whether one of both is true (bool).
    public static func logicalOr(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("LogicalOr", a, b) { $0.cast(to: .bool).binary(.or, $1.cast(to: .bool)) }
    }

    /// Whether exactly one of both is true (bool).
    public static func logicalXor(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor
    {
        two("LogicalXor", a, b) { a, b in
            let (a, b) = (a.cast(to: .bool), b.cast(to: .bool))
            return a.binary(.or, b).binary(.and, a.binary(.and, b).unary(.not))
        }
    }

    /// Whether each element is zero (bool).
    public static func logicalNot(_ x: Tensor) -> Tensor {
        one("LogicalNot", [x]) { $0[0].cast(to: .bool).unary(.not) }
    }

    // MARK: Made of others

    /// The quotient, rounded down.
    public static func floorDivide(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor {
        two("FloorDivide", a, b) { a, b in
            if a.dtype == .float32 || b.dtype == .float32 { return (a / b).unary(.floor) }
            // Exact: what the remainder leaves is a multiple of the divisor.
            let (a, b) = (a.cast(to: .int32), b.cast(to: .int32))
            return Tensor.apply(.binary(.divide), [a - a.binary(.remainder, b), b])
        }
    }

    /// The remainder, with the sign of the dividend.
    public static func fmod(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("Fmod", a, b) { a, b in
            let rest = a.binary(.remainder, b)
            let isOther = (a * rest).binary(.less, 0)
            return isOther.select(rest - b, rest)
        }
    }

    /// The larger one; of a number and NaN the number.
    public static func fmax(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("Fmax", a, b) { a, b in
            withoutNaN(a, b) { $0.binary(.maximum, $1) }
        }
    }

    /// The smaller one; of a number and NaN the number.
    public static func fmin(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("Fmin", a, b) { a, b in
            withoutNaN(a, b) { $0.binary(.minimum, $1) }
        }
    }

    private static func withoutNaN(
        _ a: Tensor, _ b: Tensor, _ body: (Tensor, Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([a, b]) {
            guard a.dtype == .float32 || b.dtype == .float32 else { return try body(a, b) }
            let (isANaN, isBNaN) = (a.unary(.isNaN), b.unary(.isNaN))
            return try isANaN.select(b, isBNaN.select(a, body(a, b)))
        }
    }

    /// The quotient; 0 where the divisor is 0.
    public static func divideNoNan(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor {
        two("DivideNoNan", a, b) { a, b in
            let isZero = b.binary(.equal, 0)
            return isZero.select(Tensor(0), a / isZero.select(Tensor(1), b))
        }
    }

    /// log(exp(a) + exp(b)), without overflow.
    public static func logaddexp(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("Logaddexp", a, b) { a, b in
            let distance = a - b
            let sum = a.binary(.maximum, b) + (-distance.abs()).exp().unary(.log1p)
            // Equal infinities have no distance.
            return distance.unary(.isNaN).select(a + b, sum)
        }
    }

    /// √(a² + b²), without overflow.
    public static func hypot(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        two("Hypot", a, b) { a, b in
            let (a, b) = (a.cast(to: .float32).abs(), b.cast(to: .float32).abs())
            let longer = a.binary(.maximum, b)
            let isPlain = longer.binary(.greater, 0)
                .binary(.and, longer.binary(.less, .infinity))
            let scale = isPlain.select(longer, Tensor(1))
            let ratio = a.binary(.minimum, b) / scale
            return isPlain.select(scale * (ratio.square() + 1).sqrt(), longer)
        }
    }

    /// 0 below zero, 1 above, and `atZero` there.
    public static func heaviside(_ x: Tensor, _ atZero: any TensorConvertible) -> Tensor {
        two("Heaviside", x, atZero) { x, atZero in
            let sides = x.binary(.greater, 0).cast(to: .float32)
            let value = x.binary(.equal, 0).select(atZero.cast(to: .float32), sides)
            return x.cast(to: .float32).unary(.isNaN).select(x.cast(to: .float32), value)
        }
    }

    /// Whether |a − b| ≤ atol + rtol·|b|; infinities are close to themselves.
    public static func isclose(
        _ a: Tensor, _ b: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false
    ) -> Tensor {
        one(
            "Isclose", [("equal_nan", .boolean(equalNan))],
            arguments: [.tensor(0), .tensor(1), .init(rtol), .init(atol)], [a, b]
        ) { close($0[0], $0[1], rtol, atol, equalNan) }
    }

    private static func close(
        _ a: Tensor, _ b: Tensor, _ rtol: Double, _ atol: Double, _ equalNan: Bool
    ) -> Tensor {
        let (a, b) = (a.cast(to: .float32), b.cast(to: .float32))
        let limit = b.abs() * rtol + atol
        let isNear = (a - b).abs().binary(.lessEqual, limit)
            .binary(.and, b.unary(.isFinite)).binary(.or, a.binary(.equal, b))
        guard equalNan else { return isNear }
        return isNear.binary(.or, a.unary(.isNaN).binary(.and, b.unary(.isNaN)))
    }

    /// Whether all elements are close to each other.
    public static func allclose(
        _ a: Tensor, _ b: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("rtol", .init(rtol)), ("atol", .init(atol)), ("equal_nan", .boolean(equalNan)),
        ]
        return one("AllClose", config, [a, b]) {
            truth(of: close($0[0], $0[1], rtol, atol, equalNan), nil, false, ofAll: true)
        }
    }

    /// Whether elements over axes are all true, or one of them is.
    static func truth(
        of x: Tensor, _ axes: [Int]?, _ keepDims: Bool, ofAll: Bool
    ) -> Tensor {
        let isTrue = x.cast(to: .bool)
        let counted = (ofAll ? isTrue.unary(.not) : isTrue).cast(to: .int32)
            .sum(axes: axes, keepDimensions: keepDims)
        return counted.binary(ofAll ? .equal : .greater, 0)
    }
}
