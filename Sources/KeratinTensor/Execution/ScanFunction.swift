import KeratinCore

/// Runs `body` once per row of the sequences: it gets the carries and a row of each sequence, and gives the
/// next carries and rows of results. Concrete tensors that the body reads are captured.
///
/// - Parameters:
///   - carries: initial values; the body must keep their types.
///   - sequences: tensors [length, …] of one length.
///   - reverse: from the last row to the first; results keep the order of the rows.
/// - Returns: the final carries and the stacked rows [length, …].
/// - Throws: `KeratinError` if lengths differ or a carry changes its type.
public func scan(
    carries: [Tensor], sequences: [Tensor], reverse: Bool = false,
    body: (_ carries: [Tensor], _ rows: [Tensor]) throws -> (carries: [Tensor], rows: [Tensor])
) throws -> (carries: [Tensor], rows: [Tensor]) {
    guard let length = sequences.first?.shape.dimensions.first,
        sequences.allSatisfy({ $0.shape.dimensions.first == length })
    else {
        throw KeratinError(
            .shapeMismatch,
            "needs sequences of one length, got \(sequences.map(\.shape))", at: "scan")
    }
    guard let outer = Trace.current else {
        let backend = try ImmediateExecution.backend(of: carries + sequences)
        var carryCount = 0
        let function = try TracedFunction.record([]) { trace, _ in
            let lift = { (tensor: Tensor) in Tensor(trace, try trace.value(of: tensor)) }
            let results = try scan(
                carries: try carries.map(lift), sequences: try sequences.map(lift),
                reverse: reverse, body: body)
            carryCount = results.carries.count
            return results.carries + results.rows
        }
        let results = try ImmediateExecution.run(function, on: backend)
        return (Array(results.prefix(carryCount)), Array(results.dropFirst(carryCount)))
    }
    let recorder = ScanRecorder(outer)
    let (loop, captures) = try recorder.record(
        carries: carries.map(\.type), rows: sequences.map(\.type), length: length,
        reverse: reverse, body: body)
    let inputs = try (carries + sequences).map { try outer.value(of: $0) } + captures
    let results = try outer.builder.append(loop, inputs).map { Tensor(outer, $0) }
    return (Array(results.prefix(loop.carryCount)), Array(results.dropFirst(loop.carryCount)))
}

/// Records a loop's body in a trace of its own and finds what it captures from the enclosing one.
private struct ScanRecorder {
    let outer: Trace
    init(_ outer: Trace) { self.outer = outer }

    func record(
        carries: [TensorType], rows: [TensorType], length: Int, reverse: Bool,
        body: ([Tensor], [Tensor]) throws -> (carries: [Tensor], rows: [Tensor])
    ) throws -> (Scan, [Value]) {
        let trace = Trace(inside: outer)
        let outputs: [Value] = try Trace.$current.withValue(trace) {
            let carry = carries.enumerated().map { trace.argument($0.offset, $0.element) }
            let row = rows.enumerated().map { index, type in
                trace.argument(
                    carries.count + index,
                    TensorType(Shape(Array(type.shape.dimensions.dropFirst())), type.dtype))
            }
            let results = try body(carry, row)
            return try (results.carries + results.rows).map { try trace.value(of: $0) }
        }
        guard trace.updates.isEmpty else {
            throw KeratinError(
                .invalidState, "a loop's body cannot assign states; carry them instead", at: "scan")
        }
        // Arguments come first in the body; captures were added as they were met.
        var inputs = [(Value, Value?)]()
        for (role, input) in zip(trace.roles, trace.builder.inputs) {
            switch role {
            case .argument: inputs.append((input, nil))
            case .captured(let reference):
                inputs.append((input, try outer.value(of: Tensor(reference.device))))
            case .state(let storage): inputs.append((input, outer.read(storage)))
            case .outer(let value): inputs.append((input, value))
            case .randomState, .hostScalars:
                throw KeratinError(
                    .invalidState,
                    "random numbers and host scalars are drawn before a loop and passed to it",
                    at: "scan")
            }
        }
        var program = trace.builder.program(outputs: outputs)
        program.inputs = inputs.map(\.0)
        let scan = Scan(
            body: program, length: length, carryCount: carries.count, sequenceCount: rows.count,
            reverse: reverse)
        return (scan, inputs.compactMap(\.1))
    }
}
