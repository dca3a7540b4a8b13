import KeratinCore

/// Softmax and its losses row by row, batch normalisation channel by channel.
enum ReferenceNormalization {
    private static func log(_ x: Double) -> Double { ReferenceElementwise.unary(.log, .float32, x) }
    private static func exp(_ x: Double) -> Double { ReferenceElementwise.unary(.exp, .float32, x) }

    /// The largest number of a row; NaN is passed over.
    private static func peak(_ row: [Double]) -> Double {
        row.reduce(Pooling.leastMaximum) { $1 > $0 ? $1 : $0 }
    }

    /// log softmax of one row: x − peak − log Σ exp(x − peak).
    private static func logSoftmax(_ row: [Double]) -> [Double] {
        let peak = peak(row)
        let logSum = log(row.reduce(0) { $0 + exp($1 - peak) })
        return row.map { $0 - peak - logSum }
    }

    /// softmax of one row: where a power is NaN the others are 0.
    private static func softmax(_ row: [Double]) -> [Double] {
        let peak = peak(row)
        let powers = row.map { exp($0 - peak) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / (sum.isNaN ? .infinity : sum) }
    }

    private static func rows(_ x: ReferenceTensor) -> [[Double]] {
        let width = x.shape[x.shape.rank - 1]
        let count = width == 0 ? 0 : x.values.count / width
        return (0..<count).map { Array(x.values[($0 * width)..<(($0 + 1) * width)]) }
    }

    static func softmax(_ softmax: SoftmaxOperation, _ x: ReferenceTensor) -> ReferenceTensor {
        let values = rows(x).flatMap { row in
            softmax.log ? logSoftmax(row) : Self.softmax(row)
        }
        return ReferenceTensor(x.type, values)
    }

    static func softmaxGradient(
        _ gradient: SoftmaxGradient, y: ReferenceTensor, dy: ReferenceTensor
    ) -> ReferenceTensor {
        let values = zip(rows(y), rows(dy)).flatMap { y, dy in
            if gradient.log {
                let sum = dy.reduce(0, +)
                return zip(y, dy).map { $1 - exp($0) * sum }
            }
            let sum = zip(y, dy).reduce(0) { $0 + $1.0 * $1.1 }
            return zip(y, dy).map { $0 * ($1 - sum) }
        }
        return ReferenceTensor(y.type, values)
    }

    /// The weights t of a row: the labels, or one at the class number (NaN if it is none).
    private static func weights(
        sparse: Bool, _ labels: ReferenceTensor, row: Int, width: Int
    ) -> [Double] {
        guard sparse else { return Array(labels.values[(row * width)..<((row + 1) * width)]) }
        let label = Int(labels.values[row])
        guard label >= 0, label < width else { return [Double](repeating: .nan, count: width) }
        return (0..<width).map { $0 == label ? 1 : 0 }
    }

    static func crossEntropy(
        sparse: Bool, logits: ReferenceTensor, labels: ReferenceTensor, _ type: TensorType
    ) -> ReferenceTensor {
        let width = logits.shape[logits.shape.rank - 1]
        // Without classes every sum is empty.
        guard width > 0 else { return ReferenceTensor(type, repeating: 0) }
        let values = rows(logits).enumerated().map { row, logits in
            let t = weights(sparse: sparse, labels, row: row, width: width)
            return -zip(t, logSoftmax(logits)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return ReferenceTensor(type, values)
    }

    static func crossEntropyGradient(
        sparse: Bool, logits: ReferenceTensor, labels: ReferenceTensor, dLoss: ReferenceTensor
    ) -> ReferenceTensor {
        let width = logits.shape[logits.shape.rank - 1]
        let values = rows(logits).enumerated().flatMap { row, logits in
            let t = weights(sparse: sparse, labels, row: row, width: width)
            return zip(t, logSoftmax(logits)).map { dLoss.values[row] * (exp($1) - $0) }
        }
        return ReferenceTensor(logits.type, values)
    }

    // MARK: Batch normalisation

    static func batchNormalization(epsilon: Double, _ inputs: [ReferenceTensor])
        -> [ReferenceTensor]
    {
        let (x, gamma, beta) = (inputs[0], inputs[1], inputs[2])
        let channels = gamma.values.count
        let rows = channels == 0 ? 0 : x.values.count / channels
        var y = x
        var mean = gamma
        var variance = gamma
        for c in 0..<channels {
            let column = (0..<rows).map { x.values[$0 * channels + c] }
            let average = column.reduce(0, +) / Double(rows)
            let spread =
                column.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(rows)
            for (row, value) in column.enumerated() {
                y.values[row * channels + c] =
                    gamma.values[c] * (value - average) / (spread + epsilon).squareRoot()
                    + beta.values[c]
            }
            mean.values[c] = average
            variance.values[c] = spread
        }
        return [y, mean, variance]
    }

    static func batchNormalizationGradient(
        epsilon: Double, _ inputs: [ReferenceTensor]
    ) -> [ReferenceTensor] {
        let (x, gamma, mean, variance, dy) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4])
        let channels = gamma.values.count
        let rows = channels == 0 ? 0 : x.values.count / channels
        var dx = x
        var dGamma = gamma
        var dBeta = gamma
        for c in 0..<channels {
            let inverse = 1 / (variance.values[c] + epsilon).squareRoot()
            let normalized = (0..<rows).map {
                (x.values[$0 * channels + c] - mean.values[c]) * inverse
            }
            let cotangents = (0..<rows).map { dy.values[$0 * channels + c] }
            let sum = cotangents.reduce(0, +)
            let projection = zip(cotangents, normalized).reduce(0) { $0 + $1.0 * $1.1 }
            for row in 0..<rows {
                dx.values[row * channels + c] =
                    gamma.values[c] * inverse
                    * (cotangents[row] - sum / Double(rows)
                        - normalized[row] * projection / Double(rows))
            }
            dGamma.values[c] = projection
            dBeta.values[c] = sum
        }
        return [dx, dGamma, dBeta]
    }
}
