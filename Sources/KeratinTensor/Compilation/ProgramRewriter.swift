import KeratinCore

/// Builds a program anew from another, instruction by instruction, while values are renamed.
struct ProgramRewriter {
    let builder = ProgramBuilder()
    private var map: [Value: Value] = [:]

    init(_ program: Program) {
        for input in program.inputs { map[input] = builder.input(program.type(of: input)) }
    }

    subscript(_ value: Value) -> Value {
        get { map[value]! }
        set { map[value] = newValue }
    }

    func renamed(_ values: [Value]) -> [Value] { values.map { map[$0]! } }

    /// Copies an instruction as it is.
    mutating func copy(_ instruction: Instruction) throws(KeratinError) {
        let inputs = renamed(instruction.inputs)
        let results =
            switch instruction.kind {
            case .operation(let operation): try builder.append(operation, inputs)
            case .scan(let scan): try builder.append(scan, inputs)
            }
        for (old, new) in zip(instruction.results, results) { map[old] = new }
    }

    func program(like old: Program) -> Program { builder.program(outputs: renamed(old.outputs)) }
}

extension Program {
    /// How often each value is read, outputs included.
    func useCounts() -> [Value: Int] {
        var counts: [Value: Int] = [:]
        for instruction in instructions {
            for input in instruction.inputs { counts[input, default: 0] += 1 }
        }
        for output in outputs { counts[output, default: 0] += 1 }
        return counts
    }

    /// The number of the instruction that defines each value.
    func definitions() -> [Value: Int] {
        var definitions: [Value: Int] = [:]
        for (index, instruction) in instructions.enumerated() {
            for result in instruction.results { definitions[result] = index }
        }
        return definitions
    }
}
