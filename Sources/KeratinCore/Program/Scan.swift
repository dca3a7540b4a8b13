/// A loop whose body is a program, run once per row of its sequences.
///
/// Instruction inputs: initial carries, then sequences [length, …], then captures.
/// Body inputs: carries, then one row of each sequence, then captures.
/// Body outputs: the next carries (same types), then rows.
/// Instruction results: final carries, then the rows stacked [length, …]. With `reverse` the rows are
/// read and written from the last to the first, so row t of a result belongs to row t of the input.
public struct Scan: Hashable, Sendable {
    /// What runs once per row.
    public var body: Program
    /// Rows of the sequences, and so turns of the loop.
    public var length: Int
    /// Values that each turn hands to the next.
    public var carryCount: Int
    /// Inputs of which each turn sees one row.
    public var sequenceCount: Int
    /// Whether the rows run from the last to the first.
    public var reverse: Bool

    /// A loop from the first row to the last, unless said otherwise.
    public init(
        body: Program, length: Int, carryCount: Int, sequenceCount: Int, reverse: Bool = false
    ) {
        self.body = body
        self.length = length
        self.carryCount = carryCount
        self.sequenceCount = sequenceCount
        self.reverse = reverse
    }

    /// The types of the results.
    /// - Throws: `KeratinError` if inputs, carries or the body's outputs do not fit each other.
    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        guard inputs.count == body.inputs.count, body.outputs.count >= carryCount,
            carryCount + sequenceCount <= inputs.count
        else {
            throw KeratinError(
                .invalidArgument,
                "the body takes \(body.inputs.count) inputs, got \(inputs.count)", at: "scan")
        }
        for (index, input) in inputs.enumerated() {
            let expected = body.type(of: body.inputs[index])
            let isSequence = index >= carryCount && index < carryCount + sequenceCount
            let got = isSequence ? Self.row(of: input, length: length) : input
            guard got == expected else {
                throw KeratinError(
                    .shapeMismatch, "input \(index) of the body is \(expected), got \(input)",
                    at: "scan")
            }
        }
        var results = [TensorType]()
        for (index, output) in body.outputs.enumerated() {
            let type = body.type(of: output)
            if index < carryCount {
                guard type == inputs[index] else {
                    throw KeratinError(
                        .shapeMismatch,
                        "carry \(index) is \(inputs[index]), the body gives \(type)",
                        at: "scan")
                }
                results.append(type)
            } else {
                results.append(TensorType(Shape([length] + type.shape.dimensions), type.dtype))
            }
        }
        return results
    }

    private static func row(of type: TensorType, length: Int) -> TensorType? {
        guard type.shape.rank >= 1, type.shape[0] == length else { return nil }
        return TensorType(Shape(Array(type.shape.dimensions.dropFirst())), type.dtype)
    }
}
