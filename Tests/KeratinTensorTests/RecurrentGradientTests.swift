import KeratinCPU
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Testing

/// The gradient of recurrent sequences against finite differences in Double, and as a plan on the CPU backend.
struct RecurrentGradientTests {
    @Test(arguments: RecurrentSequence.Cell.allCases)
    func gradients(_ cell: RecurrentSequence.Cell) throws {
        for keepsHistory in [false, true] {
            for hasMask in [false, true] {
                for returnsSequences in [false, true] {
                    try check(
                        RecurrentSequence(
                            cell, reverse: hasMask != returnsSequences,
                            returnsSequences: returnsSequences,
                            zeroesMaskedOutput: hasMask && keepsHistory, hasMask: hasMask,
                            hasDropout: keepsHistory, keepsHistory: keepsHistory))
                }
            }
        }
    }

    @Test(arguments: RecurrentActivation.allCases)
    func activations(_ activation: RecurrentActivation) throws {
        for cell in [RecurrentSequence.Cell.lstm, .gru] {
            try check(
                RecurrentSequence(
                    cell, activation: activation, recurrentActivation: activation,
                    returnsSequences: true, keepsHistory: true))
        }
    }

    private func check(_ operation: RecurrentSequence) throws {
        var drawing = Drawing(7)
        let (batch, steps, units) = (3, 4, 2)
        let width = operation.cell.gateCount * units
        var inputs = [
            drawing.tensor([batch, steps, width], -1.5...1.5),
            drawing.tensor([units, width], -0.8...0.8),
        ]
        if operation.hasRecurrentBias { inputs.append(drawing.tensor([width], -0.3...0.3)) }
        inputs.append(drawing.tensor([batch, units], -1...1))
        if operation.hasCellState { inputs.append(drawing.tensor([batch, units], -1...1)) }
        if operation.hasMask {
            inputs.append(
                ReferenceTensor(
                    TensorType([batch, steps], .bool), [0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0]))
        }
        if operation.hasDropout {
            inputs.append(drawing.tensor([operation.cell.gateCount, batch, units], 0.2...1.8))
        }
        let check = try GradientCheck(inputs) { arguments in
            var total: Tensor?
            let results = try Tensor.results(operation, arguments)
            for (position, result) in results.prefix(operation.stateResultCount).enumerated() {
                let index = Tensor(indicesAlong: 0, shape: [result.count], dtype: .float32)
                let sum =
                    (result.reshaped([result.count])
                    * (index * 0.37 + 0.5 + Double(position))).sum()
                total = total.map { $0 + sum } ?? sum
            }
            return total!
        }
        for comparison in try check.againstDifferences() {
            #expect(comparison.isWithin, "\(operation) differences: \(comparison)")
        }
        for comparison in try check.onBackend(try CPUBackend()) {
            #expect(comparison.isWithin, "\(operation) backend: \(comparison)")
        }
    }
}
