import KeratinCore

// Gradient rules of the primitives that move elements or pick them by index.

extension PrimitivePullback {
    func moved(_ primitive: Primitive) throws(KeratinError) -> [Value?] {
        let g = cotangent
        let source = shape(of: inputs[0])
        switch primitive {
        case .reshape:
            return [try builder.reshape(g, source)]
        case .transpose(let permutation):
            var inverse = permutation
            for (position, axis) in permutation.enumerated() { inverse[axis] = position }
            return [try builder.transpose(g, inverse)]
        case .broadcast:
            return [try fit(g, to: inputs[0])]
        case .slice(let starts, _, let strides):
            let taken = shape(of: result)
            if taken.count == 0 { return [try builder.fill(0, TensorType(source))] }
            let high = (0..<source.rank).map {
                source[$0] - starts[$0] - ((taken[$0] - 1) * strides[$0] + 1)
            }
            return [
                try append(
                    .pad(low: starts, high: high, interior: strides.map { $0 - 1 }, value: 0), [g])
            ]
        case .pad(let low, _, let interior, _):
            let limits = (0..<source.rank).map {
                low[$0] + max(source[$0] - 1, -1) * (interior[$0] + 1) + 1
            }
            return [
                try append(
                    .slice(starts: low, limits: limits, strides: interior.map { $0 + 1 }), [g])
            ]
        case .concatenate(let axis):
            let full = shape(of: result)
            var start = 0
            var gradients = [Value?]()
            for (position, input) in inputs.enumerated() {
                let extent = shape(of: input)[axis]
                var starts = [Int](repeating: 0, count: full.rank)
                var limits = full.dimensions
                starts[axis] = start
                limits[axis] = start + extent
                start += extent
                gradients.append(
                    wanted[position]
                        ? try append(
                            .slice(
                                starts: starts, limits: limits,
                                strides: limits.map { _ in 1 }), [g])
                        : nil)
            }
            return gradients
        case .reverse(let axes):
            return [try append(.reverse(axes: axes), [g])]
        case .patches(let window, _):
            let spatial = Array(source.dimensions[1...window.rank])
            return [try append(.foldPatches(window, input: spatial), [g])]
        case .foldPatches(let window, _):
            return [try append(.patches(window, padding: 0), [g])]
        default:
            throw KeratinError(.unavailable, "\(primitive.name) has no gradient rule")
        }
    }

    func indexed(_ primitive: Primitive) throws(KeratinError) -> [Value?] {
        let g = cotangent
        switch primitive {
        case .gather(let axis):
            let count = shape(of: inputs[0])[axis]
            return [try append(.scatterAdd(axis: axis, count: count), [g, inputs[1]]), nil]
        case .scatterAdd(let axis, _):
            return [try append(.gather(axis: axis), [g, inputs[1]]), nil]
        case .dynamicSlice:
            let zeros = try builder.fill(0, builder.type(of: inputs[0]))
            return [try append(.dynamicUpdate, [zeros, inputs[1], g]), nil]
        case .dynamicUpdate:
            let zeros = try builder.fill(0, builder.type(of: inputs[2]))
            return [
                wanted[0] ? try append(.dynamicUpdate, [g, inputs[1], zeros]) : nil, nil,
                wanted[2] ? try append(.dynamicSlice, [g, inputs[1]]) : nil,
            ]
        default:
            throw KeratinError(.unavailable, "\(primitive.name) has no gradient rule")
        }
    }
}
