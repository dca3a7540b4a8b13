import KeratinCore

// Functions of each element, on which the operators and `ops` stand.

extension Tensor {
    /// An elementwise function. One that is only defined for floats takes integers as floats.
    package func unary(_ function: UnaryFunction) -> Tensor {
        if isSymbolic { return Tensor.node(.unary(function), [self]) { $0[0].unary(function) } }
        let isDefined = (try? function.resultType(dtype)) != nil
        return Tensor.apply(.unary(function), [isDefined ? self : cast(to: .float32)])
    }

    /// An elementwise function of two operands, broadcast by NumPy's rule. Of two element types the result has the wider one, as
    /// in Keras: bool, uint8, int32, float32; a division of integers gives floats. A number takes the type of what it stands beside.
    package func binary(_ function: BinaryFunction, _ other: Tensor) -> Tensor {
        if isSymbolic || other.isSymbolic {
            let (left, right) = (argument(0), other.argument(weakNumber == nil ? 1 : 0))
            let tensors = [self, other].filter { $0.weakNumber == nil }
            return Tensor.node(.binary(function, left, right), tensors) { [self] inputs in
                var inputs = inputs.makeIterator()
                let a = weakNumber == nil ? inputs.next() ?? self : self
                let b = other.weakNumber == nil ? inputs.next() ?? other : other
                return a.binary(function, b)
            }
        }
        let (a, b) = (decided(beside: other), other.decided(beside: self))
        var common = DType.common(a.dtype, b.dtype)
        if (try? function.resultType(common, common)) == nil, common != .float32 {
            common = (try? function.resultType(.int32, .int32)) == nil ? .float32 : .int32
        }
        if function == .divide { common = .float32 }
        return Tensor.carrying(
            [a, b], shape: try? a.shape.broadcast(with: b.shape)
        ) { Tensor.apply(.binary(function), [a.cast(to: common), b.cast(to: common)]) }
    }

    /// An elementwise function of this tensor and a number.
    @_disfavoredOverload
    package func binary(_ function: BinaryFunction, _ other: Double) -> Tensor {
        binary(function, Tensor(WeakNumber(value: other, isInteger: Int32(exactly: other) != nil)))
    }

    /// An elementwise function of a number and a tensor.
    package static func binary(_ function: BinaryFunction, _ a: Double, _ b: Tensor) -> Tensor {
        Tensor(WeakNumber(value: a, isInteger: Int32(exactly: a) != nil)).binary(function, b)
    }

    /// The elements as another type: floats become integers by truncation (NaN becomes 0), numbers become bools by `x != 0`,
    /// and bools 0 or 1.
    public func cast(to dtype: DType) -> Tensor {
        if let number = weakNumber {
            let value =
                dtype == .float32
                ? number.value
                : dtype == .bool ? (number.value == 0 ? 0 : 1) : number.value.rounded(.towardZero)
            return Tensor(value, dtype: dtype)
        }
        if dtype == self.dtype { return self }
        if isSymbolic {
            let form = OperationForm(
                "Cast", module: "core", config: [("dtype", .text(dtype.rawValue))])
            return Tensor.node(form, [self]) { $0[0].cast(to: dtype) }
        }
        return Tensor.apply(.cast(dtype), [self])
    }

    /// Where this bool tensor holds, elements of `a`, else of `b`; all three broadcast.
    public func select(_ a: Tensor, _ b: Tensor) -> Tensor {
        if isSymbolic || a.isSymbolic || b.isSymbolic {
            let form = OperationForm("Where", arguments: [.tensor(0), .tensor(1), .tensor(2)])
            return Tensor.node(form, [self, a, b]) { $0[0].select($0[1], $0[2]) }
        }
        let (a, b) = (a.decided(beside: b), b.decided(beside: a))
        let common = DType.common(a.dtype, b.dtype)
        return Tensor.apply(.select, [self, a.cast(to: common), b.cast(to: common)])
    }

    /// min(max(x, low), high) for each element.
    public func clipped(_ low: Double, _ high: Double) -> Tensor {
        if isSymbolic {
            let form = OperationForm(
                "Clip", config: [("x_min", .init(low)), ("x_max", .init(high))])
            return Tensor.node(form, [self]) { $0[0].clipped(low, high) }
        }
        return binary(.maximum, low).binary(.minimum, high)
    }
}

extension DType {
    /// The element type that holds what both hold: the later of bool, uint8, int32, float32.
    static func common(_ a: DType, _ b: DType) -> DType {
        let order: [DType] = [.bool, .uint8, .int32, .float32]
        return order.last { $0 == a || $0 == b } ?? .float32
    }
}
