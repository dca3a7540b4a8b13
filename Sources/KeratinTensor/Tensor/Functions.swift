import KeratinCore

/// The functions that models are written with, by Keras's names.
extension Tensor {
    /// eˣ of each element.
    public func exp() -> Tensor { unary(.exp) }
    /// The natural logarithm of each element; NaN below zero.
    public func log() -> Tensor { unary(.log) }
    /// The square root of each element; NaN below zero.
    public func sqrt() -> Tensor { unary(.sqrt) }
    /// x·x of each element.
    public func square() -> Tensor { unary(.square) }
    /// The absolute value of each element.
    public func abs() -> Tensor { unary(.abs) }
    /// The hyperbolic tangent of each element.
    public func tanh() -> Tensor { unary(.tanh) }
    /// 1/(1 + e⁻ˣ) of each element, without overflow.
    public func sigmoid() -> Tensor { unary(.sigmoid) }
    /// max(x, 0) of each element; NaN stays NaN.
    public func relu() -> Tensor { unary(.relu) }

    /// Softmax over one axis.
    public func softmax(axis: Int = -1) -> Tensor {
        if isSymbolic {
            let form = OperationForm("Softmax", module: "nn", config: [("axis", .integer(axis))])
            return Tensor.node(form, [self]) { $0[0].softmax(axis: axis) }
        }
        return onLastAxis(axis) { Tensor.fused(SoftmaxOperation(), [$0]) }
    }

    /// The logarithm of the softmax over one axis.
    public func logSoftmax(axis: Int = -1) -> Tensor {
        if isSymbolic {
            let form = OperationForm("LogSoftmax", module: "nn", config: [("axis", .integer(axis))])
            return Tensor.node(form, [self]) { $0[0].logSoftmax(axis: axis) }
        }
        return onLastAxis(axis) { Tensor.fused(SoftmaxOperation(log: true), [$0]) }
    }

    private func onLastAxis(_ axis: Int, _ body: (Tensor) throws -> Tensor) -> Tensor {
        Tensor.carrying([self]) {
            let axis = try shape.resolve(axis: axis)
            guard dtype == .float32 else { return cast(to: .float32).onLastAxis(axis, body) }
            if axis == rank - 1 { return try body(self) }
            var permutation = Array(0..<rank)
            permutation.swapAt(axis, rank - 1)
            return try body(transposed(permutation)).transposed(permutation)
        }
    }
}

extension Tensor {
    /// The same numbers, which gradients take for constants.
    public func stoppingGradient() -> Tensor {
        if isSymbolic {
            return Tensor.node(OperationForm("StopGradient", module: "core"), [self]) {
                $0[0].stoppingGradient()
            }
        }
        return Tensor.fused(StopGradient(), [self])
    }
}
