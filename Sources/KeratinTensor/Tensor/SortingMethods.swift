import KeratinCore

// The functions of `ops` on orders and distributions of numbers, as methods.

extension Tensor {
    /// The numbers along an axis in ascending order; nil: of the flat array. NaN stands last.
    public func sorted(axis: Int? = -1) -> Tensor { ops.sort(self, axis: axis) }

    /// The places (int32) of the numbers along an axis in ascending order; nil: in the flat array. Equal numbers keep their order.
    public func argsort(axis: Int? = -1) -> Tensor { ops.argsort(self, axis: axis) }

    /// The k largest numbers of each row of the last axis, the largest first, and their places (int32).
    public func topK(_ k: Int) -> (values: Tensor, indices: Tensor) { ops.topK(self, k) }

    /// The number in the middle of the sorted ones over axes, all by default; they stay with extent 1 if `keepDims`.
    public func median(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        ops.median(self, axis: axis, keepDims: keepDims)
    }

    /// The number below which a share q of the numbers over axes lies, all by default; they stay with extent 1 if `keepDims`.
    public func quantile(
        _ q: Double, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor { ops.quantile(self, q, axis: axis, keepDims: keepDims) }

    /// The products of all elements up to each place of an axis; nil: of the flat array.
    public func cumprod(axis: Int? = nil) -> Tensor { ops.cumprod(self, axis: axis) }

    /// The different numbers in ascending order. It needs numbers: outside of recorded steps and graphs.
    public func unique() -> Tensor { ops.unique(self) }

    /// The coordinates of all elements that are not zero, a vector (int32) for each axis. It needs numbers: outside of recorded steps and
    /// graphs.
    public func nonzero() -> [Tensor] { ops.nonzero(self) }
}

extension Tensor {
    /// The angle of each sine.
    public func arcsin() -> Tensor { ops.arcsin(self) }

    /// The angle of each cosine.
    public func arccos() -> Tensor { ops.arccos(self) }

    /// The angle of each tangent.
    public func arctan() -> Tensor { ops.arctan(self) }

    /// The determinant of square matrices. It needs numbers: outside of recorded steps and graphs.
    public func det() -> Tensor { ops.det(self) }

    /// The inverse of square matrices. It needs numbers: outside of recorded steps and graphs.
    public func inv() -> Tensor { ops.inv(self) }
}
