import KeratinCore

/// Moves a bias and an activation that follow a matrix product or a convolution, and that alone read
/// its result, into the kernel.
enum EpilogueFusion {
    private struct Chain {
        var bias: Value?
        var activation = FusedActivation.none
        /// The last absorbed instruction, where the fused one stands.
        var end: Int
        var absorbed: [Int]
    }

    static func run(_ program: Program) throws(KeratinError) -> Program {
        let uses = program.useCounts()
        var readers: [Value: Int] = [:]
        for (index, instruction) in program.instructions.enumerated() {
            for input in instruction.inputs { readers[input] = index }
        }

        /// The only reader of a value, if it is read once.
        func onlyReader(_ value: Value) -> Int? { uses[value] == 1 ? readers[value] : nil }

        func chain(from index: Int) -> Chain? {
            var value = program.instructions[index].results[0]
            let channels = program.type(of: value).shape.dimensions.last
            var chain = Chain(end: index, absorbed: [])
            if let reader = onlyReader(value),
                case .binary(.add) = program.instructions[reader].primitive
            {
                let operands = program.instructions[reader].inputs
                let other = operands[0] == value ? operands[1] : operands[0]
                if other != value, program.type(of: other).shape == Shape([channels ?? 0]),
                    program.type(of: program.instructions[reader].results[0])
                        == program.type(of: value)
                {
                    chain.bias = other
                    chain.absorbed.append(reader)
                    value = program.instructions[reader].results[0]
                }
            }
            if let reader = onlyReader(value),
                case .unary(let function) = program.instructions[reader].primitive,
                let activation = FusedActivation.allCases.first(where: { $0.function == function })
            {
                chain.activation = activation
                chain.absorbed.append(reader)
            }
            chain.end = chain.absorbed.last ?? index
            return chain.absorbed.isEmpty ? nil : chain
        }

        var skipped: Set<Int> = []
        var pending: [Int: (source: Int, chain: Chain)] = [:]
        for (index, instruction) in program.instructions.enumerated() {
            guard isFusable(instruction), let chain = chain(from: index) else { continue }
            skipped.insert(index)
            skipped.formUnion(chain.absorbed)
            pending[chain.end] = (index, chain)
        }

        var rewriter = ProgramRewriter(program)
        for (index, instruction) in program.instructions.enumerated() {
            if let (source, chain) = pending[index] {
                let producer = program.instructions[source]
                let inputs = rewriter.renamed(
                    Array(producer.inputs.prefix(2)) + (chain.bias.map { [$0] } ?? []))
                let operation = fused(producer, chain.bias != nil, chain.activation)
                rewriter[instruction.results[0]] = try rewriter.builder.append(operation, inputs)[0]
            } else if !skipped.contains(index) {
                try rewriter.copy(instruction)
            }
        }
        return rewriter.program(like: program)
    }

    private static func isFusable(_ instruction: Instruction) -> Bool {
        if case .matmul = instruction.primitive { return true }
        if let convolution = instruction.fused(Convolution.self) {
            return !convolution.hasBias && convolution.activation == .none
        }
        return false
    }

    private static func fused(
        _ producer: Instruction, _ hasBias: Bool, _ activation: FusedActivation
    ) -> Operation {
        if let convolution = producer.fused(Convolution.self) {
            return .fused(
                Convolution(convolution.geometry, hasBias: hasBias, activation: activation))
        }
        guard case .matmul(let left, let right) = producer.primitive else {
            preconditionFailure("only products and convolutions have an epilogue")
        }
        return .fused(
            Linear(
                transposeLeft: left, transposeRight: right, hasBias: hasBias,
                activation: activation))
    }
}
