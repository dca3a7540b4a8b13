/// Records a `Scan` piece by piece: first its carries, then its rows, then its captures, then the body.
struct LoopRecorder {
    /// The body; what the functions below return are its values.
    let body = ProgramBuilder()
    private let builder: ProgramBuilder
    private let length: Int
    private let reverse: Bool
    private var inputs: [Value] = []
    private var carryCount = 0
    private var rowCount = 0

    init(_ builder: ProgramBuilder, length: Int, reverse: Bool) {
        self.builder = builder
        self.length = length
        self.reverse = reverse
    }

    /// A value that each step hands to the next.
    mutating func carry(_ initial: Value) -> Value {
        inputs.append(initial)
        carryCount += 1
        return body.input(builder.type(of: initial))
    }

    /// A row of a sequence [length, …].
    mutating func row(_ sequence: Value) -> Value {
        inputs.append(sequence)
        rowCount += 1
        let type = builder.type(of: sequence)
        return body.input(TensorType(Shape(Array(type.shape.dimensions.dropFirst())), type.dtype))
    }

    /// A value that is the same for all steps.
    mutating func capture(_ value: Value) -> Value {
        inputs.append(value)
        return body.input(builder.type(of: value))
    }

    /// Ends the body and records the loop: the final carries and the stacked rows.
    func record(
        carries: [Value], rows: [Value]
    ) throws(KeratinError) -> (carries: [Value], rows: [Value]) {
        let scan = Scan(
            body: body.program(outputs: carries + rows), length: length, carryCount: carryCount,
            sequenceCount: rowCount, reverse: reverse)
        let results = try builder.append(scan, inputs)
        return (Array(results.prefix(carryCount)), Array(results.dropFirst(carryCount)))
    }
}
