/// The recurrent product of some gates inside a loop's body, and its transpose; with dropout every gate reads the hidden
/// state through a mask of its own.
struct GateProducts {
    private let count: Int
    private let kernel: Value
    private let dropout: Value?
    private let body: ProgramBuilder

    init(
        _ cell: RecurrentSequence.Cell, kernel: Value, dropout: Value?, in body: ProgramBuilder
    ) {
        count = cell.gateCount
        self.kernel = kernel
        self.dropout = dropout
        self.body = body
    }

    /// [B, U] → [B, gates·U]
    func product(_ hidden: Value, gates: Range<Int>) throws(KeratinError) -> Value {
        guard dropout != nil else {
            return try body.matmul(hidden, try body.gates(gates, of: count, kernel))
        }
        var parts = [Value]()
        for gate in gates {
            let masked = try body.binary(.multiply, hidden, try scale(gate))
            parts.append(try body.matmul(masked, try body.gate(gate, of: count, kernel)))
        }
        return try body.append(.concatenate(axis: 1), parts)
    }

    /// [B, gates·U] → [B, U]
    func pull(_ cotangent: Value, gates: Range<Int>) throws(KeratinError) -> Value {
        guard dropout != nil else {
            return try body.matmul(
                cotangent, try body.gates(gates, of: count, kernel), transposeRight: true)
        }
        var total: Value?
        for gate in gates {
            let part = try body.gate(gate - gates.lowerBound, of: gates.count, cotangent)
            let plain = try body.matmul(
                part, try body.gate(gate, of: count, kernel), transposeRight: true)
            let masked = try body.binary(.multiply, plain, try scale(gate))
            total =
                try total.map { sum throws(KeratinError) in
                    try body.binary(.add, sum, masked)
                } ?? masked
        }
        return total!
    }

    /// The mask of a gate [B, U].
    private func scale(_ gate: Int) throws(KeratinError) -> Value {
        let shape = body.type(of: dropout!).shape
        let slice = try body.append(
            .slice(
                starts: [gate, 0, 0], limits: [gate + 1, shape[1], shape[2]], strides: [1, 1, 1]),
            [dropout!])
        return try body.reshape(slice, [shape[1], shape[2]])
    }
}
