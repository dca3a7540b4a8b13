import KeratinCore

/// Primitives that move elements and do not compute.
enum ReferenceMovement {
    static func transpose(_ x: ReferenceTensor, _ permutation: [Int], _ type: TensorType)
        -> ReferenceTensor
    {
        let strides = permutation.map { x.shape.strides[$0] }
        return gathered(x, type) { offset($0, strides) }
    }

    static func broadcast(_ x: ReferenceTensor, _ type: TensorType) -> ReferenceTensor {
        let strides = x.shape.broadcastStrides(to: type.shape)
        return gathered(x, type) { offset($0, strides) }
    }

    static func slice(_ x: ReferenceTensor, _ starts: [Int], _ steps: [Int], _ type: TensorType)
        -> ReferenceTensor
    {
        let strides = x.shape.strides
        return gathered(x, type) { index in
            offset(index.indices.map { starts[$0] + index[$0] * steps[$0] }, strides)
        }
    }

    static func reverse(_ x: ReferenceTensor, _ axes: [Int]) -> ReferenceTensor {
        let strides = x.shape.strides
        return gathered(x, x.type) { index in
            offset(
                index.indices.map { axes.contains($0) ? x.shape[$0] - 1 - index[$0] : index[$0] },
                strides)
        }
    }

    private static func gathered(
        _ x: ReferenceTensor, _ type: TensorType, _ source: ([Int]) -> Int
    ) -> ReferenceTensor {
        var result = ReferenceTensor(type)
        forEachIndex(type.shape) { flat, index in result.values[flat] = x.values[source(index)] }
        return result
    }

    static func pad(
        _ x: ReferenceTensor, low: [Int], interior: [Int], value: Double, _ type: TensorType
    ) -> ReferenceTensor {
        var result = ReferenceTensor(
            type, repeating: ReferenceElementwise.cast(value, to: type.dtype))
        let strides = type.shape.strides
        forEachIndex(x.shape) { flat, index in
            let target = index.indices.map { low[$0] + index[$0] * (interior[$0] + 1) }
            result.values[offset(target, strides)] = x.values[flat]
        }
        return result
    }

    static func concatenate(_ inputs: [ReferenceTensor], axis: Int, _ type: TensorType)
        -> ReferenceTensor
    {
        var result = ReferenceTensor(type)
        let strides = type.shape.strides
        var start = 0
        for input in inputs {
            forEachIndex(input.shape) { flat, index in
                var target = index
                target[axis] += start
                result.values[offset(target, strides)] = input.values[flat]
            }
            start += input.shape[axis]
        }
        return result
    }

    static func iota(axis: Int, _ type: TensorType) -> ReferenceTensor {
        var result = ReferenceTensor(type)
        let axis = axis < 0 ? axis + type.shape.rank : axis
        forEachIndex(type.shape) { flat, index in result.values[flat] = Double(index[axis]) }
        return result
    }

    // MARK: Indexed

    private static func clamp(_ index: Double, _ count: Int) -> Int {
        min(max(Int(index), 0), count - 1)
    }

    static func gather(
        _ x: ReferenceTensor, _ indices: ReferenceTensor, axis: Int, _ type: TensorType
    ) -> ReferenceTensor {
        let outer = x.shape.dimensions[..<axis].reduce(1, *)
        let extent = x.shape[axis]
        let inner = x.shape.dimensions[(axis + 1)...].reduce(1, *)
        var result = ReferenceTensor(type)
        for o in 0..<outer {
            for (position, index) in indices.values.enumerated() {
                let source = clamp(index, extent)
                for i in 0..<inner {
                    result.values[(o * indices.values.count + position) * inner + i] =
                        x.values[(o * extent + source) * inner + i]
                }
            }
        }
        return result
    }

    static func scatterAdd(
        _ updates: ReferenceTensor, _ indices: ReferenceTensor, axis: Int, count: Int,
        _ type: TensorType
    ) -> ReferenceTensor {
        let outer = updates.shape.dimensions[..<axis].reduce(1, *)
        let inner = updates.shape.dimensions[(axis + indices.shape.rank)...].reduce(1, *)
        var result = ReferenceTensor(type)
        for o in 0..<outer {
            for (position, index) in indices.values.enumerated() {
                let target = clamp(index, count)
                for i in 0..<inner {
                    result.values[(o * count + target) * inner + i] +=
                        updates.values[(o * indices.values.count + position) * inner + i]
                }
            }
        }
        return result
    }

    static func dynamicSlice(_ x: ReferenceTensor, _ index: ReferenceTensor, _ type: TensorType)
        -> ReferenceTensor
    {
        let start = clamp(index.values[0], x.shape[0]) * type.count
        return ReferenceTensor(type, Array(x.values[start..<(start + type.count)]))
    }

    static func dynamicUpdate(
        _ x: ReferenceTensor, _ index: ReferenceTensor, _ row: ReferenceTensor
    ) -> ReferenceTensor {
        var result = x
        let start = clamp(index.values[0], x.shape[0]) * row.values.count
        result.values.replaceSubrange(start..<(start + row.values.count), with: row.values)
        return result
    }

    static func randomBits(_ state: ReferenceTensor, _ stream: UInt32, _ type: TensorType)
        -> ReferenceTensor
    {
        let words = state.values.map { UInt64(UInt32(bitPattern: Int32($0))) }
        let seed = words[1] << 32 | words[0]
        let step = words[3] << 32 | words[2]
        return ReferenceTensor(
            type,
            (0..<type.count).map {
                let bits = Philox.bits(index: $0, seed: seed, step: step, stream: stream)
                return Double(Int32(bitPattern: bits))
            })
    }
}
