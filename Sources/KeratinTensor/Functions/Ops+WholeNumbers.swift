import KeratinCore

// Functions of whole numbers (int32; bytes and bools become such), bit by bit or by their divisors.

extension ops {
    /// Two whole operands; a tensor of floats is an error.
    private static func whole(
        _ className: String, _ a: any TensorConvertible, _ b: any TensorConvertible,
        _ body: @escaping (Tensor, Tensor) throws -> Tensor
    ) -> Tensor {
        two(className, a, b) { a, b in try body(integers(a), integers(b)) }
    }

    private static func integers(_ x: Tensor) throws -> Tensor {
        guard x.dtype != .float32 else {
            throw KeratinError(.dtypeMismatch, "needs whole numbers, got \(x.dtype.rawValue)")
        }
        return x.cast(to: .int32)
    }

    /// The bits that both have.
    public static func bitwiseAnd(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { whole("BitwiseAnd", a, b) { $0.binary(.and, $1) } }

    /// The bits that at least one has.
    public static func bitwiseOr(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { whole("BitwiseOr", a, b) { $0.binary(.or, $1) } }

    /// The bits that exactly one has.
    public static func bitwiseXor(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor {
        // Those of one minus those of both: nothing is borrowed.
        whole("BitwiseXor", a, b) { $0.binary(.or, $1) - $0.binary(.and, $1) }
    }

    /// All bits turned: −x − 1.
    public static func bitwiseInvert(_ x: Tensor) -> Tensor { inverted("BitwiseInvert", x) }

    /// All bits turned: another name of `bitwiseInvert`.
    public static func bitwiseNot(_ x: Tensor) -> Tensor { inverted("BitwiseNot", x) }

    private static func inverted(_ className: String, _ x: Tensor) -> Tensor {
        one(className, [x]) { try (integers($0[0]) + 1).unary(.negate) }
    }

    /// a·2ᵇ: the bits moved to the left; those that leave are lost. b in 0..<32.
    public static func bitwiseLeftShift(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { whole("BitwiseLeftShift", a, b) { $0 * powers(of: $1) } }

    /// a·2ᵇ: another name of `bitwiseLeftShift`.
    public static func leftShift(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        whole("LeftShift", a, b) { $0 * powers(of: $1) }
    }

    /// The whole part of a/2ᵇ, rounded down: the bits moved to the right, the sign bit coming in. b in 0..<32.
    public static func bitwiseRightShift(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { whole("BitwiseRightShift", a, b, shiftedRight) }

    /// The whole part of a/2ᵇ, rounded down: another name of `bitwiseRightShift`.
    public static func rightShift(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { whole("RightShift", a, b, shiftedRight) }

    private static func powers(of exponent: Tensor) -> Tensor {
        let table = Tensor((0..<32).map { Int32(truncatingIfNeeded: 1 << $0) })
        return table.gatherClamped(exponent)
    }

    private static func shiftedRight(_ a: Tensor, _ b: Tensor) -> Tensor {
        let divisor = powers(of: b)
        let rest = a - a.binary(.remainder, divisor)
        let quotient = Tensor.apply(.binary(.divide), [rest, divisor])
        // 2³¹ is no int32: what is left is the sign.
        let sign = a.binary(.less, 0).select(
            Tensor(-1, dtype: .int32), Tensor(0, dtype: .int32))
        return b.binary(.greaterEqual, 31).select(sign, quotient)
    }

    /// The greatest common divisor, not negative; that of 0 and x is |x|.
    public static func gcd(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        whole("Gcd", a, b, divisor)
    }

    /// The least common multiple, not negative; 0 if one is 0.
    public static func lcm(_ a: any TensorConvertible, _ b: any TensorConvertible) -> Tensor {
        whole("Lcm", a, b) { a, b in
            let common = divisor(a, b).binary(.maximum, Tensor(1, dtype: .int32))
            return (Tensor.apply(.binary(.divide), [a, common]) * b).abs()
        }
    }

    /// Euclid's algorithm, as many steps as neighbours among Fibonacci's numbers below 2³¹ need.
    private static func divisor(_ a: Tensor, _ b: Tensor) -> Tensor {
        var (a, b) = (a.abs() + b * 0, b.abs() + a * 0)
        for _ in 0..<46 {
            let isDone = b.binary(.equal, 0)
            (a, b) = (isDone.select(a, b), a.binary(.remainder, b))
        }
        return a
    }
}
