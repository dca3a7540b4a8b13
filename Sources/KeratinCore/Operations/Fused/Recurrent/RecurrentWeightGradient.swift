/// The gradient of the recurrent kernel: after the loop, one product over all steps of all samples, or one for each gate
/// that reads a hidden state of its own.
struct RecurrentWeightGradient {
    let operation: RecurrentSequence
    let builder: ProgramBuilder
    /// The hidden state before each step [B, T, U].
    let hidden: Value
    /// The gates after their activation [B, T, G·U].
    let activated: Value
    /// The cotangent of what the recurrent product gives [B, T, G·U].
    let gates: Value
    let dropout: Value?

    func kernel() throws(KeratinError) -> Value {
        let count = operation.cell.gateCount
        if dropout == nil, operation.cell != .gruResetBefore {
            return try product(hidden, gates)
        }
        var columns = [Value]()
        for gate in 0..<count {
            var left = hidden
            if let dropout {
                let shape = builder.type(of: hidden).shape
                let scale = try builder.append(
                    .slice(
                        starts: [gate, 0, 0], limits: [gate + 1, shape[0], shape[2]],
                        strides: [1, 1, 1]), [dropout])
                let broadcast = try builder.reshape(scale, [shape[0], 1, shape[2]])
                left = try builder.binary(.multiply, left, broadcast)
            }
            if operation.cell == .gruResetBefore, gate == 2 {
                left = try builder.binary(
                    .multiply, left, try builder.gate(1, of: count, activated))
            }
            columns.append(try product(left, try builder.gate(gate, of: count, gates)))
        }
        return try builder.append(.concatenate(axis: 1), columns)
    }

    /// The gradient of the dropout [G, B, U]: for each gate what reaches its masked hidden state, times the hidden state.
    /// The compiler drops it where nobody asks for it.
    func dropoutScales(_ kernel: Value) throws(KeratinError) -> Value {
        let count = operation.cell.gateCount
        let shape = builder.type(of: hidden).shape
        let (batch, steps, units) = (shape[0], shape[1], shape[2])
        var parts = [Value]()
        for gate in 0..<count {
            let cotangent = try builder.reshape(
                try builder.gate(gate, of: count, gates), [batch * steps, units])
            let product = try builder.matmul(
                cotangent, try builder.gate(gate, of: count, kernel), transposeRight: true)
            let arriving = try builder.reshape(product, shape)
            let scaled = try builder.binary(.multiply, arriving, try source(gate))
            let sum = try builder.reduce(.sum, scaled, axes: [1])
            parts.append(try builder.reshape(sum, [1, batch, units]))
        }
        return try builder.append(.concatenate(axis: 0), parts)
    }

    /// What a gate's product reads before dropout: the hidden state, or what the reset leaves of it.
    private func source(_ gate: Int) throws(KeratinError) -> Value {
        guard operation.cell == .gruResetBefore, gate == 2 else { return hidden }
        let reset = try builder.gate(1, of: operation.cell.gateCount, activated)
        return try builder.binary(.multiply, hidden, reset)
    }

    /// [B, T, U] and [B, T, N] → [U, N].
    private func product(_ left: Value, _ right: Value) throws(KeratinError) -> Value {
        func matrix(_ value: Value) throws(KeratinError) -> Value {
            let shape = builder.type(of: value).shape
            return try builder.reshape(value, [shape[0] * shape[1], shape[2]])
        }
        return try builder.matmul(try matrix(left), try matrix(right), transposeLeft: true)
    }
}

extension ProgramBuilder {
    /// One of `count` equal parts of the last axis.
    func gate(_ index: Int, of count: Int, _ value: Value) throws(KeratinError) -> Value {
        try gates(index..<(index + 1), of: count, value)
    }

    /// A run of `count` equal parts of the last axis.
    func gates(
        _ range: Range<Int>, of count: Int, _ value: Value
    ) throws(KeratinError) -> Value {
        if range == 0..<count { return value }
        let shape = type(of: value).shape
        let width = shape[shape.rank - 1] / count
        var starts = [Int](repeating: 0, count: shape.rank)
        var limits = shape.dimensions
        starts[shape.rank - 1] = range.lowerBound * width
        limits[shape.rank - 1] = range.upperBound * width
        return try append(
            .slice(
                starts: starts, limits: limits,
                strides: [Int](repeating: 1, count: shape.rank)), [value])
    }
}
