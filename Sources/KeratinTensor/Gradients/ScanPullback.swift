import KeratinCore

/// The gradient of a loop is a loop in the other direction. The forward loop is extended to keep each
/// step's carries; the backward body records the forward body anew and differentiates it.
struct ScanPullback {
    let builder: ProgramBuilder
    let index: Int
    let scan: Scan
    let instruction: Instruction

    func rule(_ cotangents: [Value?]) throws(KeratinError) -> [Value?] {
        let sequences = scan.carryCount..<(scan.carryCount + scan.sequenceCount)
        let captures = sequences.upperBound..<instruction.inputs.count
        let kept = try keepCarries()
        let gradient = ScanGradientBody(scan, captures: captures)
        let loop = try gradient.loop()

        var inputs = [Value]()
        for (position, _) in gradient.dCarries {
            inputs.append(try seed(cotangents[position], instruction.inputs[position]))
        }
        for (position, _) in gradient.dCaptures {
            inputs.append(try seed(nil, instruction.inputs[position]))
        }
        inputs += kept
        inputs += instruction.inputs[sequences]
        for (position, _) in gradient.dRows {
            inputs.append(try seed(cotangents[position], instruction.results[position]))
        }
        inputs += instruction.inputs[captures]
        let values = try builder.append(loop, inputs)

        var answer = [Value?](repeating: nil, count: instruction.inputs.count)
        let order =
            gradient.dCarries.map(\.position) + gradient.dCaptures.map(\.position)
            + gradient.rowGradients
        for (result, position) in zip(values, order) { answer[position] = result }
        return answer
    }

    /// Lets the forward loop keep the carries that each step started from.
    private func keepCarries() throws(KeratinError) -> [Value] {
        var extended = scan
        extended.body.outputs += scan.body.inputs[..<scan.carryCount]
        return try builder.extendScan(at: index, to: extended)
    }

    private func seed(_ cotangent: Value?, _ like: Value) throws(KeratinError) -> Value {
        if let cotangent { return cotangent }
        return try builder.fill(0, builder.type(of: like))
    }
}
