import KeratinCore

/// A result whose gradient a closure gives: inputs (result, arguments…), the result handed on.
///
/// The closure is that of one recording: it may use all tensors of it, and of no other.
struct CustomGradient: FusedOperation {
    /// The closure, told apart from others by what it is.
    final class Rule: @unchecked Sendable {
        // Recordings belong to one task, and so does what is recorded with them.
        let trace: Trace
        let gradients: (Tensor) throws -> [Tensor]

        init(_ trace: Trace, _ gradients: @escaping (Tensor) throws -> [Tensor]) {
            self.trace = trace
            self.gradients = gradients
        }
    }

    let rule: Rule

    static func == (a: CustomGradient, b: CustomGradient) -> Bool { a.rule === b.rule }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(rule)) }

    var name: String { "custom_gradient" }

    func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        guard let first = inputs.first else {
            throw KeratinError(.invalidArgument, "needs a result")
        }
        return [first]
    }

    func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] { [inputs[0]] }

    func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        guard let dy = cotangents[0] else { return inputs.map { _ in nil } }
        guard builder === rule.trace.builder else {
            throw KeratinError(
                .unavailable, "gradients through the body of a loop are not there",
                at: "customGradient")
        }
        do {
            let gradients = try Trace.$current.withValue(rule.trace) {
                try rule.gradients(Tensor(rule.trace, dy))
            }
            guard gradients.count == inputs.count - 1 else {
                throw KeratinError(
                    .invalidArgument,
                    "the closure gave \(gradients.count) gradients for \(inputs.count - 1) arguments",
                    at: "customGradient")
            }
            return try [nil]
                + zip(gradients, inputs.dropFirst()).map { gradient, input in
                    let type = builder.type(of: input)
                    guard gradient.shape == type.shape else {
                        throw KeratinError(
                            .shapeMismatch,
                            "the gradient of an argument \(type.shape) has shape \(gradient.shape)",
                            at: "customGradient")
                    }
                    return try rule.trace.value(of: gradient.cast(to: .float32))
                }
        } catch let error as KeratinError {
            throw error
        } catch {
            throw KeratinError(.invalidState, "\(error)", at: "customGradient")
        }
    }
}

extension ops {
    /// A function with a gradient of its own.
    /// - Parameter function: gives the result for arguments, and a closure that makes of the gradient of the result those of the arguments, in
    ///   their shapes.
    /// - Returns: the function. It may be called on numbers, and in recorded steps, not in the body of a loop that is differentiated.
    public static func customGradient(
        _ function:
            @escaping (_ arguments: [Tensor]) throws -> (
                result: Tensor, gradients: (_ upstream: Tensor) throws -> [Tensor]
            )
    ) -> ([Tensor]) -> Tensor {
        { arguments in
            Tensor.carrying(arguments) {
                let (result, gradients) = try function(arguments)
                guard let trace = Trace.current else { return result }
                let rule = CustomGradient.Rule(trace, gradients)
                return Tensor.fused(
                    CustomGradient(rule: rule), [result.stoppingGradient()] + arguments)
            }
        }
    }

    /// The result of a function, and how it changes when its arguments move in some directions: the product of its Jacobian matrix with the
    /// tangents.
    ///
    /// It is a gradient of a gradient, so that it costs about three times the function.
    /// - Parameter tangents: the directions, in the shapes of the arguments.
    public static func jvp(
        _ function: ([Tensor]) throws -> Tensor, _ primals: [Tensor], _ tangents: [Tensor]
    ) -> (result: Tensor, tangent: Tensor) {
        let both = Tensor.carrying(count: 2, primals + tangents) {
            guard primals.map(\.shape) == tangents.map(\.shape), !primals.isEmpty else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs a tangent of the shape of each argument, got \(tangents.map(\.shape)) for \(primals.map(\.shape))",
                    at: "jvp")
            }
            let result = try function(primals)
            try result.check()
            // The product with the Jacobian's transpose is linear in its factor: its gradient is the product with the Jacobian.
            let tangent = gradient(at: zeros(result.shape)) { factor in
                let gradients = try valueAndGradient(at: primals) {
                    (try function($0) * factor).sum()
                }.gradients
                return zip(gradients, tangents).dropFirst().reduce(
                    (gradients[0] * tangents[0]).sum()
                ) {
                    $0 + ($1.0 * $1.1).sum()
                }
            }
            return [result, tangent]
        }
        return (both[0], both[1])
    }
}
