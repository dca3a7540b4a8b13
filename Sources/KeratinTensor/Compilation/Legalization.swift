import KeratinCore

/// Replaces fused operations that a backend has no kernel for by their expansion.
enum Legalization {
    static func run(_ program: Program, for backend: any Backend) throws(KeratinError) -> Program {
        var program = program
        // An expansion may contain fused operations of its own.
        while let next = try expanded(program, for: backend) { program = next }
        return program
    }

    private static func expanded(
        _ program: Program, for backend: any Backend
    ) throws(KeratinError) -> Program? {
        var rewriter = ProgramRewriter(program)
        var changed = false
        for instruction in program.instructions {
            guard case .operation(.fused(let fused)) = instruction.kind,
                !backend.supports(
                    .fused(fused), inputs: instruction.inputs.map(program.type),
                    results: instruction.results.map(program.type))
            else {
                try rewriter.copy(instruction)
                continue
            }
            changed = true
            let results = try fused.expand(
                into: rewriter.builder, inputs: rewriter.renamed(instruction.inputs))
            for (old, new) in zip(instruction.results, results) { rewriter[old] = new }
        }
        return changed ? rewriter.program(like: program) : nil
    }
}
