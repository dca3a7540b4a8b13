/// What an operation must at least do: the floor that a kernel's time is compared with.
package struct OperationCost: Hashable, Sendable {
    /// Floating-point operations (a multiply and an add are two).
    package var flops: Double
    /// Bytes read and written once each.
    package var bytes: Double

    package init(flops: Double, bytes: Double) {
        self.flops = flops
        self.bytes = bytes
    }

    package init(_ operation: Operation, inputs: [TensorType], results: [TensorType]) {
        bytes = Double((inputs + results).reduce(0) { $0 + $1.byteCount })
        let results = results.reduce(0) { $0 + $1.count }
        switch operation {
        case .primitive(.matmul(let transposeLeft, _)):
            flops = 2 * Double(results) * Double(Self.depth(inputs[0], transposeLeft))
        case .primitive(.reduce), .primitive(.argReduce):
            flops = Double(inputs[0].count)
        case .primitive(let primitive):
            flops = primitive.isElementwise ? Double(results) : 0
        case .fused(let linear as Linear):
            flops = 2 * Double(results) * Double(Self.depth(inputs[0], linear.transposeLeft))
        case .fused(is Convolution):
            flops = Self.convolution(filter: inputs[1].shape, output: results)
        case .fused(is ConvolutionInputGradient):
            flops = Self.convolution(filter: inputs[1].shape, output: inputs[0].count)
        case .fused(let gradient as ConvolutionFilterGradient):
            flops = Self.convolution(filter: gradient.filter, output: inputs[1].count)
        case .fused(let sequence as RecurrentSequence):
            // The products of the hidden state with the recurrent kernel; that of the input is an operation of its own.
            flops = Self.recurrence(
                sequence.named(inputs).projected, sequence.cell)
        case .fused(let gradient as RecurrentSequenceGradient):
            let gates = gradient.named(inputs).gates
            flops = Self.recurrence(gates, gradient.forward.cell)
        case .fused(let attention as DotProductAttention):
            // q·kᵀ and weights·v.
            flops = 2 * Self.scores(inputs, attention.pattern)
        case .fused(let gradient as DotProductAttentionGradient):
            // The weights once more, and four products with them and their gradient.
            flops = 5 * Self.scores(inputs, gradient.pattern)
        case .fused(let pointwise as Pointwise):
            let work = pointwise.expression.nodes.filter {
                if case .input = $0 { false } else if case .constant = $0 { false } else { true }
            }
            flops = Double(work.count * pointwise.shape.count)
        case .fused:
            flops = Double(inputs.reduce(0) { $0 + $1.count })
        }
    }

    /// - Parameter gates: [batch, steps, gates · units].
    private static func recurrence(
        _ gates: TensorType, _ cell: RecurrentSequence.Cell
    ) -> Double {
        let width = gates.shape.dimensions.last ?? 0
        return 2 * Double(gates.count) * Double(width / cell.gateCount)
    }

    /// One product over the scores that count: q [B, T, H, D] with k [B, S, G, D].
    private static func scores(_ inputs: [TensorType], _ pattern: AttentionPattern) -> Double {
        guard inputs.count > 1, inputs[0].shape.rank == 4, inputs[1].shape.rank == 4 else {
            return 0
        }
        let part = pattern.isCausal ? 0.5 : 1
        return 2 * Double(inputs[0].count) * Double(inputs[1].shape[1]) * part
    }

    private static func depth(_ left: TensorType, _ transposed: Bool) -> Int {
        left.shape[left.shape.rank - (transposed ? 2 : 1)]
    }

    private static func convolution(filter: Shape, output: Int) -> Double {
        2 * Double(output) * Double(filter.dimensions.dropLast().reduce(1, *))
    }
}
