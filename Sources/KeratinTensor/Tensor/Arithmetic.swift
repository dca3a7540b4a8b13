import KeratinCore

// Operators that cannot throw would have to hide shape errors, so arithmetic is written with `try`.

extension Tensor {
    /// Sums of elements; shapes broadcast as in NumPy.
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.add, b) }
    /// Differences of elements; shapes broadcast as in NumPy.
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.subtract, b) }
    /// Products of elements; shapes broadcast as in NumPy.
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.multiply, b) }
    /// Quotients of elements, floats also of integers; shapes broadcast as in NumPy.
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.divide, b) }
    /// Each element plus the number.
    public static func + (a: Tensor, b: Double) throws -> Tensor { try a.binary(.add, b) }
    /// Each element minus the number.
    public static func - (a: Tensor, b: Double) throws -> Tensor { try a.binary(.subtract, b) }
    /// Each element times the number.
    public static func * (a: Tensor, b: Double) throws -> Tensor { try a.binary(.multiply, b) }
    /// Each element divided by the number.
    public static func / (a: Tensor, b: Double) throws -> Tensor { try a.binary(.divide, b) }
    /// The number plus each element.
    public static func + (a: Double, b: Tensor) throws -> Tensor { try binary(.add, a, b) }
    /// The number minus each element.
    public static func - (a: Double, b: Tensor) throws -> Tensor { try binary(.subtract, a, b) }
    /// The number times each element.
    public static func * (a: Double, b: Tensor) throws -> Tensor { try binary(.multiply, a, b) }
    /// The number divided by each element.
    public static func / (a: Double, b: Tensor) throws -> Tensor { try binary(.divide, a, b) }
    /// Each element with the other sign.
    public static prefix func - (a: Tensor) throws -> Tensor { try a.unary(.negate) }

    /// A scalar of this tensor's element type, or a float if that cannot hold the number.
    private func scalar(_ value: Double) throws -> Tensor {
        let fits = dtype == .float32 || Int32(exactly: value) != nil
        return try Tensor(value, dtype: fits ? dtype == .float32 ? dtype : .int32 : .float32)
    }

    /// An elementwise function. One that is only defined for floats takes integers as floats.
    public func unary(_ function: UnaryFunction) throws -> Tensor {
        if isSymbolic {
            return try Tensor.node(.unary(function), [self]) { try $0[0].unary(function) }
        }
        let isDefined = (try? function.resultType(dtype)) != nil
        return try Tensor.apply(.unary(function), [isDefined ? self : cast(to: .float32)])
    }

    /// An elementwise function of two tensors, broadcast by NumPy's rule. Of two element types the result has the wider one, as
    /// in Keras: bool, uint8, int32, float32; a division of integers gives floats.
    public func binary(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
        if isSymbolic || other.isSymbolic {
            return try Tensor.node(.binary(function, .tensor(0), .tensor(1)), [self, other]) {
                try $0[0].binary(function, $0[1])
            }
        }
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
        if isSymbolic {
            return try Tensor.node(.binary(function, .tensor(0), .init(other)), [self]) {
                try $0[0].binary(function, other)
            }
        }
        return try binary(function, scalar(other))
    }

    /// An elementwise function of a number and a tensor.
    package static func binary(
        _ function: BinaryFunction, _ a: Double, _ b: Tensor
    ) throws -> Tensor {
        if b.isSymbolic {
            return try node(.binary(function, .init(a), .tensor(0)), [b]) {
                try binary(function, a, $0[0])
            }
        }
        return try b.scalar(a).binary(function, b)
    }

    /// The elements as another type: floats become integers by truncation (NaN becomes 0), numbers become bools by `x != 0`,
    /// and bools 0 or 1.
    public func cast(to dtype: DType) throws -> Tensor {
        if dtype == self.dtype { return self }
        if isSymbolic {
            let form = OperationForm(
                "Cast", module: "core", config: [("dtype", .text(dtype.rawValue))])
            return try Tensor.node(form, [self]) { try $0[0].cast(to: dtype) }
        }
        return try Tensor.apply(.cast(dtype), [self])
    }

    /// Where this bool tensor holds, elements of `a`, else of `b`; all three broadcast.
    public func select(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        if isSymbolic || a.isSymbolic || b.isSymbolic {
            let form = OperationForm("Where", arguments: [.tensor(0), .tensor(1), .tensor(2)])
            return try Tensor.node(form, [self, a, b]) { try $0[0].select($0[1], $0[2]) }
        }
        let common = DType.common(a.dtype, b.dtype)
        return try Tensor.apply(.select, [self, a.cast(to: common), b.cast(to: common)])
    }

    /// min(max(x, low), high) for each element.
    public func clipped(_ low: Double, _ high: Double) throws -> Tensor {
        if isSymbolic {
            let form = OperationForm(
                "Clip", config: [("x_min", .init(low)), ("x_max", .init(high))])
            return try Tensor.node(form, [self]) { try $0[0].clipped(low, high) }
        }
        return try binary(.maximum, low).binary(.minimum, high)
    }
}

extension DType {
    /// The element type that holds what both hold: the later of bool, uint8, int32, float32.
    static func common(_ a: DType, _ b: DType) -> DType {
        let order: [DType] = [.bool, .uint8, .int32, .float32]
        return order.last { $0 == a || $0 == b } ?? .float32
    }
}
