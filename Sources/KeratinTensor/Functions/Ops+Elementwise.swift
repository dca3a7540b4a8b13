import KeratinCore

// Functions of each element. Integers become floats where the function is not defined for them.

extension ops {
    /// The magnitude of each element.
    public static func abs(_ x: Tensor) -> Tensor { x.unary(.abs) }
    /// The magnitude of each element: another name of `abs`.
    public static func absolute(_ x: Tensor) -> Tensor { x.unary(.abs) }
    /// −x.
    public static func negative(_ x: Tensor) -> Tensor { x.unary(.negate) }
    /// −1, 0 or 1.
    public static func sign(_ x: Tensor) -> Tensor { x.unary(.sign) }
    /// 1/x.
    public static func reciprocal(_ x: Tensor) -> Tensor { x.unary(.reciprocal) }
    /// The root of each element; NaN of negative ones.
    public static func sqrt(_ x: Tensor) -> Tensor { x.unary(.sqrt) }
    /// 1/√x.
    public static func rsqrt(_ x: Tensor) -> Tensor { x.unary(.rsqrt) }
    /// x².
    public static func square(_ x: Tensor) -> Tensor { x.unary(.square) }
    /// eˣ.
    public static func exp(_ x: Tensor) -> Tensor { x.unary(.exp) }
    /// eˣ − 1, accurate near zero.
    public static func expm1(_ x: Tensor) -> Tensor { x.unary(.expm1) }
    /// The natural logarithm; NaN of negative numbers.
    public static func log(_ x: Tensor) -> Tensor { x.unary(.log) }
    /// log(1 + x), accurate near zero.
    public static func log1p(_ x: Tensor) -> Tensor { x.unary(.log1p) }
    /// The sine of an angle in radians.
    public static func sin(_ x: Tensor) -> Tensor { x.unary(.sin) }
    /// The cosine of an angle in radians.
    public static func cos(_ x: Tensor) -> Tensor { x.unary(.cos) }
    /// The hyperbolic tangent.
    public static func tanh(_ x: Tensor) -> Tensor { x.unary(.tanh) }
    /// 1/(1 + e⁻ˣ).
    public static func sigmoid(_ x: Tensor) -> Tensor { x.unary(.sigmoid) }
    /// The larger of x and 0.
    public static func relu(_ x: Tensor) -> Tensor { x.unary(.relu) }
    /// log(1 + eˣ).
    public static func softplus(_ x: Tensor) -> Tensor { x.unary(.softplus) }
    /// The error function.
    public static func erf(_ x: Tensor) -> Tensor { x.unary(.erf) }
    /// 1 − erf(x), accurate where it is small.
    public static func erfc(_ x: Tensor) -> Tensor { x.unary(.erfc) }
    /// The largest integer that is not larger.
    public static func floor(_ x: Tensor) -> Tensor { x.unary(.floor) }
    /// The smallest integer that is not smaller.
    public static func ceil(_ x: Tensor) -> Tensor { x.unary(.ceil) }
    /// To the nearest integer, halves to even.
    public static func round(_ x: Tensor) -> Tensor { x.unary(.round) }
    /// Whether each element is NaN (bool).
    public static func isnan(_ x: Tensor) -> Tensor { x.unary(.isNaN) }
    /// Whether each element is neither infinite nor NaN (bool).
    public static func isfinite(_ x: Tensor) -> Tensor { x.unary(.isFinite) }
    /// The softmax over an axis.
    public static func softmax(_ x: Tensor, axis: Int = -1) -> Tensor {
        x.softmax(axis: axis)
    }
    /// The logarithm of the softmax over an axis.
    public static func logSoftmax(_ x: Tensor, axis: Int = -1) -> Tensor {
        x.logSoftmax(axis: axis)
    }

    /// The tangent of an angle in radians.
    public static func tan(_ x: Tensor) -> Tensor {
        one("Tan", [x]) { $0[0].unary(.sin) / $0[0].unary(.cos) }
    }

    /// The hyperbolic sine.
    public static func sinh(_ x: Tensor) -> Tensor {
        // Exact near zero, where the difference of exponentials is not.
        one("Sinh", [x]) { ($0[0].unary(.expm1) - (-$0[0]).unary(.expm1)) * 0.5 }
    }

    /// The hyperbolic cosine.
    public static func cosh(_ x: Tensor) -> Tensor {
        one("Cosh", [x]) { ($0[0].exp() + (-$0[0]).exp()) * 0.5 }
    }

    /// The inverse of tanh.
    public static func arctanh(_ x: Tensor) -> Tensor {
        one("Arctanh", [x]) { ($0[0].unary(.log1p) - (-$0[0]).unary(.log1p)) * 0.5 }
    }

    /// The inverse of cosh that is not negative; NaN below 1.
    public static func arccosh(_ x: Tensor) -> Tensor {
        one("Arccosh", [x]) { x in
            (x[0] + (x[0] - 1).sqrt() * (x[0] + 1).sqrt()).log()
        }
    }

    /// 2ˣ.
    public static func exp2(_ x: Tensor) -> Tensor {
        one("Exp2", [x]) { Tensor.binary(.power, 2, $0[0].cast(to: .float32)) }
    }

