import KeratinCore

/// The value of a scalar function and its gradient with respect to each argument.
///
/// The function is recorded once and its program differentiated; inside a recorded function the gradient
/// becomes part of that program.
/// - Throws: `KeratinError` if the function's value is no float32 scalar, or an argument holds whole
///   numbers.
public func valueAndGradient(
    at arguments: [Tensor], of function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    if let trace = Trace.current { return try traced(trace, arguments, function) }
    let backend = try ImmediateExecution.backend(of: arguments)
    let recorded = try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
        let captured = try arguments.map { Tensor(trace, try trace.value(of: $0)) }
        let (value, gradients) = try traced(trace, captured, function)
        return [value] + gradients
    }
    let results = try ImmediateExecution.run(recorded, on: backend)
    return (results[0], Array(results.dropFirst()))
}

/// The gradient of a scalar function with respect to one argument, of the argument's shape. It carries the error if the function's value
/// is no float32 scalar, if the argument holds whole numbers, or if the function throws.
public func gradient(at argument: Tensor, of function: (Tensor) throws -> Tensor) -> Tensor {
    Tensor.carrying([argument]) {
        try valueAndGradient(at: [argument]) { try function($0[0]) }.gradients[0]
    }
}

private func traced(
    _ trace: Trace, _ arguments: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    for argument in arguments where !argument.dtype.isFloat {
        throw KeratinError(
            .dtypeMismatch,
            "a gradient is taken at a tensor of a floating type, got \(argument.dtype) of shape "
                + "\(argument.shape): write its numbers with a point ([1.0, 2]) or cast it to .float32"
        )
    }
    let value = try function(arguments)
    return (value, try trace.gradients(of: value, withRespectTo: arguments))
}

extension Trace {
    /// Records the gradient of a recorded scalar; zeros where it does not depend on a tensor.
    package func gradients(
        of target: Tensor, withRespectTo tensors: [Tensor]
    ) throws -> [Tensor] {
        try zip(knownGradients(of: target, withRespectTo: tensors), tensors).map {
            try $0 ?? Tensor(self, builder.fill(0, $1.type))
        }
    }

    /// Records the gradient of a recorded scalar; nil where it does not depend on a tensor.
    package func knownGradients(
        of target: Tensor, withRespectTo tensors: [Tensor]
    ) throws -> [Tensor?] {
        let values = try tensors.map { try value(of: $0) }
        return try Differentiation.gradient(
            of: try value(of: target), withRespectTo: values, in: builder
        ).map { $0.map { Tensor(self, $0) } }
    }
}
