import KeratinCore

/// A function of tensors that is recorded once per signature of its arguments and replayed afterwards, one call at a time.
public final class CompiledFunction {
    private let lock = ReentrantLock()
    private let body: ([Tensor]) throws -> [Tensor]
    private var plans: [[TensorType]: Plan] = [:]

    init(_ body: @escaping ([Tensor]) throws -> [Tensor]) { self.body = body }

    /// Runs the function. Host scalars and random numbers count calls from `step`.
    /// - Throws: what the function throws while it is recorded; `BackendError` from the device.
    public func callAsFunction(_ arguments: Tensor...) throws -> [Tensor] { try call(arguments) }

    public func call(_ arguments: [Tensor]) throws -> [Tensor] {
        try lock.withLock { try replay(arguments) }
    }

    private func replay(_ arguments: [Tensor]) throws -> [Tensor] {
        let types = arguments.map(\.type)
        let plan: Plan
        if let known = plans[types] {
            plan = known
        } else {
            let function = try TracedFunction.record(types) { _, arguments in
                try self.body(arguments)
            }
            plan = try Plan(function, on: try ImmediateExecution.backend(of: arguments))
            plans[types] = plan
        }
        for (index, argument) in arguments.enumerated() {
            guard case .device(let device) = argument.storage else {
                throw KeratinError(
                    .invalidState, "a compiled function takes concrete tensors, not recorded ones")
            }
            try withUnsafeTemporaryAllocation(
                byteCount: device.type.byteCount, alignment: 16
            ) { bytes in
                try device.read(into: bytes)
                try plan.write(UnsafeRawBufferPointer(bytes), toArgument: index)
            }
        }
        try plan.run()
        return try (0..<plan.function.resultCount).map { try plan.tensor(result: $0) }
    }
}

/// Makes a function that is recorded once per signature of its arguments and replayed afterwards.
public func compiled(_ body: @escaping ([Tensor]) throws -> [Tensor]) -> CompiledFunction {
    CompiledFunction(body)
}
