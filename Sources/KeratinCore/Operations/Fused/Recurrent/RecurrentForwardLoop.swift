/// The expansion of `RecurrentSequence`: a loop over the steps.
struct RecurrentForwardLoop {
    let operation: RecurrentSequence
    let builder: ProgramBuilder
    let inputs: RecurrentSequence.Inputs<Value>

    private var gateCount: Int { operation.cell.gateCount }

    func record() throws(KeratinError) -> [Value] {
        let shape = builder.type(of: inputs.projected).shape
        let (batch, steps) = (shape[0], shape[1])
        let units = shape[2] / gateCount
        var loop = LoopRecorder(builder, length: steps, reverse: operation.reverse)

        let hidden = loop.carry(inputs.hidden)
        var cell: Value?
        if let initial = inputs.cell { cell = loop.carry(initial) }
        var last: Value?
        if operation.hasMask {
            last = loop.carry(try builder.fill(0, TensorType([batch, units])))
        }
        let projected = loop.row(try builder.transpose(inputs.projected, [1, 0, 2]))
        var valid: Value?
        if let mask = inputs.mask {
            let column = try builder.reshape(mask, [batch, steps, 1])
            valid = loop.row(try builder.transpose(column, [1, 0, 2]))
        }
        let gateProducts = GateProducts(
            operation.cell, kernel: loop.capture(inputs.kernel),
            dropout: inputs.dropout.map { loop.capture($0) }, in: loop.body)
        let bias = inputs.bias.map { loop.capture($0) }

        let body = loop.body
        let step = try self.step(body, projected, hidden, cell, gateProducts, bias)
        func kept(_ new: Value, _ old: Value) throws(KeratinError) -> Value {
            guard let valid else { return new }
            return try body.append(.select, [valid, new, old])
        }
        var carries = [try kept(step.hidden, hidden)]
        if let cell, let new = step.cell { carries.append(try kept(new, cell)) }
        var output = step.hidden
        if let last {
            let otherwise = operation.zeroesMaskedOutput ? try body.scalar(0) : last
            output = try kept(step.hidden, otherwise)
            carries.append(output)
        }
        var rows = operation.returnsSequences ? [output] : []
        if operation.keepsHistory {
            rows += [hidden, step.gates]
            if let extra = step.extra { rows.append(extra) }
        }
        let results = try loop.record(carries: carries, rows: rows)

        let states = results.carries
        var sequences = [Value]()
        for row in results.rows { sequences.append(try builder.transpose(row, [1, 0, 2])) }
        let result: Value
        if operation.returnsSequences {
            result = sequences.removeFirst()
        } else {
            result = operation.hasMask ? states[states.count - 1] : states[0]
        }
        return [result] + states.prefix(operation.stateResultCount - 1) + sequences
    }

    private struct Step {
        var hidden: Value
        var cell: Value?
        var gates: Value
        var extra: Value?
    }

    private func step(
        _ body: ProgramBuilder, _ projected: Value, _ hidden: Value, _ cell: Value?,
        _ gateProducts: GateProducts, _ bias: Value?
    ) throws(KeratinError) -> Step {
        let activation = operation.activation
        let recurrent = operation.recurrentActivation
        func part(_ index: Int, _ value: Value) throws(KeratinError) -> Value {
            try body.gate(index, of: gateCount, value)
        }
        func sum(_ a: Value, _ b: Value) throws(KeratinError) -> Value {
            try body.binary(.add, a, b)
        }
        func product(_ a: Value, _ b: Value) throws(KeratinError) -> Value {
            try body.binary(.multiply, a, b)
        }
        /// z·h + (1 − z)·candidate
        func mixed(_ z: Value, _ candidate: Value) throws(KeratinError) -> Value {
            let rest = try body.binary(.subtract, try body.scalar(1), z)
            return try sum(try product(z, hidden), try product(rest, candidate))
        }
        switch operation.cell {
        case .simple:
            let z = try sum(projected, try gateProducts.product(hidden, gates: 0..<1))
            let h = try activation.apply(z, in: body)
            return Step(hidden: h, gates: h)
        case .lstm:
            let z = try sum(projected, try gateProducts.product(hidden, gates: 0..<4))
            let i = try recurrent.apply(try part(0, z), in: body)
            let f = try recurrent.apply(try part(1, z), in: body)
            let g = try activation.apply(try part(2, z), in: body)
            let o = try recurrent.apply(try part(3, z), in: body)
            let c = try sum(try product(f, cell!), try product(i, g))
            let h = try product(o, try activation.apply(c, in: body))
            let gates = try body.append(.concatenate(axis: 1), [i, f, g, o])
            return Step(hidden: h, cell: c, gates: gates, extra: cell)
        case .gru:
            let inner = try sum(try gateProducts.product(hidden, gates: 0..<3), bias!)
            let z = try recurrent.apply(
                try sum(try part(0, projected), try part(0, inner)), in: body)
            let r = try recurrent.apply(
                try sum(try part(1, projected), try part(1, inner)), in: body)
            let candidate = try part(2, inner)
            let g = try activation.apply(
                try sum(try part(2, projected), try product(r, candidate)), in: body)
            let gates = try body.append(.concatenate(axis: 1), [z, r, g])
            return Step(hidden: try mixed(z, g), gates: gates, extra: candidate)
        case .gruResetBefore:
            let inner = try gateProducts.product(hidden, gates: 0..<2)
            let z = try recurrent.apply(
                try sum(try part(0, projected), try body.gate(0, of: 2, inner)), in: body)
            let r = try recurrent.apply(
                try sum(try part(1, projected), try body.gate(1, of: 2, inner)), in: body)
            let reset = try gateProducts.product(try product(r, hidden), gates: 2..<3)
            let g = try activation.apply(try sum(try part(2, projected), reset), in: body)
            let gates = try body.append(.concatenate(axis: 1), [z, r, g])
            return Step(hidden: try mixed(z, g), gates: gates)
        }
    }
}