    /// The logarithm to base 2.
    public static func log2(_ x: Tensor) -> Tensor {
        one("Log2", [x]) { $0[0].log() * 1.4426950408889634 }
    }

    /// The logarithm to base 10.
    public static func log10(_ x: Tensor) -> Tensor {
        one("Log10", [x]) { $0[0].log() * 0.4342944819032518 }
    }

    /// The real cube root.
    public static func cbrt(_ x: Tensor) -> Tensor {
        one("Cbrt", [x]) { x in
            x[0].unary(.sign) * x[0].abs().binary(.power, 1.0 / 3)
        }
    }

    /// Without what lies behind the point.
    public static func trunc(_ x: Tensor) -> Tensor {
        one("Trunc", [x]) { $0[0].unary(.sign) * $0[0].abs().unary(.floor) }
    }

    /// Degrees to radians.
    public static func deg2rad(_ x: Tensor) -> Tensor {
        one("Deg2rad", [x]) { $0[0].cast(to: .float32) * (Double.pi / 180) }
    }

    /// Radians to degrees.
    public static func rad2deg(_ x: Tensor) -> Tensor {
        one("Rad2deg", [x]) { $0[0].cast(to: .float32) * (180 / Double.pi) }
    }

    /// sin(πx)/(πx), 1 at zero.
    public static func sinc(_ x: Tensor) -> Tensor {
        one("Sinc", [x]) { x in
            let isZero = x[0].binary(.equal, 0)
            let angle = isZero.select(Tensor(1), x[0].cast(to: .float32)) * Double.pi
            return isZero.select(Tensor(1), angle.unary(.sin) / angle)
        }
    }

    /// A copy of the same numbers.
    public static func copy(_ x: Tensor) -> Tensor { one("Copy", [x]) { $0[0] } }

    /// The tensor itself, of an element type if one is named.
    public static func convertToTensor(_ x: Tensor, dtype: DType? = nil) -> Tensor {
        one(
            "ConvertToTensor", module: "core",
            [
                ("dtype", dtype.map { .text($0.rawValue) } ?? .null), ("sparse", .null),
                ("ragged", .null),
            ], [x]
        ) { tensors in dtype.map { tensors[0].cast(to: $0) } ?? tensors[0] }
    }

    /// Whether each element is infinite (bool).
    public static func isinf(_ x: Tensor) -> Tensor {
        one("Isinf", [x]) { $0[0].abs().binary(.equal, .infinity) }
    }

    /// Whether each element is +infinity (bool).
    public static func isposinf(_ x: Tensor) -> Tensor {
        one("Isposinf", [x]) { $0[0].binary(.equal, .infinity) }
    }

    /// Whether each element is −infinity (bool).
    public static func isneginf(_ x: Tensor) -> Tensor {
        one("Isneginf", [x]) { $0[0].binary(.equal, -.infinity) }
    }

    /// NaN and infinities replaced by numbers; nil: the largest and the least float.
    public static func nanToNum(
        _ x: Tensor, nan: Double = 0, posinf: Double? = nil, neginf: Double? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("nan", .init(nan)), ("posinf", posinf.map { .init($0) } ?? .null),
            ("neginf", neginf.map { .init($0) } ?? .null),
        ]
        return one("NanToNum", config, [x]) { x in
            guard x[0].dtype == .float32 else { return x[0] }
            let largest = Double(Float.greatestFiniteMagnitude)
            let numbers = x[0].unary(.isNaN).select(Tensor(nan), x[0])
            let low = numbers.binary(.equal, -.infinity)
                .select(Tensor(neginf ?? -largest), numbers)
            return low.binary(.equal, .infinity).select(Tensor(posinf ?? largest), low)
        }
    }

    /// Each element, or the bound that it lies beyond.
    public static func clip(_ x: Tensor, _ min: Double, _ max: Double) -> Tensor {
        x.clipped(min, max)
    }

    /// The same numbers as another element type.
    public static func cast(_ x: Tensor, _ dtype: DType) -> Tensor { x.cast(to: dtype) }

    /// The same numbers, which gradients take for constants.
    public static func stopGradient(_ x: Tensor) -> Tensor { x.stoppingGradient() }

    /// Where the condition holds (is not zero), elements of `a`, else of `b`; all three broadcast.
    public static func `where`(
        _ condition: Tensor, _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor {
        let (a, b) = (a.tensor, b.tensor)
        let inputs = [condition] + [a, b].filter { $0.weakNumber == nil }
        let arguments = [
            .tensor(0), a.argument(1), b.argument(a.weakNumber == nil ? 2 : 1),
        ]
        return one("Where", arguments: arguments, inputs) { inputs in
            var inputs = inputs.makeIterator()
            let condition = (inputs.next() ?? condition).cast(to: .bool)
            let left = a.weakNumber == nil ? inputs.next() ?? a : a
            let right = b.weakNumber == nil ? inputs.next() ?? b : b
            return condition.select(left.decided(beside: right), right.decided(beside: left))
        }
    }
}
