import KeratinCore

/// From a recorded program to one that a backend can run: simplified, fused, legal.
enum Compiler {
    /// - Throws: `KeratinError` if a pass breaks the program, which is a defect of the compiler.
    static func optimize(
        _ program: Program, for backend: any Backend
    ) throws(KeratinError) -> Program {
        var program = try Simplification.run(program)
        program = try EpilogueFusion.run(program)
        program = try Legalization.run(program, for: backend)
        program = try Simplification.run(program)
        program = try PointwiseFusion.run(program)
        return try onBodies(program) { body throws(KeratinError) in
            try optimize(body, for: backend)
        }
    }

    private static func onBodies(
        _ program: Program, _ pass: (Program) throws(KeratinError) -> Program
    ) throws(KeratinError) -> Program {
        var program = program
        for index in program.instructions.indices {
            guard case .scan(var scan) = program.instructions[index].kind else { continue }
            scan.body = try pass(scan.body)
            program.instructions[index].kind = .scan(scan)
        }
        return program
    }
}
