import KeratinCore

// Operators that cannot throw would have to hide shape errors, so arithmetic is written with `try`.

extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.add, b) }
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.subtract, b) }
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.multiply, b) }
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.divide, b) }
    public static func + (a: Tensor, b: Double) throws -> Tensor { try a.binary(.add, a.scalar(b)) }
    public static func - (a: Tensor, b: Double) throws -> Tensor {
        try a.binary(.subtract, a.scalar(b))
    }
    public static func * (a: Tensor, b: Double) throws -> Tensor {
        try a.binary(.multiply, a.scalar(b))
    }
    public static func / (a: Tensor, b: Double) throws -> Tensor {
        try a.binary(.divide, a.scalar(b))
    }
    public static func + (a: Double, b: Tensor) throws -> Tensor { try b.scalar(a).binary(.add, b) }
    public static func - (a: Double, b: Tensor) throws -> Tensor {
        try b.scalar(a).binary(.subtract, b)
    }
    public static func * (a: Double, b: Tensor) throws -> Tensor {
        try b.scalar(a).binary(.multiply, b)
    }
    public static func / (a: Double, b: Tensor) throws -> Tensor {
        try b.scalar(a).binary(.divide, b)
    }
    public static prefix func - (a: Tensor) throws -> Tensor { try a.unary(.negate) }

    /// A scalar of this tensor's element type, or a float if that cannot hold the number.
    private func scalar(_ value: Double) throws -> Tensor {
        let fits = dtype == .float32 || Int32(exactly: value) != nil
        return try Tensor(value, dtype: fits ? dtype == .float32 ? dtype : .int32 : .float32)
    }

    /// An elementwise function. One that is only defined for floats takes integers as floats.
    public func unary(_ function: UnaryFunction) throws -> Tensor {
        let isDefined = (try? function.resultType(dtype)) != nil
        return try Tensor.apply(.unary(function), [isDefined ? self : cast(to: .float32)])
    }

    /// An elementwise function of two tensors, broadcast by NumPy's rule. Of two element types the result has the wider one, as
    /// in Keras: bool, uint8, int32, float32; a division of integers gives floats.
    public func binary(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
        var common = DType.common(dtype, other.dtype)
        if (try? function.resultType(common, common)) == nil, common != .float32 {
            common = (try? function.resultType(.int32, .int32)) == nil ? .float32 : .int32
        }
        if function == .divide { common = .float32 }
        return try Tensor.apply(
            .binary(function), [cast(to: common), other.cast(to: common)])
    }

    /// An elementwise function of this tensor and a number.
    public func binary(_ function: BinaryFunction, _ other: Double) throws -> Tensor {
        try binary(function, scalar(other))
    }

    public func cast(to dtype: DType) throws -> Tensor {
        dtype == self.dtype ? self : try Tensor.apply(.cast(dtype), [self])
    }

    /// Where this bool tensor holds, elements of `a`, else of `b`; all three broadcast.
    public func select(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let common = DType.common(a.dtype, b.dtype)
        return try Tensor.apply(.select, [self, a.cast(to: common), b.cast(to: common)])
    }

    public func clipped(_ low: Double, _ high: Double) throws -> Tensor {
        try binary(.maximum, low).binary(.minimum, high)
    }
}

extension DType {
    /// The element type that holds what both hold: the later of bool, uint8, int32, float32.
    static func common(_ a: DType, _ b: DType) -> DType {
        let order: [DType] = [.bool, .uint8, .int32, .float32]
        return order.last { $0 == a || $0 == b } ?? .float32
    }
}
