import KeratinCore

extension Tensor {
    /// Applies an operation: records it if a trace is open or an input belongs to one, else computes.
    /// - Throws: `KeratinError` if the inputs do not fit; `BackendError` from the device.
    package static func apply(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        if let trace = try Trace.recording(for: inputs) {
            do {
                let values = try trace.builder.append(
                    operation, inputs.map { try trace.value(of: $0) })
                return values.map { Tensor(trace, $0) }
            } catch let error as KeratinError {
                throw trace.scope.map { error.nested(in: $0) } ?? error
            }
        }
        return try ImmediateExecution.run(operation, inputs)
    }

    package static func apply(_ primitive: Primitive, _ inputs: [Tensor]) throws -> Tensor {
        try apply(.primitive(primitive), inputs)[0]
    }

    package static func apply(_ fused: some FusedOperation, _ inputs: [Tensor]) throws -> [Tensor] {
        try apply(.fused(fused), inputs)
    }
}

extension KeratinError {
    /// The same error inside a larger place, such as a layer.
    package func nested(in place: String) -> KeratinError {
        if let location, location.hasPrefix(place) { return self }
        return KeratinError(code, location.map { "\($0): \(message)" } ?? message, at: place)
    }
}
