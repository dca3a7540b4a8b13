import KeratinCore

extension ReferenceEvaluator {
    /// Runs a whole program, loops included.
    /// - Throws: `KeratinError` if an instruction does not accept its inputs.
    public static func evaluate(
        _ program: Program, _ inputs: [ReferenceTensor]
    ) throws(KeratinError) -> [ReferenceTensor] {
        guard inputs.map(\.type) == program.inputs.map(program.type) else {
            throw KeratinError(
                .shapeMismatch,
                "the program takes \(program.inputs.map(program.type)), got \(inputs.map(\.type))")
        }
        var values = Dictionary(uniqueKeysWithValues: zip(program.inputs, inputs))
        for instruction in program.instructions {
            let arguments = instruction.inputs.map { values[$0]! }
            let results =
                switch instruction.kind {
                case .operation(let operation): try evaluate(operation, arguments)
                case .scan(let scan): try evaluate(scan, arguments)
                }
            for (value, result) in zip(instruction.results, results) { values[value] = result }
        }
        return program.outputs.map { values[$0]! }
    }

    private static func evaluate(
        _ scan: Scan, _ inputs: [ReferenceTensor]
    ) throws(KeratinError) -> [ReferenceTensor] {
        let types = try scan.resultTypes(inputs.map(\.type))
        var results = types.map { ReferenceTensor($0) }
        var carries = Array(inputs[..<scan.carryCount])
        let sequences = inputs[scan.carryCount..<(scan.carryCount + scan.sequenceCount)]
        let captures = inputs[(scan.carryCount + scan.sequenceCount)...]
        for turn in 0..<scan.length {
            let t = scan.reverse ? scan.length - 1 - turn : turn
            let rows = sequences.map { sequence in
                let type = TensorType(
                    Shape(Array(sequence.shape.dimensions.dropFirst())), sequence.type.dtype)
                return ReferenceTensor(
                    type, Array(sequence.values[(t * type.count)..<((t + 1) * type.count)]))
            }
            let outputs = try evaluate(scan.body, carries + rows + Array(captures))
            carries = Array(outputs[..<scan.carryCount])
            for position in scan.carryCount..<outputs.count {
                let row = outputs[position].values
                results[position].values.replaceSubrange(
                    (t * row.count)..<((t + 1) * row.count), with: row)
            }
        }
        results.replaceSubrange(0..<scan.carryCount, with: carries)
        return results
    }
}
