import KeratinCore

// Windows of signals, and other tensors of known numbers.

extension ops {
    /// A window that rises from 0 to 1 and falls again, in straight lines.
    public static func bartlett(_ count: Int) -> Tensor {
        window(count, "bartlett") { 1 - Swift.abs(2 * $0 - 1) }
    }

    /// Blackman's window: 0.42 − 0.5·cos(2πt) + 0.08·cos(4πt).
    public static func blackman(_ count: Int) -> Tensor {
        window(count, "blackman") { 0.42 - 0.5 * cosine($0) + 0.08 * cosine(2 * $0) }
    }

    /// Hamming's window: 0.54 − 0.46·cos(2πt).
    public static func hamming(_ count: Int) -> Tensor {
        window(count, "hamming") { 0.54 - 0.46 * cosine($0) }
    }

    /// Hann's window: ½ − ½·cos(2πt).
    public static func hanning(_ count: Int) -> Tensor {
        window(count, "hanning") { 0.5 - 0.5 * cosine($0) }
    }

    /// Kaiser's window: i0(beta·√(1 − (2t − 1)²)) / i0(beta).
    public static func kaiser(_ count: Int, _ beta: Double) -> Tensor {
        window(count, "kaiser") {
            let place = 2 * $0 - 1
            return bessel(beta * Swift.max(1 - place * place, 0).squareRoot()) / bessel(beta)
        }
    }

    /// Values at t = 0…1; a window of one number is 1.
    private static func window(
        _ count: Int, _ name: String, _ value: (Double) -> Double
    ) -> Tensor {
        Tensor.carrying {
            guard count >= 0, count < 1 << 31 else {
                throw KeratinError(
                    .invalidArgument, "a window has 0 or more numbers, not \(count)", at: name)
            }
            guard count > 1 else { return Tensor([Float](repeating: 1, count: count)) }
            return Tensor((0..<count).map { Float(value(Double($0) / Double(count - 1))) })
        }
    }

    /// The cosine of so many turns.
    private static func cosine(_ turns: Double) -> Double {
        HostMath.cosine(turns)
    }

    /// Σ (x/2)²ᵏ/k!², whose terms are all positive.
    private static func bessel(_ x: Double) -> Double {
        let quarter = x * x / 4
        var (term, sum, k) = (1.0, 1.0, 1.0)
        while term > sum * 1e-17 {
            term *= quarter / (k * k)
            sum += term
            k += 1
        }
        return sum
    }

    /// `num` numbers, each the same multiple of the one before it.
    /// - Parameter endpoint: whether `stop` is the last.
    ///
    /// The result carries a `KeratinError` unless both ends have the same sign and none is 0.
    public static func geomspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true
    ) -> Tensor {
        Tensor.carrying {
            guard start * stop > 0, num >= 0, num < 1 << 31 else {
                throw KeratinError(
                    .invalidArgument,
                    "needs num ≥ 0 and two ends of one sign, got \(num), \(start) and \(stop)",
                    at: "geomspace")
            }
            let steps = Double(Swift.max(endpoint ? num - 1 : num, 1))
            return Tensor(
                (0..<num).map { index -> Float in
                    if endpoint, index == num - 1, num > 1 { return Float(stop) }
                    return Float(start * HostMath.power(stop / start, Double(index) / steps))
                })
        }
    }

    /// The tensor of Swift numbers, or of arrays of them; of another element type if one is named.
    public static func array(_ values: some TensorElements, dtype: DType? = nil) -> Tensor {
        let tensor = values.nestedTensor()
        return dtype.map { tensor.cast(to: $0) } ?? tensor
    }

    /// The tensor itself, of an element type if one is named: NumPy's name of `convertToTensor`.
    public static func array(_ x: Tensor, dtype: DType? = nil) -> Tensor {
        one("Array", [("dtype", dtype.map { .text($0.rawValue) } ?? .null)], [x]) { tensors in
            dtype.map { tensors[0].cast(to: $0) } ?? tensors[0]
        }
    }

    /// A tensor whose numbers nobody should rely on: zeros.
    public static func empty(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        zeros(shape, dtype: dtype)
    }

    /// A tensor of another's shape whose numbers nobody should rely on: zeros.
    public static func emptyLike(_ x: Tensor, dtype: DType? = nil) -> Tensor {
        one("EmptyLike", [("dtype", dtype.map { .text($0.rawValue) } ?? .null)], [x]) {
            Tensor(repeating: 0, shape: $0[0].shape, dtype: dtype ?? $0[0].dtype)
        }
    }

    /// Whether a value is a tensor.
    public static func isTensor(_ x: Any) -> Bool { x is Tensor }

    /// The same numbers as another element type; what does not fit becomes the nearest that does.
    public static func saturateCast(_ x: Tensor, _ dtype: DType) -> Tensor {
        one("SaturateCast", module: "core", [("dtype", .text(dtype.rawValue))], [x]) { x in
            // Casts of floats saturate by themselves; int32 to bytes would keep the last eight bits.
            guard x[0].dtype == .int32, dtype == .uint8 else { return x[0].cast(to: dtype) }
            return x[0].binary(.maximum, 0).binary(.minimum, 255).cast(to: dtype)
        }
    }
}
