import KeratinCore

extension Tensor {
    /// The same numbers in another shape. Of a symbolic tensor's shape one extent may be −1: what is left over.
    public func reshaped(_ shape: Shape) -> Tensor {
        if isSymbolic {
            let form = OperationForm("Reshape", config: [("newshape", .init(shape.dimensions))])
            return Tensor.node(form, [self]) {
                try $0[0].reshaped($0[0].shape.resolve(target: shape))
            }
        }
        if shape == self.shape { return self }
        return Tensor.carrying([self], shape: shape) {
            let shape = try self.shape.resolve(target: shape)
            if case .host(let host) = storage, Trace.current == nil {
                return Tensor(HostArray(host.array.storage, shape))
            }
            return Tensor.apply(.reshape(shape), [self])
        }
    }

    /// Axis i of the result is axis `permutation[i]`; nil reverses the axes.
    public func transposed(_ permutation: [Int]? = nil) -> Tensor {
        let permutation = permutation ?? (0..<rank).reversed()
        if permutation == Array(0..<rank) { return self }
        if isSymbolic {
            let form = OperationForm("Transpose", config: [("axes", .init(permutation))])
            return Tensor.node(form, [self]) { $0[0].transposed(permutation) }
        }
        return Tensor.apply(.transpose(permutation: permutation), [self])
    }

    /// The elements repeated to a shape, by NumPy's rule.
    /// The result carries a `KeratinError` if the shape does not broadcast to it.
    public func broadcast(to shape: Shape) -> Tensor {
        if isSymbolic {
            let form = OperationForm("BroadcastTo", config: [("shape", .init(shape.dimensions))])
            return Tensor.node(form, [self]) { $0[0].broadcast(to: shape) }
        }
        return shape == self.shape ? self : Tensor.apply(.broadcast(shape), [self])
    }

    /// A new axis of extent 1 before `axis`.
    public func expandingDimension(at axis: Int) -> Tensor {
        Tensor.carrying([self]) {
            let at = axis < 0 ? axis + rank + 1 : axis
            guard at >= 0, at <= rank else {
                throw KeratinError(
                    .invalidArgument, "axis \(axis) is out of range for rank \(rank)")
            }
            if isSymbolic {
                let form = OperationForm("ExpandDims", config: [("axis", .integer(axis))])
                return Tensor.node(form, [self]) { $0[0].expandingDimension(at: axis) }
            }
            var dimensions = shape.dimensions
            dimensions.insert(1, at: at)
            return reshaped(Shape(dimensions))
        }
    }

    /// Without axes of extent 1: those given, or all.
    /// The result carries a `KeratinError` if a given axis has another extent.
    package func squeezed(_ axes: [Int]? = nil) -> Tensor {
        Tensor.carrying([self]) {
            if isSymbolic {
                return Tensor.node(
                    OperationForm("Squeeze", config: [("axis", .init(axes))]), [self]
                ) { $0[0].squeezed(axes) }
            }
            let gone =
                try axes?.map { try shape.resolve(axis: $0) }
                ?? (0..<rank).filter { shape[$0] == 1 }
            if let axis = gone.first(where: { shape[$0] != 1 }) {
                throw KeratinError(.shapeMismatch, "axis \(axis) of \(shape) has not the extent 1")
            }
            return reshaped(
                Shape(
                    shape.dimensions.enumerated().filter { !gone.contains($0.offset) }.map(
                        \.element))
            )
        }
    }

    /// The elements from `starts` to before `limits`, in steps of `strides` (1 by default), one number per axis.
    /// The result carries a `KeratinError` if a range leaves the tensor.
    public func slice(starts: [Int], limits: [Int], strides: [Int]? = nil) -> Tensor {
        try Tensor.apply(
            .slice(starts: starts, limits: limits, strides: strides ?? starts.map { _ in 1 }),
            [self])
    }

    /// The tensors one after another along an axis, which may count from the end; element types become a common one.
    /// The result carries a `KeratinError` if other extents differ, and without tensors.
    public static func concatenate(_ tensors: [Tensor], axis: Int = -1) -> Tensor {
        Tensor.carrying(tensors) {
            guard let first = tensors.first else {
                throw KeratinError(.invalidArgument, "concatenate needs at least one tensor")
            }
            if tensors.contains(where: \.isSymbolic) {
                let form = OperationForm(
                    "Concatenate", config: [("axis", .integer(axis))],
                    arguments: [.list(tensors.indices.map { .tensor($0) })])
                return node(form, tensors) { concatenate($0, axis: axis) }
            }
            let common = tensors.reduce(first.dtype) { DType.common($0, $1.dtype) }
            return apply(
                .concatenate(axis: try first.shape.resolve(axis: axis)),
                tensors.map { $0.cast(to: common) })
        }
    }

    /// x.shape with `axis` replaced by the shape of the integer indices.
    /// The result carries a `KeratinError` for an index that is not in 0..<extent. In a recorded function the nearest row is taken, and who runs
    ///   it says so afterwards.
    public func gather(_ indices: Tensor, axis: Int = 0) -> Tensor {
        Tensor.carrying([self, indices]) {
            if isSymbolic || indices.isSymbolic {
                let form = OperationForm(
                    "Take", config: [("axis", .integer(axis))], arguments: [.tensor(0), .tensor(1)])
                return Tensor.node(form, [self, indices]) { $0[0].gather($0[1], axis: axis) }
            }
            let extent = shape[try shape.resolve(axis: axis)]
            if let trace = try Trace.recording(for: [self, indices]) {
                try trace.check(indices: indices, below: extent)
            } else if let wrong = try indices.cast(to: .int32).int32s().first(where: {
                $0 < 0 || $0 >= extent
            }) {
                throw DeviceStatus.outOfRange(Int(wrong), extent, at: nil)
            }
            return gatherClamped(indices, axis: axis)
        }
    }

    /// The same without a look at the indices: those out of range are taken for the nearest.
    package func gatherClamped(_ indices: Tensor, axis: Int = 0) -> Tensor {
        Tensor.carrying([self, indices]) {
            Tensor.apply(.gather(axis: try shape.resolve(axis: axis)), [self, indices])
        }
    }

    /// The elements in the opposite order along some axes.
    public func reversed(axes: [Int]) -> Tensor {
        Tensor.carrying([self]) {
            if isSymbolic {
                return Tensor.node(OperationForm("Flip", config: [("axis", .init(axes))]), [self]) {
                    $0[0].reversed(axes: axes)
                }
            }
            return Tensor.apply(
                .reverse(axes: try axes.map { try shape.resolve(axis: $0) }), [self])
        }
    }

    /// The tensor with `low` cells of a value before and `high` after its own along each axis.
    public func padded(low: [Int], high: [Int], value: Double = 0) -> Tensor {
        try Tensor.apply(
            .pad(low: low, high: high, interior: low.map { _ in 0 }, value: value), [self])
    }
}
