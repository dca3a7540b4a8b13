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

    /// A scalar of this tensor's element type.
    private func scalar(_ value: Double) throws -> Tensor { try Tensor(value, dtype: dtype) }

    /// An elementwise function.
    public func unary(_ function: UnaryFunction) throws -> Tensor {
        try Tensor.apply(.unary(function), [self])
    }

    /// An elementwise function of two tensors, broadcast by NumPy's rule.
    public func binary(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
        try Tensor.apply(.binary(function), [self, other])
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
        try Tensor.apply(.select, [self, a, b])
    }

    public func clipped(_ low: Double, _ high: Double) throws -> Tensor {
        try binary(.maximum, low).binary(.minimum, high)
    }
}
