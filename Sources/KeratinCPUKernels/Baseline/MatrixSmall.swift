import KeratinCPUKernelTable

/// Products of a few thousand multiply-adds: no tables, no packing. Rows of the output are
/// vectorised where the right side is contiguous, the rest runs one element at a time.
func matrixSmall(_ argument: UnsafePointer<SmallMatrix>) {
    let m = argument.pointee
    var row = 0
    while row < m.rows {
        let left = m.left + row &* m.leftRowStride
        let output = m.output + row &* m.columns
        var column = 0
        if m.rightColumnStride == 1 {
            while column &+ lanes <= m.columns {
                var sum = splat(0)
                var k = 0
                while k < m.depth {
                    sum = multiplyAdd(
                        splat(left[k &* m.leftDepthStride]),
                        load(m.right + k &* m.rightDepthStride + column), sum)
                    k &+= 1
                }
                if let bias = m.bias { sum += load(bias + column) }
                store(sum, output + column)
                column &+= lanes
            }
        }
        while column < m.columns {
            let right = m.right + column &* m.rightColumnStride
            var sum: Float = 0
            var k = 0
            while k < m.depth {
                sum += left[k &* m.leftDepthStride] * right[k &* m.rightDepthStride]
                k &+= 1
            }
            if let bias = m.bias { sum += bias[column] }
            output[column] = sum
            column &+= 1
        }
        row &+= 1
    }
    if m.activation != .none {
        let function: FloatUnary =
            switch m.activation {
            case .none, .relu: .relu
            case .sigmoid: .sigmoid
            case .tanh: .tanh
            }
        unary(function, m.output, m.output, m.rows &* m.columns)
    }
}
