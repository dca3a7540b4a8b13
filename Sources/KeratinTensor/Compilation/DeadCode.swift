import KeratinCore

extension Program {
    /// The program without instructions, and without rows of loops, that nothing reads.
    func withoutDeadCode() -> Program {
        var program = self
        var live = Set(outputs)
        var kept = [Instruction]()
        for instruction in instructions.reversed() {
            guard instruction.results.contains(where: live.contains) else { continue }
            var instruction = instruction
            if case .scan(var scan) = instruction.kind {
                let wanted = instruction.results.indices.filter {
                    $0 < scan.carryCount || live.contains(instruction.results[$0])
                }
                if wanted.count < instruction.results.count {
                    scan.body.outputs = wanted.map { scan.body.outputs[$0] }
                    instruction = Instruction(
                        .scan(scan), inputs: instruction.inputs,
                        results: wanted.map { instruction.results[$0] })
                }
            }
            live.formUnion(instruction.inputs)
            kept.append(instruction)
        }
        program.instructions = kept.reversed()
        return program
    }
}
