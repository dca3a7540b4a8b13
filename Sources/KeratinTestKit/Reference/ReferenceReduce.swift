import KeratinCore

/// Reductions, in index order.
enum ReferenceReduce {
    static func reduce(
        _ x: ReferenceTensor, _ function: ReduceFunction, axes: [Int], _ type: TensorType
    ) -> ReferenceTensor {
        let isInteger = x.type.dtype == .int32
        let start: Double =
            switch function {
            case .sum: 0
            case .product: 1
            case .maximum: isInteger ? -0x1p31 : -.infinity
            case .minimum: isInteger ? 0x1p31 - 1 : .infinity
            }
        let combine: BinaryFunction =
            switch function {
            case .sum: .add
            case .product: .multiply
            case .maximum: .maximum
            case .minimum: .minimum
            }
        // Strides of the result for the axes that stay, zero for those that go.
        var strides = [Int](repeating: 0, count: x.shape.rank)
        var step = 1
        for axis in stride(from: x.shape.rank - 1, through: 0, by: -1) where !axes.contains(axis) {
            strides[axis] = step
            step *= x.shape[axis]
        }
        var result = ReferenceTensor(type, repeating: start)
        forEachIndex(x.shape) { flat, index in
            let target = offset(index, strides)
            result.values[target] = ReferenceElementwise.binary(
                combine, x.type.dtype, result.values[target], x.values[flat])
        }
        return result
    }

    static func argReduce(
        _ x: ReferenceTensor, _ function: ArgReduceFunction, axis: Int, _ type: TensorType
    ) -> ReferenceTensor {
        let extent = x.shape[axis]
        let inner = x.shape.dimensions[(axis + 1)...].reduce(1, *)
        var result = ReferenceTensor(type)
        for place in 0..<type.count {
            let (o, i) = (place / inner, place % inner)
            func element(_ position: Int) -> Double {
                let value = x.values[(o * extent + position) * inner + i]
                guard value.isNaN else { return value }
                return function == .maximum ? -.infinity : .infinity
            }
            var best = 0
            for position in 1..<max(extent, 1) {
                let (value, champion) = (element(position), element(best))
                if function == .maximum ? value > champion : value < champion { best = position }
            }
            result.values[place] = Double(best)
        }
        return result
    }

    static func argSort(
        _ x: ReferenceTensor, _ sort: ArgSort, _ type: TensorType
    ) -> ReferenceTensor {
        let length = x.shape[x.shape.rank - 1]
        var result = ReferenceTensor(type)
        guard length > 0 else { return result }
        for start in stride(from: 0, to: x.values.count, by: length) {
            func isBefore(_ i: Int, _ j: Int) -> Bool {
                let (a, b) = (x.values[start + i], x.values[start + j])
                if a.isNaN || b.isNaN {
                    let isLarger = a.isNaN && !b.isNaN
                    if a.isNaN == b.isNaN { return i < j }
                    return sort.descending == isLarger
                }
                if a == b { return i < j }
                return sort.descending ? a > b : a < b
            }
            for (place, index) in (0..<length).sorted(by: isBefore).enumerated() {
                result.values[start + place] = Double(index)
            }
        }
        return result
    }
}
