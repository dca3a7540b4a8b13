import KeratinCore

/// Matrix products by their definition.
enum ReferenceMatrix {
    static func matmul(
        _ a: ReferenceTensor, _ b: ReferenceTensor, _ transposeLeft: Bool, _ transposeRight: Bool,
        _ type: TensorType
    ) -> ReferenceTensor {
        let rank = type.shape.rank
        let (m, n) = (type.shape[rank - 2], type.shape[rank - 1])
        let k = a.shape[a.shape.rank - (transposeLeft ? 2 : 1)]
        let batch = type.shape.dimensions.dropLast(2).reduce(1, *)
        // A side of rank 2 is used for the whole batch.
        let stepA = a.shape.rank == 2 ? 0 : m * k
        let stepB = b.shape.rank == 2 ? 0 : k * n
        var result = ReferenceTensor(type)
        for t in 0..<batch {
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    for p in 0..<k {
                        let left = a.values[t * stepA + (transposeLeft ? p * m + i : i * k + p)]
                        let right = b.values[t * stepB + (transposeRight ? j * k + p : p * n + j)]
                        sum += left * right
                    }
                    result.values[(t * m + i) * n + j] = sum
                }
            }
        }
        return result
    }

    static func linear(_ linear: Linear, _ inputs: [ReferenceTensor], _ type: TensorType)
        -> ReferenceTensor
    {
        var result = matmul(
            inputs[0], inputs[1], linear.transposeLeft, linear.transposeRight, type)
        let n = type.shape[type.shape.rank - 1]
        for place in result.values.indices {
            let bias = linear.hasBias ? inputs[2].values[place % n] : 0
            result.values[place] = ReferenceElementwise.activation(
                linear.activation, result.values[place] + bias)
        }
        return result
    }
}
