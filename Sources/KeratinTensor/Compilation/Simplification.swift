import KeratinCore

/// Algebra on programs: constants are folded, movements that change nothing vanish, transpositions
/// move into matrix products, broadcasts into elementwise operations, and equal instructions are
/// merged.
struct Simplification {
    private struct Key: Hashable {
        var kind: Instruction.Kind
        var inputs: [Value]
    }

    private var rewriter: ProgramRewriter
    private var known: [Key: [Value]] = [:]
    private var definitions: [Value: Instruction] = [:]
    private var builder: ProgramBuilder { rewriter.builder }

    static func run(_ program: Program) throws(KeratinError) -> Program {
        let program = program.withoutDeadCode()
        var pass = Simplification(rewriter: ProgramRewriter(program))
        for instruction in program.instructions { try pass.visit(instruction) }
        return pass.rewriter.program(like: program).withoutDeadCode()
    }

    private init(rewriter: ProgramRewriter) { self.rewriter = rewriter }

    private mutating func visit(_ instruction: Instruction) throws(KeratinError) {
        let inputs = rewriter.renamed(instruction.inputs)
        let results: [Value]
        switch instruction.kind {
        case .operation(.primitive(let primitive)):
            results = [try simplified(primitive, inputs)]
        case .operation(.fused):
            results = try emit(instruction.kind, inputs)
        case .scan(var scan):
            scan.body = try Self.run(scan.body)
            results = try emit(.scan(scan), inputs)
        }
        for (old, new) in zip(instruction.results, results) { rewriter[old] = new }
    }

    private mutating func emit(
        _ kind: Instruction.Kind, _ inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let key = Key(kind: kind, inputs: inputs)
        if let values = known[key] { return values }
        let results =
            switch kind {
            case .operation(let operation): try builder.append(operation, inputs)
            case .scan(let scan): try builder.append(scan, inputs)
            }
        known[key] = results
        let instruction = Instruction(kind, inputs: inputs, results: results)
        for result in results { definitions[result] = instruction }
        return results
    }

    private mutating func emit(
        _ primitive: Primitive, _ inputs: [Value]
    ) throws(KeratinError) -> Value {
        try emit(.operation(.primitive(primitive)), inputs)[0]
    }

    private func type(_ value: Value) -> TensorType { builder.type(of: value) }

    private func constant(_ value: Value) -> Double? {
        if case .fill(let number, _) = definitions[value]?.primitive { number } else { nil }
    }

    private mutating func simplified(
        _ primitive: Primitive, _ inputs: [Value]
    ) throws(KeratinError) -> Value {
        let result = try primitive.resultType(inputs.map(type))
        if primitive.isElementwise { return try elementwise(primitive, inputs, result) }
        switch primitive {
        case .reshape(let shape):
            if shape == type(inputs[0]).shape { return inputs[0] }
            if case .reshape = definitions[inputs[0]]?.primitive {
                return try simplified(primitive, definitions[inputs[0]]!.inputs)
            }
            if let value = constant(inputs[0]) {
                return try emit(.fill(value: value, type: result), [])
            }
        case .broadcast(let shape):
            if shape == type(inputs[0]).shape { return inputs[0] }
            if let value = constant(inputs[0]) {
                return try emit(.fill(value: value, type: result), [])
            }
        case .transpose(let permutation):
            if let value = constant(inputs[0]) {
                return try emit(.fill(value: value, type: result), [])
            }
            if case .transpose(let inner) = definitions[inputs[0]]?.primitive {
                let both = permutation.map { inner[$0] }
                return try simplified(
                    .transpose(permutation: both), definitions[inputs[0]]!.inputs)
            }
            // Only axes of extent 1 move: the order of the elements does not change.
            let shape = type(inputs[0]).shape
            let moving = permutation.filter { shape[$0] != 1 }
            if moving == moving.sorted() { return try simplified(.reshape(result.shape), inputs) }
        case .slice, .pad, .reverse(axes: []):
            if result == type(inputs[0]), !isStrided(primitive) { return inputs[0] }
        case .concatenate where inputs.count == 1:
            return inputs[0]
        case .reduce(_, let axes, _):
            if axes.allSatisfy({ type(inputs[0]).shape[$0] == 1 }) {
                return try simplified(.reshape(result.shape), inputs)
            }
        case .matmul(let left, let right):
            let a = untransposed(inputs[0])
            let b = untransposed(inputs[1])
            if a != nil || b != nil {
                return try simplified(
                    .matmul(
                        transposeLeft: left != (a != nil), transposeRight: right != (b != nil)),
                    [a ?? inputs[0], b ?? inputs[1]])
            }
        default:
            break
        }
        return try emit(primitive, inputs)
    }

