/// Records a program, one instruction at a time, and checks each by the operation's shape rule.
public final class ProgramBuilder {
    /// The inputs so far.
    public private(set) var inputs: [Value] = []
    /// What was recorded so far.
    public private(set) var instructions: [Instruction] = []
    /// The type of each value so far, by its number.
    public private(set) var types: [TensorType] = []

    /// Begins with nothing recorded.
    public init() {}

    /// The type of a value that was recorded here.
    public func type(of value: Value) -> TensorType { types[value.id] }

    /// A new input of the program.
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

    /// Records a primitive and gives its one result.
    /// - Throws: `KeratinError` if it does not accept the inputs' types.
    public func append(_ primitive: Primitive, _ inputs: [Value]) throws(KeratinError) -> Value {
        try append(.primitive(primitive), inputs)[0]
    }

    /// Records a fused operation and gives its results.
    /// - Throws: `KeratinError` if it does not accept the inputs' types.
    public func append(
        _ fused: some FusedOperation, _ inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        try append(.fused(fused), inputs)
    }

    /// Records a loop and gives its final carries, then its stacked rows.
    /// - Throws: `KeratinError` if inputs, carries or the body's outputs do not fit each other.
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
    /// One number everywhere.
    public func fill(_ value: Double, _ type: TensorType) throws(KeratinError) -> Value {
        try append(.fill(value: value, type: type), [])
    }

    /// A function of each element.
    public func unary(_ function: UnaryFunction, _ x: Value) throws(KeratinError) -> Value {
        try append(.unary(function), [x])
    }

    /// A function of two values that are broadcast together.
    public func binary(
        _ function: BinaryFunction, _ a: Value, _ b: Value
    ) throws(KeratinError) -> Value {
        try append(.binary(function), [a, b])
    }

    /// A reduction along some axes, which stay with extent 1 if `keepDimensions`.
    public func reduce(
        _ function: ReduceFunction, _ x: Value, axes: [Int], keepDimensions: Bool = false
    ) throws(KeratinError) -> Value {
        try append(.reduce(function, axes: axes, keepDimensions: keepDimensions), [x])
    }

    /// A matrix product; the operands are stored transposed if the flags say so.
    public func matmul(
        _ a: Value, _ b: Value, transposeLeft: Bool = false, transposeRight: Bool = false
    ) throws(KeratinError) -> Value {
        try append(
            .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight), [a, b])
    }

    /// The same elements in another shape; nothing is recorded if it has that shape.
    public func reshape(_ x: Value, _ shape: Shape) throws(KeratinError) -> Value {
        type(of: x).shape == shape ? x : try append(.reshape(shape), [x])
    }

    /// Result axis i is axis `permutation[i]` of x; nothing is recorded if that changes nothing.
    public func transpose(_ x: Value, _ permutation: [Int]) throws(KeratinError) -> Value {
        permutation == Array(0..<permutation.count)
            ? x : try append(.transpose(permutation: permutation), [x])
    }
}
