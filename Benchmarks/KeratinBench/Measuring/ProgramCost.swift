import KeratinCore
import KeratinTensor

extension Program {
    /// Floating-point operations of a run, those of loops in each turn.
    var flops: Double {
        instructions.reduce(0) { sum, instruction in
            switch instruction.kind {
            case .operation(let operation):
                sum
                    + OperationCost(
                        operation, inputs: instruction.inputs.map { type(of: $0) },
                        results: instruction.results.map { type(of: $0) }
                    ).flops
            case .scan(let scan): sum + Double(scan.length) * scan.body.flops
            }
        }
    }
}

extension TracedFunction {
    /// Bytes of what it is given, of weights and constants, and of what it gives.
    var traffic: (arguments: Int, weights: Int, results: Int) {
        var (arguments, weights) = (0, 0)
        for (role, input) in zip(roles, program.inputs) {
            let bytes = program.type(of: input).byteCount
            switch role {
            case .argument: arguments += bytes
            case .state, .captured: weights += bytes
            default: break
            }
        }
        let results = program.outputs.prefix(resultCount)
            .reduce(0) { $0 + program.type(of: $1).byteCount }
        return (arguments, weights, results)
    }

    /// What a run must at least do: each number is read or written once.
    var cost: OperationCost {
        let bytes = traffic
        return OperationCost(
            flops: program.flops, bytes: Double(bytes.arguments + bytes.weights + bytes.results))
    }
}
