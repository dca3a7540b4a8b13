import KeratinCore

extension ConformanceFamily {
    private struct Extents {
        var batch: Int
        var steps: Int
        var units: Int
    }

    /// The options of one case; what an index does not choose stays plain.
    private static func variants(_ cell: RecurrentSequence.Cell, _ tiny: Bool)
        -> [RecurrentSequence]
    {
        var variants = [
            RecurrentSequence(cell, returnsSequences: true),
            RecurrentSequence(cell, reverse: true, hasMask: true),
            RecurrentSequence(
                cell, activation: .relu, recurrentActivation: .hardSigmoid,
                returnsSequences: true, zeroesMaskedOutput: true, hasMask: true, hasDropout: true),
        ]
        if !tiny {
            variants += [
                RecurrentSequence(cell),
                RecurrentSequence(cell, reverse: true, returnsSequences: true, hasMask: true),
                RecurrentSequence(cell, zeroesMaskedOutput: true, hasMask: true),
                RecurrentSequence(cell, reverse: true, hasDropout: true),
                RecurrentSequence(
                    cell, activation: .none, recurrentActivation: .legacyHardSigmoid,
                    returnsSequences: true),
                RecurrentSequence(
                    cell, activation: .sigmoid, recurrentActivation: .tanh, hasMask: true),
            ]
        }
        return variants
    }

    static func recurrentCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("recurrent")
        let few = [Extents(batch: 2, steps: 3, units: 3), Extents(batch: 7, steps: 2, units: 9)]
        let many = [
            Extents(batch: 1, steps: 1, units: 1), Extents(batch: 1, steps: 5, units: 33),
            Extents(batch: 13, steps: 4, units: 31), Extents(batch: 33, steps: 3, units: 65),
            Extents(batch: 32, steps: 4, units: 128), Extents(batch: 3, steps: 2, units: 135),
        ]
        var cases = [ConformanceCase]()
        for extents in tiny ? few : few + many {
            for cell in RecurrentSequence.Cell.allCases {
                let variants = variants(cell, tiny)
                for variant in extents.units > 60 ? Array(variants.prefix(4)) : variants {
                    cases += sequence(variant, extents, &draw)
                }
            }
        }
        if !tiny {
            // Many units: processors share readings of the kernel among tiles, GPUs launch each step of cells with gates.
            for cell in RecurrentSequence.Cell.allCases {
                for variant in variants(cell, true) {
                    cases += sequence(variant, Extents(batch: 26, steps: 3, units: 300), &draw)
                }
            }
        }
        return cases + [unusual(&draw)]
    }

    /// The operation as it predicts, as it trains, and its gradient.
    private static func sequence(
        _ plain: RecurrentSequence, _ extents: Extents, _ draw: inout Draw
    ) -> [ConformanceCase] {
        var kept = plain
        kept.keepsHistory = true
        let inputs = inputs(plain, extents, &draw)
        var cases = [ConformanceCase(plain, inputs), ConformanceCase(kept, inputs)]
        guard let results = try? ReferenceEvaluator.evaluate(.fused(kept), inputs) else {
            return cases
        }
        let states = plain.stateResultCount
        var arguments = [inputs[1]] + results[states...]
        let named = plain.named(inputs)
        if let mask = named.mask { arguments.append(mask) }
        if let dropout = named.dropout { arguments.append(dropout) }
        for result in results.prefix(states) { arguments.append(draw.floats(result.type.shape)) }
        cases.append(ConformanceCase(RecurrentSequenceGradient(kept), arguments))
        return cases
    }

    private static func inputs(
        _ operation: RecurrentSequence, _ extents: Extents, _ draw: inout Draw
    ) -> [ReferenceTensor] {
        let (batch, steps, units) = (extents.batch, extents.steps, extents.units)
        let width = operation.cell.gateCount * units
        let scale = 1 / Double(units).squareRoot()
        var inputs = [
            draw.floats([batch, steps, width]), draw.floats([units, width], -scale...scale),
        ]
        if operation.hasRecurrentBias { inputs.append(draw.floats([width], -0.5...0.5)) }
        inputs.append(draw.floats([batch, units], -1...1))
        if operation.hasCellState { inputs.append(draw.floats([batch, units], -1...1)) }
        if operation.hasMask {
            // The first sample has no step that counts.
            var mask = draw.bools([batch, steps])
            if batch > 1 { for step in 0..<steps { mask.values[step] = 0 } }
            inputs.append(mask)
        }
        if operation.hasDropout {
            var dropout = draw.bools([operation.cell.gateCount, batch, units])
            dropout = ReferenceTensor(
                TensorType(dropout.type.shape), dropout.values.map { $0 * 1.25 })
            inputs.append(dropout)
        }
        return inputs
    }

    /// NaN and infinities stay in their own sample.
    private static func unusual(_ draw: inout Draw) -> ConformanceCase {
        let operation = RecurrentSequence(.lstm, returnsSequences: true)
        var inputs = inputs(operation, Extents(batch: 9, steps: 3, units: 17), &draw)
        let row = 3 * 4 * 17
        inputs[0].values[row + 5] = .nan
        inputs[0].values[3 * row + 7] = .infinity
        inputs[0].values[5 * row + 40] = -.infinity
        return ConformanceCase(operation, inputs)
    }
}
