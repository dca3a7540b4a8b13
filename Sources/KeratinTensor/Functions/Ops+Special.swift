import KeratinCore

// Functions of each element that have their own names in mathematics.

extension ops {
    /// The inverse of the error function; ±infinity at ±1, NaN beyond.
    public static func erfinv(_ x: Tensor) -> Tensor {
        one("Erfinv", module: "math", [x]) {
            Tensor.fused(InverseErrorFunction(), [$0[0].cast(to: .float32)])
        }
    }

    /// The modified Bessel function of the first kind and order 0.
    public static func i0(_ x: Tensor) -> Tensor {
        one("I0", [x]) { x in
            let size = x[0].cast(to: .float32).abs()
            let isNear = size.binary(.lessEqual, 8)
            let near = isNear.select(size, Tensor(8))
            let far = isNear.select(Tensor(8), size)
            // e⁻ˣ·i0(x) up to 8, e⁻ˣ·√x·i0(x) beyond, in Chebyshev's polynomials.
            let inner = near.exp() * chebyshev(Bessel.near, near * 0.25 - 1)
            let outer = far.exp() * chebyshev(Bessel.far, 16 / far - 1) / far.sqrt()
            return isNear.select(inner, outer)
        }
    }

    /// Σ cₙ·Tₙ(x) by Clenshaw's recursion.
    private static func chebyshev(_ coefficients: [Double], _ x: Tensor) -> Tensor {
        let twice = x * 2
        var (last, before) = (Tensor(0), Tensor(0))
        for coefficient in coefficients.dropFirst().reversed() {
            (last, before) = (twice * last - before + coefficient, last)
        }
        return x * last - before + coefficients[0]
    }

    /// x1·2^x2.
    public static func ldexp(_ x1: any TensorConvertible, _ x2: any TensorConvertible) -> Tensor {
        two("Ldexp", x1, x2) { x, exponent in
            // In two steps: 2^x2 may overflow where the product does not.
            let exponent = exponent.cast(to: .float32)
            let half = (exponent * 0.5).unary(.floor)
            return x.cast(to: .float32) * Tensor.binary(.power, 2, half)
                * Tensor.binary(.power, 2, exponent - half)
        }
    }

    /// log₂(2ᵃ + 2ᵇ), without overflow.
    public static func logaddexp2(
        _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor {
        two("Logaddexp2", a, b) { a, b in
            let (a, b) = (a.cast(to: .float32), b.cast(to: .float32))
            let distance = a - b
            let share = Tensor.binary(.power, 2, -distance.abs()).unary(.log1p)
            let sum = a.binary(.maximum, b) + share * 1.4426950408889634
            // Equal infinities have no distance.
            return distance.unary(.isNaN).select(a + b, sum)
        }
    }

    /// The next float from x1 towards x2.
    public static func nextafter(
        _ x1: any TensorConvertible, _ x2: any TensorConvertible
    ) -> Tensor {
        two("Nextafter", x1, x2) { x, target in
            let (x, target) = (x.cast(to: .float32), target.cast(to: .float32))
            let up = x.binary(.less, target)
            func moved(_ x: Tensor, _ step: Tensor) -> Tensor { up.select(x + step, x - step) }
            // A bit more than half of the last place (Rump and others, 2009): rounding does the rest.
            let share = 0x1p-24 * (1 + 0x1p-23)
            let isSmall = x.abs().binary(.less, 0x1p-100)
            let plain = moved(x, x.abs() * share)
            let raised = x * 0x1p50
            let least = moved(raised, raised.abs() * share) * 0x1p-50
            // Below the normal numbers all neighbours are as far apart.
            let isTiny = x.abs().binary(.less, 0x1p-125)
            let tiny = moved(x, Tensor(0x1p-149))
            var next = isSmall.select(isTiny.select(tiny, least), plain)
            let largest = Double(Float.greatestFiniteMagnitude)
            next = x.binary(.equal, .infinity).select(Tensor(largest), next)
            next = x.binary(.equal, -.infinity).select(Tensor(-largest), next)
            let stays = x.binary(.equal, target)
            next = stays.select(target, next)
            return target.unary(.isNaN).select(target, next)
        }
    }

    /// The ratio of a signal's largest power to the mean squared error, in decibels: 10·log₁₀(maxVal²/MSE), a scalar.
    public static func psnr(_ x1: Tensor, _ x2: Tensor, _ maxVal: Double) -> Tensor {
        one("PSNR", module: "nn", [("max_val", .init(maxVal))], [x1, x2]) { inputs in
            guard inputs[0].shape == inputs[1].shape else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs tensors of one shape, got \(inputs[0].shape) and \(inputs[1].shape)")
            }
            let error = (inputs[0].cast(to: .float32) - inputs[1].cast(to: .float32)).square()
                .mean(axes: nil)
            return (Tensor(maxVal * maxVal) / error).log() * (10 / 2.302585092994046)
        }
    }
}

/// Chebyshev's coefficients of the modified Bessel function of order 0, fitted in double.
private enum Bessel {
    static let near = [
        0.3383976372, -0.3046826723, 0.1716209015, -0.09490109705, 0.04930528424, -0.02373741481,
        0.01054646039, -0.004324309995, 0.001639475617, -0.0005763755745, 0.0001885028851,
        -5.75419501e-05, 1.644844807e-05, -4.416738358e-06, 1.117387539e-06, -2.670793853e-07,
        6.046995005e-08, -1.300024986e-08, 2.659823544e-09,
    ]
    static let far = [
        0.4022452055, 0.003369116478, 6.889758343e-05, 2.89137043e-06, 2.048920322e-07,
        2.266651523e-08, 3.396327976e-09, 4.940850146e-10,
    ]
}
