import KeratinCPUKernelTable
import KeratinCore

/// Softmax, its gradient and the fused cross-entropies: whole rows per task.
struct SoftmaxLaunch {
    let request: LaunchRequest
    let table: CPUKernelTable

    private var width: Int {
        let shape = request.inputs[0].type.shape
        return shape[shape.rank - 1]
    }

    private var rows: Int { request.inputs[0].type.shape.dimensions.dropLast().reduce(1, *) }

    private func phase(_ body: @escaping (Range<Int>) -> Void) -> PreparedLaunch {
        PreparedLaunch(
            PreparedLaunch.pieces(
                of: rows, step: max(1, 8192 / max(width, 1)),
                cost: Double(rows) * (10 + Double(width))
            ) { range, _ in body(range) })
    }

    func softmax(log: Bool) throws -> PreparedLaunch {
        let x = try request.inputs[0].pointer().floats
        let y = try request.results[0].pointer().floats
        let (width, kernel) = (width, table.rows.softmax)
        guard width > 0 else { return PreparedLaunch() }
        return phase { range in
            let first = range.lowerBound * width
            kernel(x + first, y + first, range.count, width, log)
        }
    }

    func gradient(log: Bool) throws -> PreparedLaunch {
        let y = try request.inputs[0].pointer().floats
        let dy = try request.inputs[1].pointer().floats
        let dx = try request.results[0].pointer().floats
        let (width, kernel) = (width, table.rows.softmaxGradient)
        guard width > 0 else { return PreparedLaunch() }
        return phase { range in
            let first = range.lowerBound * width
            kernel(y + first, dy + first, dx + first, range.count, width, log)
        }
    }

    func crossEntropy(sparse: Bool) throws -> PreparedLaunch {
        let logits = try request.inputs[0].pointer().floats
        let labels = try request.inputs[1].pointer()
        let loss = try request.results[0].pointer().floats
        let (width, kernel) = (width, table.rows.crossEntropy)
        return phase { range in
            let first = range.lowerBound
            kernel(
                logits + first * width, sparse ? nil : UnsafePointer(labels.floats + first * width),
                sparse ? UnsafePointer(labels.ints + first) : nil, loss + first, range.count, width)
        }
    }

    func crossEntropyGradient(sparse: Bool) throws -> PreparedLaunch {
        let logits = try request.inputs[0].pointer().floats
        let labels = try request.inputs[1].pointer()
        let dLoss = try request.inputs[2].pointer().floats
        let dLogits = try request.results[0].pointer().floats
        let (width, kernel) = (width, table.rows.crossEntropyGradient)
        guard width > 0 else { return PreparedLaunch() }
        return phase { range in
            let first = range.lowerBound
            kernel(
                logits + first * width, sparse ? nil : UnsafePointer(labels.floats + first * width),
                sparse ? UnsafePointer(labels.ints + first) : nil, dLoss + first,
                dLogits + first * width, range.count, width)
        }
    }
}
