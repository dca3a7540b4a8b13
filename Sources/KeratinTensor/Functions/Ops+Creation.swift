import KeratinCore

// Tensors of known numbers.

extension ops {
    /// Zeros of a shape.
    public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        Tensor(repeating: 0, shape: shape, dtype: dtype)
    }

    /// Ones of a shape.
    public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        Tensor(repeating: 1, shape: shape, dtype: dtype)
    }

    /// One number in a whole shape.
    public static func full(
        _ shape: Shape, _ value: Double, dtype: DType = .float32
    ) -> Tensor {
        Tensor(repeating: value, shape: shape, dtype: dtype)
    }

    /// Zeros of a tensor's shape, and of its element type if none is given.
    public static func zerosLike(_ x: Tensor, dtype: DType? = nil) -> Tensor {
        alike("ZerosLike", x, 0, dtype)
    }

    /// Ones of a tensor's shape, and of its element type if none is given.
    public static func onesLike(_ x: Tensor, dtype: DType? = nil) -> Tensor {
        alike("OnesLike", x, 1, dtype)
    }

    /// One number in a tensor's shape.
    public static func fullLike(_ x: Tensor, _ value: Double, dtype: DType? = nil) -> Tensor {
        alike("FullLike", x, value, dtype, arguments: [.tensor(0), .init(value)])
    }

    private static func alike(
        _ className: String, _ x: Tensor, _ value: Double, _ dtype: DType?,
        arguments: [Argument]? = nil
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("dtype", dtype.map { .text($0.rawValue) } ?? .null)
        ]
        return one(className, config, arguments: arguments, [x]) {
            Tensor(repeating: value, shape: $0[0].shape, dtype: dtype ?? $0[0].dtype)
        }
    }

    /// 0, 1, … below a number.
    public static func arange(_ stop: Int, dtype: DType = .int32) -> Tensor {
        arange(0, stop, dtype: dtype)
    }

    /// start, start + step, … before stop.
    public static func arange(
        _ start: Int, _ stop: Int, step: Int = 1, dtype: DType = .int32
    ) -> Tensor {
        Tensor.carrying {
            guard step != 0 else {
                throw KeratinError(.invalidArgument, "step must not be 0", at: "arange")
            }
            let numbers = stride(from: start, to: stop, by: step)
            try requirePossible((Double(stop) - Double(start)) / Double(step), at: "arange")
            return Tensor(Array(numbers)).cast(to: dtype)
        }
    }

    /// start, start + step, … before stop, as floats.
    @_disfavoredOverload
    public static func arange(
        _ start: Double, _ stop: Double, step: Double = 1
    ) -> Tensor {
        Tensor.carrying {
            guard step != 0 else {
                throw KeratinError(.invalidArgument, "step must not be 0", at: "arange")
            }
            let length = ((stop - start) / step).rounded(.up)
            try requirePossible(length, at: "arange")
            let count = Int(Swift.max(length, 0))
            return Tensor((0..<count).map { Float(start + Double($0) * step) })
        }
    }

    /// - Throws: `KeratinError` for more numbers than a tensor holds in host memory, and for a length that is none.
    private static func requirePossible(_ length: Double, at place: String) throws {
        guard length < Double(1 << 31) else {
            throw KeratinError(
                .invalidArgument, "\(length) numbers make no tensor", at: place)
        }
    }

    /// `num` numbers of equal distance.
    /// - Parameter endpoint: whether `stop` is the last.
    public static func linspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true
    ) -> Tensor {
        Tensor.carrying {
            try Tensor(spaced(start, stop, num, endpoint).map { Float($0) })
        }
    }

    /// Powers of a base, the exponents of equal distance.
    public static func logspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true, base: Double = 10
    ) -> Tensor {
        Tensor.carrying {
            let exponents = try spaced(start, stop, num, endpoint).map { Float($0) }
            return Tensor.binary(.power, base, Tensor(exponents))
        }
    }

    private static func spaced(
        _ start: Double, _ stop: Double, _ num: Int, _ endpoint: Bool
    ) throws -> [Double] {
        guard num >= 0 else {
            throw KeratinError(.invalidArgument, "num must not be negative: \(num)", at: "linspace")
        }
        try requirePossible(Double(num), at: "linspace")
        let step = (stop - start) / Double(Swift.max(endpoint ? num - 1 : num, 1))
        return (0..<num).map {
            endpoint && $0 == num - 1 && num > 1 ? stop : start + Double($0) * step
        }
    }

    /// 1 in a diagonal, which lies k places to the right, else 0.
    public static func eye(
        _ rows: Int, _ columns: Int? = nil, k: Int = 0, dtype: DType = .float32
    ) -> Tensor {
        let shape: Shape = [rows, columns ?? rows]
        return Tensor(indicesAlong: 1, shape: shape)
            .binary(.equal, Tensor(indicesAlong: 0, shape: shape) + k).cast(to: dtype)
    }

    /// 1 in the diagonal of a square matrix, else 0.
    public static func identity(_ size: Int, dtype: DType = .float32) -> Tensor {
        eye(size, dtype: dtype)
    }

    /// 1 in and below a diagonal, which lies k places to the right, else 0.
    public static func tri(
        _ rows: Int, _ columns: Int? = nil, k: Int = 0, dtype: DType = .float32
    ) -> Tensor {
        let shape: Shape = [rows, columns ?? rows]
        return Tensor(indicesAlong: 1, shape: shape)
            .binary(.lessEqual, Tensor(indicesAlong: 0, shape: shape) + k).cast(to: dtype)
    }
}
