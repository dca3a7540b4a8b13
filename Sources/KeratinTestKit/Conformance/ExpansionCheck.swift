import KeratinCore

extension ConformanceRunner {
    /// Runs a fused operation's expansion on the backend and compares it with the reference, which
    /// computes the operation from its definition.
    func runExpansion(_ source: ConformanceCase) {
        guard case .fused(let fused) = source.operation else { return }
        do {
            let program = try primitives(
                of: ReferenceEvaluator.expansion(of: fused, source.inputs.map(\.type)))
            var places = [Value: Argument]()
            func place(_ value: Value) throws -> Argument {
                if let known = places[value] { return known }
                let type = program.type(of: value)
                let argument = Argument(
                    type, BufferSlice(try backend.allocate(byteCount: type.byteCount)))
                places[value] = argument
                return argument
            }
            for (value, input) in zip(program.inputs, source.inputs) {
                let argument = try place(value)
                try input.bytes.withUnsafeBytes { try backend.write($0, to: argument.slice) }
            }
            var steps = [PlanStep]()
            for instruction in program.instructions {
                guard case .operation(let operation) = instruction.kind else { continue }
                let (inputs, results) = (
                    try instruction.inputs.map(place), try instruction.results.map(place)
                )
                let workspace = backend.workspaceBytes(
                    operation, inputs: inputs.map(\.type), results: results.map(\.type))
                steps.append(
                    .launch(
                        LaunchRequest(
                            operation: operation, inputs: inputs, results: results,
                            workspace: workspace == 0
                                ? nil : BufferSlice(try backend.allocate(byteCount: workspace)))))
            }
            try backend.makePlan(steps).run()
            let results = try program.outputs.map { output in
                let argument = try place(output)
                var bytes = [UInt8](repeating: 0, count: argument.type.byteCount)
                try bytes.withUnsafeMutableBytes { try backend.read(argument.slice, into: $0) }
                return bytes
            }
            compare(source, results, .expansion)
        } catch {
            fail(.error, "expansion of \(source.name)", "\(error)")
        }
    }

    /// Expands until only primitives are left.
    private func primitives(of program: Program) throws -> Program {
        var program = program
        while program.instructions.contains(where: \.isFused) {
            let builder = ProgramBuilder()
            var map = [Value: Value]()
            for input in program.inputs { map[input] = builder.input(program.type(of: input)) }
            for instruction in program.instructions {
                let inputs = instruction.inputs.compactMap { map[$0] }
                let results =
                    switch instruction.kind {
                    case .operation(.fused(let fused)):
                        try fused.expand(into: builder, inputs: inputs)
                    case .operation(let operation): try builder.append(operation, inputs)
                    case .scan(let scan): try builder.append(scan, inputs)
                    }
                for (old, new) in zip(instruction.results, results) { map[old] = new }
            }
            program = builder.program(outputs: program.outputs.compactMap { map[$0] })
        }
        return program
    }
}

extension Instruction {
    fileprivate var isFused: Bool {
        if case .operation(let operation) = kind { operation.isFused } else { false }
    }
}
