/// The expansion of `RecurrentSequenceGradient`: a loop over the steps in the other direction.
struct RecurrentBackwardLoop {
    let operation: RecurrentSequence
    let builder: ProgramBuilder
    let inputs: RecurrentSequenceGradient.Inputs<Value>

    private var gateCount: Int { operation.cell.gateCount }

    func record() throws(KeratinError) -> [Value] {
        let shape = builder.type(of: inputs.hidden).shape
        let (batch, steps, units) = (shape[0], shape[1], shape[2])
        var loop = LoopRecorder(builder, length: steps, reverse: !operation.reverse)
        func row(_ value: Value) throws(KeratinError) -> Value {
            loop.row(try builder.transpose(value, [1, 0, 2]))
        }

        // Without masks the last output is the final hidden state. With them the cotangent of an output that repeats
        // an earlier one waits for the step that made it.
        var initial = inputs.dHidden
        var waiting: Value?
        if operation.hasMask {
            waiting =
                operation.returnsSequences
                ? try builder.fill(0, TensorType([batch, units])) : inputs.dOutput
        } else if !operation.returnsSequences {
            initial = try builder.binary(.add, initial, inputs.dOutput)
        }
        let dHidden = loop.carry(initial)
        let dCell = inputs.dCell.map { loop.carry($0) }
        let dWaiting = waiting.map { loop.carry($0) }
        let hidden = try row(inputs.hidden)
        let gates = try row(inputs.gates)
        var extra: Value?
        if let value = inputs.extra { extra = try row(value) }
        var dOutput: Value?
        if operation.returnsSequences { dOutput = try row(inputs.dOutput) }
        var valid: Value?
        if let mask = inputs.mask {
            valid = try row(try builder.reshape(mask, [batch, steps, 1]))
        }
        let body = loop.body
        let gateProducts = GateProducts(
            operation.cell, kernel: loop.capture(inputs.kernel),
            dropout: inputs.dropout.map { loop.capture($0) }, in: body)

        func either(_ a: Value?, _ b: Value?) throws(KeratinError) -> Value {
            let zero = try body.scalar(0)
            guard let valid else { return a ?? zero }
            return try body.append(.select, [valid, a ?? zero, b ?? zero])
        }
        var arriving = dHidden
        var output = dOutput
        if let dWaiting {
            output =
                try output.map { value throws(KeratinError) in
                    try body.binary(.add, value, dWaiting)
                } ?? dWaiting
        }
        if let output { arriving = try body.binary(.add, arriving, output) }
        let step = try self.step(
            body, dHidden: try either(arriving, nil),
            dCell: try dCell.map { value throws(KeratinError) in try either(value, nil) },
            hidden: hidden, gates: gates, extra: extra, gateProducts)

        var carries = [Value]()
        if valid == nil {
            carries.append(step.dHidden)
            if let dCell = step.dCell { carries.append(dCell) }
        } else {
            carries.append(try body.binary(.add, step.dHidden, try either(nil, dHidden)))
            if let dCell, let own = step.dCell {
                carries.append(try body.binary(.add, own, try either(nil, dCell)))
            }
            let passed = operation.zeroesMaskedOutput ? nil : output
            let shaped = try either(nil, passed)
            carries.append(
                passed == nil ? try body.fill(0, TensorType([batch, units])) : shaped)
        }
        var rows = [step.projected]
        if let recurrent = step.recurrent { rows.append(recurrent) }
        let results = try loop.record(carries: carries, rows: rows)
        var answer = [Value]()
        for row in results.rows { answer.append(try builder.transpose(row, [1, 0, 2])) }
        return answer + results.carries.prefix(operation.hasCellState ? 2 : 1)
    }

    private struct Step {
        var projected: Value
        var recurrent: Value?
        var dHidden: Value
        var dCell: Value?
    }

    private func step(
        _ body: ProgramBuilder, dHidden dh: Value, dCell: Value?, hidden: Value, gates: Value,
        extra: Value?, _ gateProducts: GateProducts
    ) throws(KeratinError) -> Step {
        let activation = operation.activation
        let recurrent = operation.recurrentActivation
        func part(_ index: Int) throws(KeratinError) -> Value {
            try body.gate(index, of: gateCount, gates)
        }
        func product(_ a: Value, _ b: Value) throws(KeratinError) -> Value {
            try body.binary(.multiply, a, b)
        }
        func sum(_ a: Value, _ b: Value) throws(KeratinError) -> Value {
            try body.binary(.add, a, b)
        }
        func joined(_ parts: [Value]) throws(KeratinError) -> Value {
            try body.append(.concatenate(axis: 1), parts)
        }
        switch operation.cell {
        case .simple:
            let dz = try activation.pull(dh, result: gates, in: body)
            return Step(projected: dz, dHidden: try gateProducts.pull(dz, gates: 0..<1))
        case .lstm:
            let (i, f, g, o) = (try part(0), try part(1), try part(2), try part(3))
            let c = try sum(try product(f, extra!), try product(i, g))
            let active = try activation.apply(c, in: body)
            let dO = try recurrent.pull(try product(dh, active), result: o, in: body)
            let through = try activation.pull(try product(dh, o), result: active, in: body)
            let dc = try sum(dCell!, through)
            let dI = try recurrent.pull(try product(dc, g), result: i, in: body)
            let dF = try recurrent.pull(try product(dc, extra!), result: f, in: body)
            let dG = try activation.pull(try product(dc, i), result: g, in: body)
            let dz = try joined([dI, dF, dG, dO])
            return Step(
                projected: dz, dHidden: try gateProducts.pull(dz, gates: 0..<4),
                dCell: try product(dc, f))
        case .gru, .gruResetBefore:
            let (z, r, g) = (try part(0), try part(1), try part(2))
            let difference = try body.binary(.subtract, hidden, g)
            let dZ = try recurrent.pull(try product(dh, difference), result: z, in: body)
            let rest = try body.binary(.subtract, try body.scalar(1), z)
            let dG = try activation.pull(try product(dh, rest), result: g, in: body)
            let direct = try product(dh, z)
            if operation.cell == .gru {
                let dR = try recurrent.pull(try product(dG, extra!), result: r, in: body)
                let inner = try joined([dZ, dR, try product(dG, r)])
                return Step(
                    projected: try joined([dZ, dR, dG]), recurrent: inner,
                    dHidden: try sum(direct, try gateProducts.pull(inner, gates: 0..<3)))
            }
            let dReset = try gateProducts.pull(dG, gates: 2..<3)
            let dR = try recurrent.pull(try product(dReset, hidden), result: r, in: body)
            let early = try gateProducts.pull(try joined([dZ, dR]), gates: 0..<2)
            let late = try product(dReset, r)
            return Step(
                projected: try joined([dZ, dR, dG]),
                dHidden: try sum(try sum(direct, late), early))
        }
    }
}
