import KeratinCore

// `x[0] = row`, `x[..., 0] += 1`, `x[x .< 0] = 0`: a tensor is a value, so that the variable holds a new one afterwards; others that held the
// old one keep it.

extension Tensor {
    /// The tensor with a part replaced by a value, which is converted to the tensor's type and broadcast to the part. It carries the error if
    /// the value does not fit.
    func replacing(_ items: [AxisItem], with value: Tensor) -> Tensor {
        Tensor.carrying([self, value], shape: shape) {
            try requireExtents()
            return try replaced(at: Tensor.numbered(shape).sliced(items), with: value)
        }
    }

    /// The tensor with what is picked replaced by a value. In a recording a mask has no numbers; there the value must be one number, or of the
    /// tensor's shape.
    func replacing(picked picks: Tensor, with value: Tensor) -> Tensor {
        Tensor.carrying([self, picks, value], shape: shape) {
            try requireExtents()
            guard picks.dtype == .bool, picks.isTraced else {
                return try replaced(at: Tensor.numbered(shape)[picks], with: value)
            }
            let axes = Array(repeating: 1, count: Swift.max(rank - picks.rank, 0))
            let mask = picks.reshaped(Shape(picks.shape.dimensions + axes))
            return ops.where(
                mask.broadcast(to: shape), value.decided(as: dtype).cast(to: dtype), self)
        }
    }

    /// - Throws: `KeratinError` for a symbolic tensor, whose extents may be unknown.
    private func requireExtents() throws {
        guard isSymbolic else { return }
        throw KeratinError(
            .unavailable,
            "parts of a symbolic tensor cannot be replaced: do it inside of a layer (Lambda { … })")
    }

    /// The places of a tensor's elements in their order.
    /// - Throws: `KeratinError` if there are more than a whole number of 32 bits tells apart.
    private static func numbered(_ shape: Shape) throws -> Tensor {
        guard let count = Int32(exactly: shape.count), count >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "parts of a tensor of shape \(shape) cannot be replaced: it has too many elements")
        }
        return Tensor(Array(0..<count), shape: shape)
    }

    private func replaced(at places: Tensor, with value: Tensor) throws -> Tensor {
        try places.check()
        let part = places.shape
        if part.count == 0 { return self }
        // Small types are computed with as whole numbers.
        let type: DType = dtype == .float32 ? .float32 : .int32
        let values = value.decided(as: type).cast(to: dtype).cast(to: type).broadcast(to: part)
        try values.check()
        let flat = ops.scatterUpdate(
            cast(to: type).reshaped([count]), places.reshaped([part.count, 1]),
            values.reshaped([part.count]))
        return flat.reshaped(shape).cast(to: dtype)
    }
}
