import KeratinCore

/// Attention by its definition: all scores, row by row.
struct ReferenceAttention {
    let extents: AttentionExtents
    let pattern: AttentionPattern
    let query: ReferenceTensor
    let key: ReferenceTensor
    let value: ReferenceTensor
    let mask: ReferenceTensor?

    /// Nil if the inputs do not fit.
    init?(_ pattern: AttentionPattern, hasMask: Bool, _ inputs: [ReferenceTensor]) {
        (query, key, value) = (inputs[0], inputs[1], inputs[2])
        mask = hasMask ? inputs[3] : nil
        self.pattern = pattern
        guard
            let extents = try? AttentionExtents(
                query: query.type, key: key.type, value: value.type, mask: mask?.type)
        else { return nil }
        self.extents = extents
    }

    /// Where row `row` of head `head` of x [batch, length, heads, width] begins.
    private func place(_ x: ReferenceTensor, _ sample: Int, _ row: Int, _ head: Int) -> Int {
        ((sample * x.shape[1] + row) * x.shape[2] + head) * x.shape[3]
    }

    private func isVisible(_ sample: Int, _ head: Int, _ row: Int, _ column: Int) -> Bool {
        guard pattern.keys(of: row, count: extents.keys).contains(column) else { return false }
        guard let mask else { return true }
        var place = 0
        for (axis, index) in [sample, head, row, column].enumerated() {
            place = place * mask.shape[axis] + (mask.shape[axis] == 1 ? 0 : index)
        }
        return mask.values[place] != 0
    }

    private struct Row {
        var visible: [Bool]
        var scores: [Double]
    }

    private func row(_ sample: Int, _ head: Int, _ row: Int) -> Row {
        let q = place(query, sample, row, head)
        let visible = (0..<extents.keys).map { isVisible(sample, head, row, $0) }
        let scores = (0..<extents.keys).map { column in
            let k = place(key, sample, column, head / extents.shared)
            let product = (0..<extents.width).reduce(0.0) {
                $0 + query.values[q + $1] * key.values[k + $1]
            }
            let scaled = product * pattern.scale
            if visible[column] { return scaled }
            return pattern.lowersMasked
                ? scaled - AttentionPattern.loweredBy : AttentionPattern.hiddenScore
        }
        return Row(visible: visible, scores: scores)
    }

    private func forEachRow(_ body: (_ sample: Int, _ head: Int, _ row: Int, _ flat: Int) -> Void) {
        var flat = 0
        for sample in 0..<extents.batch {
            for head in 0..<extents.heads {
                for row in 0..<extents.queries {
                    body(sample, head, row, flat)
                    flat += 1
                }
            }
        }
    }

    func forward() -> [ReferenceTensor] {
        var y = ReferenceTensor(extents.result)
        var peaks = ReferenceTensor(extents.rows)
        var sums = ReferenceTensor(extents.rows)
        forEachRow { sample, head, row, flat in
            let scores = self.row(sample, head, row).scores
            let peak = scores.reduce(Pooling.leastMaximum) { $1 > $0 ? $1 : $0 }
            let powers = scores.map { ReferenceElementwise.unary(.exp, .float32, $0 - peak) }
            let sum = powers.reduce(0, +)
            peaks.values[flat] = peak
            sums.values[flat] = sum
            let target = place(y, sample, row, head)
            for (column, power) in powers.enumerated() {
                let v = place(value, sample, column, head / extents.shared)
                for c in 0..<extents.valueWidth {
                    y.values[target + c] += power / sum * value.values[v + c]
                }
            }
        }
        return [y, peaks, sums]
    }

    func backward(
        y: ReferenceTensor, peak: ReferenceTensor, sum: ReferenceTensor, dy: ReferenceTensor
    ) -> [ReferenceTensor] {
        var (dq, dk, dv) = (
            ReferenceTensor(query.type), ReferenceTensor(key.type), ReferenceTensor(value.type)
        )
        forEachRow { sample, head, row, flat in
            let line = self.row(sample, head, row)
            let (q, target) = (place(query, sample, row, head), place(y, sample, row, head))
            let delta = (0..<extents.valueWidth).reduce(0.0) {
                $0 + y.values[target + $1] * dy.values[target + $1]
            }
            for (column, score) in line.scores.enumerated() {
                let k = place(key, sample, column, head / extents.shared)
                let v = place(value, sample, column, head / extents.shared)
                let power = ReferenceElementwise.unary(.exp, .float32, score - peak.values[flat])
                let weight = power / sum.values[flat]
                var dWeight = 0.0
                for c in 0..<extents.valueWidth {
                    dWeight += dy.values[target + c] * value.values[v + c]
                    dv.values[v + c] += weight * dy.values[target + c]
                }
                guard line.visible[column] || pattern.lowersMasked else { continue }
                let dScore = weight * (dWeight - delta) * pattern.scale
                for c in 0..<extents.width {
                    dq.values[q + c] += dScore * key.values[k + c]
                    dk.values[k + c] += dScore * query.values[q + c]
                }
            }
        }
        return [dq, dk, dv]
    }
}
