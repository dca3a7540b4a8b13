// The shape rules: what a primitive gives for inputs of known types.

extension Primitive {
    /// The type of the result.
    /// - Throws: `KeratinError` that names the operation, what it got and what it expects.
    public func resultType(_ inputs: [TensorType]) throws(KeratinError) -> TensorType {
        if let expected = inputCount, inputs.count != expected {
            throw KeratinError(
                .invalidArgument, "takes \(expected) inputs, got \(inputs.count)", at: name)
        }
        do throws(KeratinError) {
            return try uncheckedResultType(inputs)
        } catch {
            throw error.located(at: name)
        }
    }

    private func uncheckedResultType(
        _ inputs: [TensorType]
    ) throws(KeratinError) -> TensorType {
        switch self {
        case .fill(_, let type):
            return type
        case .iota(let axis, let type):
            _ = try type.shape.resolve(axis: axis)
            guard type.dtype == .int32 || type.dtype == .float32 else {
                throw KeratinError(
                    .dtypeMismatch, "gives int32 or float32, not \(type.dtype.rawValue)")
            }
            return type
        case .cast(let dtype):
            return TensorType(inputs[0].shape, dtype)
        case .unary(let function):
            return TensorType(inputs[0].shape, try function.resultType(inputs[0].dtype))
        case .binary(let function):
            return TensorType(
                try inputs[0].shape.broadcast(with: inputs[1].shape),
                try function.resultType(inputs[0].dtype, inputs[1].dtype))
        case .select:
            guard inputs[0].dtype == .bool, inputs[1].dtype == inputs[2].dtype else {
                throw KeratinError(
                    .dtypeMismatch, "needs (bool, T, T), got \(inputs.map(\.dtype.rawValue))")
            }
            let values = try inputs[1].shape.broadcast(with: inputs[2].shape)
            return TensorType(try inputs[0].shape.broadcast(with: values), inputs[1].dtype)
        case .reduce(_, let axes, let keepDimensions):
            return try Self.reduced(inputs[0], axes: axes, keepDimensions: keepDimensions)
        case .argReduce(_, let axis):
            guard axis >= 0, axis < inputs[0].shape.rank, inputs[0].shape[axis] > 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs a non-empty axis \(axis), got shape \(inputs[0].shape)")
            }
            guard inputs[0].dtype == .float32 || inputs[0].dtype == .int32 else {
                throw KeratinError(.dtypeMismatch, "is not defined for \(inputs[0].dtype.rawValue)")
            }
            var shape = inputs[0].shape
            shape.dimensions.remove(at: axis)
            return TensorType(shape, .int32)
        case .matmul(let transposeLeft, let transposeRight):
            return try Self.product(inputs[0], inputs[1], transposeLeft, transposeRight)
        case .gather, .scatterAdd, .dynamicSlice, .dynamicUpdate:
            return try indexedType(inputs)
        case .patches, .foldPatches:
            return try windowType(inputs[0])
        case .randomBits(let shape, _):
            guard inputs[0] == TensorType([4], .int32) else {
                throw KeratinError(.shapeMismatch, "needs a state int32[4], got \(inputs[0])")
            }
            return TensorType(shape, .int32)
        case .reshape, .transpose, .broadcast, .slice, .pad, .concatenate, .reverse:
            return try movedType(inputs)
        }
    }

    private static func reduced(
        _ input: TensorType, axes: [Int], keepDimensions: Bool
    ) throws(KeratinError) -> TensorType {
        guard input.dtype == .float32 || input.dtype == .int32 else {
            throw KeratinError(.dtypeMismatch, "is not defined for \(input.dtype.rawValue)")
        }
        guard Set(axes).count == axes.count,
            axes.allSatisfy({ $0 >= 0 && $0 < input.shape.rank })
        else {
            throw KeratinError(.invalidArgument, "axes \(axes) do not fit shape \(input.shape)")
        }
        var dimensions = [Int]()
        for axis in 0..<input.shape.rank {
            if !axes.contains(axis) {
                dimensions.append(input.shape[axis])
            } else if keepDimensions {
                dimensions.append(1)
            }
        }
        return TensorType(Shape(dimensions), input.dtype)
    }

    private static func product(
        _ left: TensorType, _ right: TensorType, _ transposeLeft: Bool, _ transposeRight: Bool
    ) throws(KeratinError) -> TensorType {
        guard left.dtype == .float32, right.dtype == .float32 else {
            throw KeratinError(.dtypeMismatch, "needs float32, got \(left) and \(right)")
        }
        let a = left.shape.dimensions
        let b = right.shape.dimensions
        guard a.count >= 2, b.count >= 2 else {
            throw KeratinError(.shapeMismatch, "needs rank 2 or more, got \(left) and \(right)")
        }
        let (m, k) =
            transposeLeft ? (a[a.count - 1], a[a.count - 2]) : (a[a.count - 2], a[a.count - 1])
        let (k2, n) =
            transposeRight ? (b[b.count - 1], b[b.count - 2]) : (b[b.count - 2], b[b.count - 1])
        guard k == k2 else {
            throw KeratinError(
                .shapeMismatch, "inner extents differ: \(k) and \(k2) (\(left) by \(right))")
        }
        let batchA = Array(a.dropLast(2))
        let batchB = Array(b.dropLast(2))
        guard batchA == batchB || batchA.isEmpty || batchB.isEmpty else {
            throw KeratinError(
                .shapeMismatch, "batch axes differ: \(Shape(batchA)) and \(Shape(batchB))")
        }
        return TensorType(Shape((batchA.isEmpty ? batchB : batchA) + [m, n]))
    }

    private func indexedType(_ inputs: [TensorType]) throws(KeratinError) -> TensorType {
        guard inputs[1].dtype == .int32 else {
            throw KeratinError(.dtypeMismatch, "indices must be int32, got \(inputs[1])")
        }
        let shape = inputs[0].shape
        let indices = inputs[1].shape
        switch self {
        case .gather(let axis):
            guard axis >= 0, axis < shape.rank, shape[axis] > 0 || indices.count == 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs a non-empty axis \(axis), got \(inputs[0])")
            }
            var dimensions = shape.dimensions
            dimensions.replaceSubrange(axis...axis, with: indices.dimensions)
            return TensorType(Shape(dimensions), inputs[0].dtype)
        case .scatterAdd(let axis, let count):
            let end = axis + indices.rank
            guard axis >= 0, end <= shape.rank, inputs[0].dtype == .float32,
                Array(shape.dimensions[axis..<end]) == indices.dimensions, count >= 0,
                count > 0 || indices.count == 0
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "updates \(inputs[0]) do not fit indices \(indices) at axis \(axis)")
            }
            var dimensions = shape.dimensions
            dimensions.replaceSubrange(axis..<end, with: [count])
            return TensorType(Shape(dimensions))
        default:
            guard shape.rank >= 1, shape[0] > 0, indices.rank == 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs ([T, …], int32[]), got \(inputs[0]) and \(inputs[1])")
            }
            let row = TensorType(Shape(Array(shape.dimensions.dropFirst())), inputs[0].dtype)
            if case .dynamicSlice = self { return row }
            guard inputs[2] == row else {
                throw KeratinError(.shapeMismatch, "the row must be \(row), got \(inputs[2])")
            }
            return inputs[0]
        }
    }

    private func windowType(_ input: TensorType) throws(KeratinError) -> TensorType {
        let dimensions = input.shape.dimensions
        guard input.dtype == .float32 else {
            throw KeratinError(.dtypeMismatch, "needs float32, got \(input)")
        }
        if case .patches(let window, _) = self {
            guard dimensions.count == window.rank + 2 else {
                throw KeratinError(.shapeMismatch, "needs rank \(window.rank + 2), got \(input)")
            }
            let output = try window.outputExtents(input: Array(dimensions[1...window.rank]))
            return TensorType(
                Shape([dimensions[0]] + output + [window.count, dimensions[window.rank + 1]]))
        }
        guard case .foldPatches(let window, let extents) = self else {
            throw KeratinError(.invalidArgument, "is not a window operation")
        }
        let output = try window.outputExtents(input: extents)
        guard dimensions.count == window.rank + 3,
            Array(dimensions[1...window.rank]) == output,
            dimensions[window.rank + 1] == window.count
        else {
            throw KeratinError(
                .shapeMismatch, "needs [N, \(output), \(window.count), C], got \(input)")
        }
        return TensorType(Shape([dimensions[0]] + extents + [dimensions[window.rank + 2]]))
    }

    private func movedType(_ inputs: [TensorType]) throws(KeratinError) -> TensorType {
        let input = inputs[0]
        let shape = input.shape
        switch self {
        case .reshape(let target):
            guard target.count == shape.count, target.dimensions.allSatisfy({ $0 >= 0 }) else {
                throw KeratinError(
                    .shapeMismatch,
                    "\(shape) has \(shape.count) elements, \(target) would have \(target.count)")
            }
            return TensorType(target, input.dtype)
        case .transpose(let permutation):
            guard permutation.sorted() == Array(0..<shape.rank) else {
                throw KeratinError(
                    .invalidArgument, "\(permutation) is no permutation of the axes of \(shape)")
            }
            return TensorType(Shape(permutation.map { shape[$0] }), input.dtype)
        case .broadcast(let target):
            guard shape.broadcasts(to: target) else {
                throw KeratinError(.shapeMismatch, "\(shape) does not broadcast to \(target)")
            }
            return TensorType(target, input.dtype)
        case .slice(let starts, let limits, let strides):
            guard starts.count == shape.rank, limits.count == shape.rank,
                strides.count == shape.rank
            else {
                throw KeratinError(
                    .invalidArgument, "needs one start, limit and stride an axis of \(shape)")
            }
            var dimensions = [Int]()
            for axis in 0..<shape.rank {
                guard starts[axis] >= 0, limits[axis] >= starts[axis], limits[axis] <= shape[axis],
                    strides[axis] > 0
                else {
                    throw KeratinError(
                        .invalidArgument,
                        "\(starts[axis])..<\(limits[axis]) by \(strides[axis]) does not fit axis \(axis) of \(shape)"
                    )
                }
                dimensions.append((limits[axis] - starts[axis] + strides[axis] - 1) / strides[axis])
            }
            return TensorType(Shape(dimensions), input.dtype)
        case .pad(let low, let high, let interior, _):
            guard low.count == shape.rank, high.count == shape.rank, interior.count == shape.rank,
                (low + high + interior).allSatisfy({ $0 >= 0 })
            else {
                throw KeratinError(.invalidArgument, "needs paddings ≥ 0 for each axis of \(shape)")
            }
            return TensorType(
                Shape(
                    (0..<shape.rank).map {
                        low[$0] + high[$0] + shape[$0] + max(shape[$0] - 1, 0) * interior[$0]
                    }), input.dtype)
        case .reverse(let axes):
            guard axes.allSatisfy({ $0 >= 0 && $0 < shape.rank }) else {
                throw KeratinError(.invalidArgument, "axes \(axes) do not fit shape \(shape)")
            }
            return input
        case .concatenate(let axis):
            guard axis >= 0, axis < shape.rank else {
                throw KeratinError(.invalidArgument, "axis \(axis) does not fit shape \(shape)")
            }
            var result = shape
            for other in inputs.dropFirst() {
                var expected = shape
                guard other.shape.rank == shape.rank, other.dtype == input.dtype else {
                    throw KeratinError(.shapeMismatch, "cannot join \(input) and \(other)")
                }
                expected[axis] = other.shape[axis]
                guard other.shape == expected else {
                    throw KeratinError(
                        .shapeMismatch, "\(input) and \(other) differ outside axis \(axis)")
                }
                result[axis] += other.shape[axis]
            }
            return TensorType(result, input.dtype)
        default:
            throw KeratinError(.invalidArgument, "is not a movement")
        }
    }
}
