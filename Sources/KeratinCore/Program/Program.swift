/// A computation in single-assignment form: every value is defined once, before it is read, and its
/// type is known.
public struct Program: Hashable, Sendable {
    public var inputs: [Value]
    public var instructions: [Instruction]
    public var outputs: [Value]
    /// The type of each value, by its number.
    public var types: [TensorType]

    public init(
        inputs: [Value], instructions: [Instruction], outputs: [Value], types: [TensorType]
    ) {
        self.inputs = inputs
        self.instructions = instructions
        self.outputs = outputs
        self.types = types
    }

    public func type(of value: Value) -> TensorType { types[value.id] }
}
