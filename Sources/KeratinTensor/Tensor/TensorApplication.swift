import KeratinCore

extension Tensor {
    /// The results of an operation: recorded if a trace is open or an input belongs to one, else computed.
    /// - Throws: the error of the first input that carries one; `KeratinError` if the inputs do not fit; `BackendError` from the device.
    package static func results(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        for input in inputs { try input.check() }
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

    /// The only result of a primitive; a tensor that carries the error if there is one.
    package static func apply(_ primitive: Primitive, _ inputs: [Tensor]) -> Tensor {
        carrying(inputs, shape: primitive.likelyShape(inputs.first?.shape)) {
            try results(.primitive(primitive), inputs)[0]
        }
    }

    /// The only result of a fused operation; a tensor that carries the error if there is one.
    package static func fused(_ operation: some FusedOperation, _ inputs: [Tensor]) -> Tensor {
        carrying(inputs) { try results(.fused(operation), inputs)[0] }
    }

    /// All results of a fused operation.
    /// - Throws: as `results(_:_:)`.
    package static func results(
        _ fused: some FusedOperation, _ inputs: [Tensor]
    ) throws -> [Tensor] { try results(.fused(fused), inputs) }
}

extension Primitive {
    /// The shape of a result that could not be computed, for code that looks at its axes; nil: that of the widest operand.
    fileprivate func likelyShape(_ input: Shape?) -> Shape? {
        switch self {
        case .reshape(let shape), .broadcast(let shape): shape
        case .fill(_, let type), .iota(_, let type): type.shape
        case .randomBits(let shape, _): shape
        case .reduce(_, let axes, let keepsDimensions) where !keepsDimensions:
            input.map { shape in
                Shape(
                    shape.dimensions.enumerated().filter { !axes.contains($0.offset) }.map(
                        \.element))
            }
        default: nil
        }
    }
}

extension KeratinError {
    /// The same error inside a larger place, such as a layer.
    package func nested(in place: String) -> KeratinError {
        if let location, location.hasPrefix(place) { return self }
        var copy = self
        copy.message = location.map { "\($0): \(message)" } ?? message
        copy.location = place
        return copy
    }
}
