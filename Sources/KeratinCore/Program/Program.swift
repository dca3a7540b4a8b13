/// A computation in single-assignment form: every value is defined once, before it is read, and its
/// type is known.
public struct Program: Hashable, Sendable {
    /// What whoever runs the program provides, in order.
    public var inputs: [Value]
    /// The steps, each after those whose results it reads.
    public var instructions: [Instruction]
    /// What the program gives; a value may occur twice, and may be an input.
    public var outputs: [Value]
    /// The type of each value, by its number.
    public var types: [TensorType]

    /// A program from its parts, which are not checked; `ProgramBuilder` makes one that is right.
    public init(
        inputs: [Value], instructions: [Instruction], outputs: [Value], types: [TensorType]
    ) {
        self.inputs = inputs
        self.instructions = instructions
        self.outputs = outputs
        self.types = types
    }

    /// The type of a value of this program.
    public func type(of value: Value) -> TensorType { types[value.id] }
}
