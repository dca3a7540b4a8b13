import KeratinCore

/// The loop that goes back through a loop. Its body records the forward body anew and differentiates it.
///
/// The body takes (dCarries, dCaptures | kept carries, rows, dRows | captures) and gives (dCarries, dCaptures | gradients of rows). Only
/// floats have cotangents and gradients.
struct ScanGradientBody {
    /// A position among the forward body's inputs or outputs, and what the backward body has for it.
    typealias Entry = (position: Int, value: Value)

    /// What the carries' cotangents are, by the carries' positions.
    private(set) var dCarries: [Entry] = []
    /// The sums of the captures' gradients so far, by the captures' positions among the inputs.
    private(set) var dCaptures: [Entry] = []
    /// What the cotangents of the rows are that the forward loop gives, by their positions among the outputs.
    private(set) var dRows: [Entry] = []
    /// The positions of the rows among the inputs that have gradients.
    private(set) var rowGradients: [Int] = []
    /// What stands for the forward body's inputs.
    private var arguments: [Value] = []
    private let forward: Scan
    private let body = ProgramBuilder()

    init(_ forward: Scan, captures: Range<Int>) {
        self.forward = forward
        let carries = forward.carryCount
        let inputs = forward.body.inputs
        let outputs = forward.body.outputs
        dCarries = cotangents((0..<carries).map { ($0, inputs[$0]) })
        dCaptures = cotangents(captures.map { ($0, inputs[$0]) })
        arguments = inputs[..<captures.lowerBound].map { body.input(forward.body.type(of: $0)) }
        dRows = cotangents((carries..<outputs.count).map { ($0, outputs[$0]) })
        arguments += captures.map { body.input(forward.body.type(of: inputs[$0])) }
        rowGradients = (carries..<captures.lowerBound).filter { isFloat(inputs[$0]) }
    }

    /// The backward loop.
    func loop() throws(KeratinError) -> Scan {
        let gradients = try differentiated()
        var next = [Value]()
        for (position, value) in dCarries {
            next.append(try orZero(gradients[position], like: value))
        }
        for (position, sum) in dCaptures {
            guard let gradient = gradients[position] else {
                next.append(sum)
                continue
            }
            next.append(try body.binary(.add, sum, gradient))
        }
        var rows = [Value]()
        for position in rowGradients {
            rows.append(try orZero(gradients[position], like: arguments[position]))
        }
        return Scan(
            body: body.program(outputs: next + rows), length: forward.length,
            carryCount: next.count,
            sequenceCount: forward.carryCount + forward.sequenceCount + dRows.count,
            reverse: !forward.reverse)
    }

    /// The gradients of a turn with respect to the forward body's inputs.
    private func differentiated() throws(KeratinError) -> [Value?] {
        let results = try body.inline(forward.body, inputs: arguments)
        let seeds = (dCarries + dRows).map { (value: results[$0.position], cotangent: $0.value) }
        return try Differentiation.pullback(seeds, to: arguments, in: body)
    }

    private func cotangents(_ values: [Entry]) -> [Entry] {
        values.filter { isFloat($0.value) }.map { entry in
            (entry.position, body.input(forward.body.type(of: entry.value)))
        }
    }

    private func isFloat(_ value: Value) -> Bool { forward.body.type(of: value).dtype == .float32 }

    private func orZero(_ value: Value?, like other: Value) throws(KeratinError) -> Value {
        if let value { return value }
        return try body.fill(0, body.type(of: other))
    }
}
