import KeratinCore

// Angles of numbers: the inverses of sine, cosine and tangent, in radians.

extension ops {
    /// The angle in −π/2…π/2 whose tangent is x.
    public static func arctan(_ x: Tensor) -> Tensor { x.unary(.arctan) }

    /// The angle in −π/2…π/2 whose sine is x; NaN beyond ±1.
    public static func arcsin(_ x: Tensor) -> Tensor {
        one("Arcsin", [x]) { x in
            let x = x[0].cast(to: .float32)
            return (x / ((1 - x) * (1 + x)).sqrt()).unary(.arctan)
        }
    }

    /// The angle in 0…π whose cosine is x; NaN beyond ±1.
    public static func arccos(_ x: Tensor) -> Tensor {
        one("Arccos", [x]) { x in
            let x = x[0].cast(to: .float32)
            return ((1 - x) / (1 + x)).sqrt().unary(.arctan) * 2
        }
    }

    /// The inverse of sinh.
    public static func arcsinh(_ x: Tensor) -> Tensor {
        one("Arcsinh", [x]) { x in
            let x = x[0].cast(to: .float32)
            let isNegative = x.binary(.less, 0)
            let size = isNegative.select(-x, x)
            // The square of a large number would overflow, and 1 is nothing beside it.
            let isLarge = size.binary(.greater, 1e9)
            let small = isLarge.select(Tensor(1), size)
            let square = small.square()
            let value = isLarge.select(
                isLarge.select(size, Tensor(1)).log() + 0.6931471805599453,
                (small + square / ((square + 1).sqrt() + 1)).unary(.log1p))
            return isNegative.select(-value, value)
        }
    }

    /// The angle in −π…π of the point (x2, x1), which is right of, left of, above or below the origin; at the origin the signs of zeros decide.
    public static func arctan2(_ x1: any TensorConvertible, _ x2: any TensorConvertible) -> Tensor {
        two("Arctan2", x1, x2) { y, x in
            let (y, x) = (y.cast(to: .float32), x.cast(to: .float32))
            let (isBelow, isLeft) = (hasSign(y), hasSign(x))
            let (rise, run) = (isBelow.select(-y, y), isLeft.select(-x, x))
            let isSteep = rise.binary(.greater, run)
            let (shorter, longer) = (isSteep.select(run, rise), isSteep.select(rise, run))
            let isOrigin = longer.binary(.equal, 0)
            let isCorner = shorter.binary(.equal, .infinity)
            let ratio = isCorner.select(
                Tensor(1), shorter / isOrigin.select(Tensor(1), longer))
            let angle = ratio.unary(.arctan)
            let upright = isSteep.select(Double.pi / 2 - angle, angle)
            let turned = isLeft.select(Double.pi - upright, upright)
            return isBelow.select(-turned, turned)
        }
    }

    /// Whether the sign bit is set (bool): of numbers below zero and of −0. NaN has no sign here.
    public static func signbit(_ x: Tensor) -> Tensor {
        one("Signbit", [x]) { x in
            x[0].dtype == .float32 ? hasSign(x[0]) : x[0].binary(.less, 0)
        }
    }

    private static func hasSign(_ x: Tensor) -> Tensor {
        // 1/−0 is −infinity.
        let isNegativeZero = x.binary(.equal, 0)
            .binary(.and, x.unary(.reciprocal).binary(.less, 0))
        return x.binary(.less, 0).binary(.or, isNegativeZero)
    }

    // MARK: What complex numbers have. Tensors hold real ones.

    /// The angle of real numbers in the plane of complex ones: 0, or π below zero.
    public static func angle(_ x: Tensor) -> Tensor {
        one("Angle", [x]) { x in
            let x = x[0].cast(to: .float32)
            let angle = x.binary(.less, 0).select(Tensor(Double.pi), Tensor(0))
            return x.unary(.isNaN).select(x, angle)
        }
    }

    /// The real part: the tensor itself, since tensors hold real numbers.
    public static func real(_ x: Tensor) -> Tensor { one("Real", [x]) { $0[0] } }

    /// The imaginary part: zeros, since tensors hold real numbers.
    public static func imag(_ x: Tensor) -> Tensor {
        one("Imag", [x]) { Tensor(repeating: 0, shape: $0[0].shape, dtype: $0[0].dtype) }
    }

    /// The complex conjugate: the tensor itself, since tensors hold real numbers.
    public static func conjugate(_ x: Tensor) -> Tensor { one("Conjugate", [x]) { $0[0] } }

    /// The complex conjugate: another name of `conjugate`.
    public static func conj(_ x: Tensor) -> Tensor { conjugate(x) }

    /// Whether the imaginary part is zero (bool): everywhere, since tensors hold real numbers.
    public static func isreal(_ x: Tensor) -> Tensor {
        one("Isreal", [x]) { Tensor(repeating: 1, shape: $0[0].shape, dtype: .bool) }
    }

    /// Complex numbers of a length and an angle, as a pair of tensors: length·cos(angle) and length·sin(angle).
    public static func polar(
        _ length: Tensor, _ angle: Tensor
    ) -> (real: Tensor, imaginary: Tensor) {
        (length * angle.cos(), length * angle.sin())
    }
}
