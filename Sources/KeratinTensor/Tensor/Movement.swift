import KeratinCore

extension Tensor {
    public func reshaped(_ shape: Shape) throws -> Tensor {
        shape == self.shape ? self : try Tensor.apply(.reshape(shape), [self])
    }

    /// Axis i of the result is axis `permutation[i]`; nil reverses the axes.
    public func transposed(_ permutation: [Int]? = nil) throws -> Tensor {
        let permutation = permutation ?? (0..<rank).reversed()
        if permutation == Array(0..<rank) { return self }
        return try Tensor.apply(.transpose(permutation: permutation), [self])
    }

    public func broadcast(to shape: Shape) throws -> Tensor {
        shape == self.shape ? self : try Tensor.apply(.broadcast(shape), [self])
    }

    /// A new axis of extent 1 before `axis`.
    public func expandingDimension(at axis: Int) throws -> Tensor {
        let at = axis < 0 ? axis + rank + 1 : axis
        guard at >= 0, at <= rank else {
            throw KeratinError(.invalidArgument, "axis \(axis) is out of range for rank \(rank)")
        }
        var dimensions = shape.dimensions
        dimensions.insert(1, at: at)
        return try reshaped(Shape(dimensions))
    }

    public func slice(starts: [Int], limits: [Int], strides: [Int]? = nil) throws -> Tensor {
        try Tensor.apply(
            .slice(starts: starts, limits: limits, strides: strides ?? starts.map { _ in 1 }),
            [self])
    }

    public static func concatenate(_ tensors: [Tensor], axis: Int = -1) throws -> Tensor {
        guard let first = tensors.first else {
            throw KeratinError(.invalidArgument, "concatenate needs at least one tensor")
        }
        let common = tensors.reduce(first.dtype) { DType.common($0, $1.dtype) }
        return try apply(
            .concatenate(axis: try first.shape.resolve(axis: axis)),
            try tensors.map { try $0.cast(to: common) })
    }

    /// x.shape with `axis` replaced by the shape of the int32 indices, which are clamped.
    public func gather(_ indices: Tensor, axis: Int = 0) throws -> Tensor {
        try Tensor.apply(.gather(axis: try shape.resolve(axis: axis)), [self, indices])
    }

    public func reversed(axes: [Int]) throws -> Tensor {
        try Tensor.apply(.reverse(axes: try axes.map { try shape.resolve(axis: $0) }), [self])
    }

    public func padded(low: [Int], high: [Int], value: Double = 0) throws -> Tensor {
        try Tensor.apply(
            .pad(low: low, high: high, interior: low.map { _ in 0 }, value: value), [self])
    }
}
