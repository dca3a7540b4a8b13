import KeratinCore

/// The gradient of a loop is a loop in the other direction. The forward loop is extended to keep each
/// step's carries; the backward body records the forward body anew and differentiates it.
struct ScanPullback {
    let builder: ProgramBuilder
    let index: Int
    let scan: Scan
    let instruction: Instruction

    func rule(_ cotangents: [Value?]) throws(KeratinError) -> [Value?] {
        let carries = scan.carryCount
        let sequences = carries..<(carries + scan.sequenceCount)
        let captures = sequences.upperBound..<instruction.inputs.count
        let body = scan.body
        let outputs = scan.body.outputs.count
        func isFloat(_ value: Value) -> Bool { body.type(of: value).dtype == .float32 }

        // Keep the carries that each step started from.
        var extended = scan
        extended.body.outputs += body.inputs[0..<carries]
        let kept = try builder.extendScan(at: index, to: extended)

        // Backward body: (dCarries, dCaptures | kept carries, rows, dRows | captures).
        let inner = ProgramBuilder()
        let dCarries = (0..<carries).filter { isFloat(body.inputs[$0]) }
            .map { ($0, inner.input(body.type(of: body.inputs[$0]))) }
        let dCaptures = captures.filter { isFloat(body.inputs[$0]) }
            .map { ($0, inner.input(body.type(of: body.inputs[$0]))) }
        var arguments = [Value]()
        for position in 0..<sequences.upperBound {
            arguments.append(inner.input(body.type(of: body.inputs[position])))
        }
        let dRows = (carries..<outputs).filter { isFloat(body.outputs[$0]) }
            .map { ($0, inner.input(body.type(of: body.outputs[$0]))) }
        for position in captures {
            arguments.append(inner.input(body.type(of: body.inputs[position])))
        }

        let results = try inner.inline(body, inputs: arguments)
        var seeds: [(value: Value, cotangent: Value)] = []
        for (position, value) in dCarries { seeds.append((results[position], value)) }
        for (position, value) in dRows { seeds.append((results[position], value)) }
        let gradients = try Differentiation.pullback(seeds, to: arguments, in: inner)

        func orZero(_ value: Value?, like other: Value) throws(KeratinError) -> Value {
            if let value { return value }
            return try inner.fill(0, inner.type(of: other))
        }
        var next = [Value]()
        for (position, value) in dCarries {
            next.append(try orZero(gradients[position], like: value))
        }
        for (position, sum) in dCaptures {
            next.append(
                gradients[position] == nil
                    ? sum : try inner.binary(.add, sum, gradients[position]!))
        }
        let rowGradients = sequences.filter { isFloat(body.inputs[$0]) }
        var rows = [Value]()
        for position in rowGradients {
            rows.append(try orZero(gradients[position], like: arguments[position]))
        }
        let backward = Scan(
            body: inner.program(outputs: next + rows), length: scan.length,
            carryCount: next.count, sequenceCount: sequences.upperBound + dRows.count,
            reverse: !scan.reverse)

        // The loop's inputs.
        var inputs = [Value]()
        for (position, _) in dCarries {
            inputs.append(try seed(cotangents[position], instruction.inputs[position]))
        }
        for (position, _) in dCaptures {
            inputs.append(try seed(nil, instruction.inputs[position]))
        }
        inputs += kept
        inputs += sequences.map { instruction.inputs[$0] }
        for (position, _) in dRows {
            inputs.append(try seed(cotangents[position], instruction.results[position]))
        }
        inputs += captures.map { instruction.inputs[$0] }
        let values = try builder.append(backward, inputs)

        var answer = [Value?](repeating: nil, count: instruction.inputs.count)
        let order = dCarries.map(\.0) + dCaptures.map(\.0) + rowGradients
        for (result, position) in zip(values, order) { answer[position] = result }
        return answer
    }

    private func seed(_ cotangent: Value?, _ like: Value) throws(KeratinError) -> Value {
        if let cotangent { return cotangent }
        return try builder.fill(0, builder.type(of: like))
    }
}
