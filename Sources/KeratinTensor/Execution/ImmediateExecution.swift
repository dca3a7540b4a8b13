import KeratinCore

/// Computes operations on concrete tensors at once: a program of one instruction, run once.
enum ImmediateExecution {
    static func run(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        let backend = try backend(of: inputs)
        let function = try TracedFunction.record([]) { trace, _ in
            let values = try trace.builder.append(
                operation, inputs.map { try trace.value(of: $0) })
            return values.map { Tensor(trace, $0) }
        }
        let plan = try Plan(function, on: backend)
        try plan.run()
        return try (0..<function.resultCount).map { try plan.tensor(result: $0) }
    }

    static func backend(of inputs: [Tensor]) throws -> any Backend {
        for input in inputs {
            if case .device(let device) = input.storage { return device.backend }
        }
        return try Context.backend
    }
}
