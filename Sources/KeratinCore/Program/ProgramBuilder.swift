/// Records a program, one instruction at a time, and checks each by the operation's shape rule.
public final class ProgramBuilder {
    public private(set) var inputs: [Value] = []
    public private(set) var instructions: [Instruction] = []
    public private(set) var types: [TensorType] = []

    public init() {}

    public func type(of value: Value) -> TensorType { types[value.id] }

    public func input(_ type: TensorType) -> Value {
        let value = define(type)
        inputs.append(value)
        return value
    }

    private func define(_ type: TensorType) -> Value {
        types.append(type)
        return Value(id: types.count - 1)
    }

    /// Records an operation and gives its results.
    /// - Throws: `KeratinError` if the operation does not accept the inputs' types.
    public func append(
        _ operation: Operation, _ inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let resultTypes = try operation.resultTypes(inputs.map { types[$0.id] })
        for type in resultTypes { try type.shape.validate() }
        let results = resultTypes.map(define)
        instructions.append(Instruction(.operation(operation), inputs: inputs, results: results))
        return results
    }

    public func append(_ primitive: Primitive, _ inputs: [Value]) throws(KeratinError) -> Value {
        try append(.primitive(primitive), inputs)[0]
    }

    public func append(
        _ fused: some FusedOperation, _ inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        try append(.fused(fused), inputs)
    }

    public func append(_ scan: Scan, _ inputs: [Value]) throws(KeratinError) -> [Value] {
        let results = try scan.resultTypes(inputs.map { types[$0.id] }).map(define)
        instructions.append(Instruction(.scan(scan), inputs: inputs, results: results))
        return results
    }

    /// Replaces a recorded loop by one whose body gives more rows at the end of its outputs; returns the
    /// values of the new results.
    package func extendScan(at index: Int, to scan: Scan) throws(KeratinError) -> [Value] {
        let old = instructions[index]
        let results = try scan.resultTypes(old.inputs.map { types[$0.id] })
        let added = results.dropFirst(old.results.count).map(define)
        instructions[index] = Instruction(
            .scan(scan), inputs: old.inputs, results: old.results + added)
        return added
    }

    /// Records the instructions of another program with its inputs replaced; gives its outputs.
    public func inline(_ program: Program, inputs: [Value]) throws(KeratinError) -> [Value] {
        var map = Dictionary(uniqueKeysWithValues: zip(program.inputs, inputs))
        for instruction in program.instructions {
            let arguments = instruction.inputs.map { map[$0]! }
            let results =
                switch instruction.kind {
                case .operation(let operation): try append(operation, arguments)
                case .scan(let scan): try append(scan, arguments)
                }
            for (old, new) in zip(instruction.results, results) { map[old] = new }
        }
        return program.outputs.map { map[$0]! }
    }

    /// The program recorded so far, with the given outputs.
    public func program(outputs: [Value]) -> Program {
        Program(inputs: inputs, instructions: instructions, outputs: outputs, types: types)
    }
}

// Shorthands for the operations that expansions and gradient rules use most.
extension ProgramBuilder {
    public func fill(_ value: Double, _ type: TensorType) throws(KeratinError) -> Value {
        try append(.fill(value: value, type: type), [])
    }

    public func unary(_ function: UnaryFunction, _ x: Value) throws(KeratinError) -> Value {
        try append(.unary(function), [x])
    }

    public func binary(
        _ function: BinaryFunction, _ a: Value, _ b: Value
    ) throws(KeratinError) -> Value {
        try append(.binary(function), [a, b])
    }

    public func reduce(
        _ function: ReduceFunction, _ x: Value, axes: [Int], keepDimensions: Bool = false
    ) throws(KeratinError) -> Value {
        try append(.reduce(function, axes: axes, keepDimensions: keepDimensions), [x])
    }

    public func matmul(
        _ a: Value, _ b: Value, transposeLeft: Bool = false, transposeRight: Bool = false
    ) throws(KeratinError) -> Value {
        try append(
            .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight), [a, b])
    }

    public func reshape(_ x: Value, _ shape: Shape) throws(KeratinError) -> Value {
        type(of: x).shape == shape ? x : try append(.reshape(shape), [x])
    }

    public func transpose(_ x: Value, _ permutation: [Int]) throws(KeratinError) -> Value {
        permutation == Array(0..<permutation.count)
            ? x : try append(.transpose(permutation: permutation), [x])
    }
}