    private func isStrided(_ primitive: Primitive) -> Bool {
        if case .slice(_, _, let strides) = primitive {
            strides.contains { $0 != 1 }
        } else {
            false
        }
    }

    /// The matrix (stack) that the value is the transposition of.
    private func untransposed(_ value: Value) -> Value? {
        guard let definition = definitions[value],
            case .transpose(let permutation) = definition.primitive, permutation.count >= 2
        else { return nil }
        var swap = Array(0..<permutation.count)
        swap.swapAt(swap.count - 1, swap.count - 2)
        return permutation == swap ? definition.inputs[0] : nil
    }

    // MARK: Elementwise

    private mutating func elementwise(
        _ primitive: Primitive, _ inputs: [Value], _ result: TensorType
    ) throws(KeratinError) -> Value {
        if case .cast(let dtype) = primitive, dtype == type(inputs[0]).dtype { return inputs[0] }
        if let value = folded(primitive, inputs, result) {
            return try emit(.fill(value: value, type: result), [])
        }
        if case .binary(let function) = primitive,
            let same = neutral(function, inputs, result)
        {
            return same
        }
        // Operands that were only broadcast to meet the others are read as they are.
        var operands = inputs
        for index in operands.indices {
            var candidate = operands
            if let value = constant(operands[index]), type(operands[index]).shape != .scalar {
                candidate[index] = try emit(
                    .fill(value: value, type: TensorType(.scalar, type(operands[index]).dtype)), [])
            } else if case .broadcast = definitions[operands[index]]?.primitive {
                candidate[index] = definitions[operands[index]]!.inputs[0]
            } else {
                continue
            }
            if try primitive.resultType(candidate.map(type)) == result { operands = candidate }
        }
        return try emit(primitive, operands)
    }

    /// The operand that x + 0, x − 0, x · 1 or x / 1 leaves as it is.
    private func neutral(
        _ function: BinaryFunction, _ inputs: [Value], _ result: TensorType
    ) -> Value? {
        let right = constant(inputs[1])
        let left = constant(inputs[0])
        let identity: Double
        switch function {
        case .add, .subtract: identity = 0
        case .multiply, .divide: identity = 1
        default: return nil
        }
        if right == identity, type(inputs[0]) == result { return inputs[0] }
        if left == identity, function == .add || function == .multiply,
            type(inputs[1]) == result
        {
            return inputs[1]
        }
        return nil
    }

    /// The value of an operation on constants, rounded to float32 as a device would.
    private func folded(
        _ primitive: Primitive, _ inputs: [Value], _ result: TensorType
    ) -> Double? {
        guard result.dtype == .float32 else { return nil }
        let values = inputs.compactMap(constant)
        guard values.count == inputs.count,
            inputs.allSatisfy({ type($0).dtype == .float32 })
        else { return nil }
        let a = Float(values[0])
        switch primitive {
        case .unary(.negate): return Double(-a)
        case .unary(.square): return Double(a * a)
        case .unary(.sqrt): return Double(a.squareRoot())
        case .unary(.reciprocal): return Double(1 / a)
        case .binary(.add): return Double(a + Float(values[1]))
        case .binary(.subtract): return Double(a - Float(values[1]))
        case .binary(.multiply): return Double(a * Float(values[1]))
        case .binary(.divide): return Double(a / Float(values[1]))
        default: return nil
        }
    }
}
