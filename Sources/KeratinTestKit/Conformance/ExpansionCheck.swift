import KeratinCore
import KeratinTensor

/// The expansion of one fused operation, with memory for every value of it.
private final class ExpandedCase {
    let source: ConformanceCase
    private(set) var steps: [PlanStep] = []
    private var places: [Value: Argument] = [:]
    private let outputs: [Value]
    private let program: Program
    private let backend: any Backend

    init(_ source: ConformanceCase, _ program: Program, on backend: any Backend) throws {
        self.source = source
        self.program = program
        self.backend = backend
        outputs = program.outputs
        for (value, input) in zip(program.inputs, source.inputs) {
            let argument = try place(value)
            try input.bytes.withUnsafeBytes { try backend.write($0, to: argument.slice) }
        }
        for instruction in program.instructions {
            guard case .operation(let operation) = instruction.kind else { continue }
            let inputs = try instruction.inputs.map(place)
            let results = try instruction.results.map(place)
            let bytes = backend.workspaceBytes(
                operation, inputs: inputs.map(\.type), results: results.map(\.type))
            let workspace =
                bytes == 0 ? nil : BufferSlice(try backend.allocate(byteCount: bytes))
            steps.append(
                .launch(
                    LaunchRequest(
                        operation: operation, inputs: inputs, results: results,
                        workspace: workspace)))
        }
    }

    private func place(_ value: Value) throws -> Argument {
        if let known = places[value] { return known }
        let type = program.type(of: value)
        let buffer = try backend.allocate(byteCount: type.byteCount)
        let argument = Argument(type, BufferSlice(buffer))
        places[value] = argument
        return argument
    }

    func results() throws -> [[UInt8]] {
        try outputs.map { output in
            let argument = try place(output)
            var bytes = [UInt8](repeating: 0, count: argument.type.byteCount)
            try bytes.withUnsafeMutableBytes { try backend.read(argument.slice, into: $0) }
            return bytes
        }
    }
}

extension ConformanceRunner {
    /// Runs the expansions of fused operations on the backend and compares them with the reference, which
    /// computes the operations from their definitions.
    func runExpansions(_ cases: [ConformanceCase]) {
        for start in stride(from: 0, to: cases.count, by: options.casesPerPlan) {
            runExpansionBatch(Array(cases[start..<min(start + options.casesPerPlan, cases.count)]))
        }
    }

    /// Runs the expansions as one plan; if that throws, one by one, to name the case.
    private func runExpansionBatch(_ batch: [ConformanceCase]) {
        do {
            var expanded = [ExpandedCase]()
            for source in batch {
                guard case .fused(let fused) = source.operation else { continue }
                let program = try primitives(
                    of: ReferenceEvaluator.expansion(of: fused, source.inputs.map(\.type)))
                if program.instructions.contains(where: \.isLoop) {
                    compare(source, try planned(program, source.inputs), .expansion)
                    continue
                }
                expanded.append(try ExpandedCase(source, program, on: backend))
            }
            try backend.makePlan(expanded.flatMap(\.steps)).run()
            for item in expanded { compare(item.source, try item.results(), .expansion) }
        } catch {
            if batch.count > 1 {
                for single in batch { runExpansionBatch([single]) }
            } else {
                fail(.error, "expansion of \(batch[0].name)", "\(error)")
            }
        }
    }

    /// The results of a program with loops, which need a plan of their own.
    private func planned(_ program: Program, _ inputs: [ReferenceTensor]) throws -> [[UInt8]] {
        let function = try TracedFunction.record(inputs.map(\.type)) { trace, arguments in
            try trace.builder.inline(program, inputs: try arguments.map { try trace.value(of: $0) })
                .map { value in Tensor(trace, value) }
        }
        let plan = try Plan(function, on: backend)
        for (index, input) in inputs.enumerated() {
            try input.bytes.withUnsafeBytes { try plan.write($0, toArgument: index) }
        }
        try plan.run()
        return try program.outputs.indices.map { index in
            var bytes = [UInt8](repeating: 0, count: plan.resultType(index).byteCount)
            try bytes.withUnsafeMutableBytes { try plan.read(result: index, into: $0) }
            return bytes
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
    fileprivate var isLoop: Bool {
        if case .scan = kind { true } else { false }
    }

    fileprivate var isFused: Bool {
        if case .operation(let operation) = kind { operation.isFused } else { false }
    }
}
