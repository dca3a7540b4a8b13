import KeratinCore

extension Tensor {
    /// […, M, K]·[…, K, N] → […, M, N], computed in float32; batch axes are equal, or one side has rank 2.
    public func matmul(
        _ other: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
    ) throws -> Tensor {
        try Tensor.apply(
            .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight),
            [cast(to: .float32), other.cast(to: .float32)])
    }

    /// x ⋆ filter (cross-correlation), channels last; see `ConvolutionGeometry`.
    package func convolved(_ filter: Tensor, _ geometry: ConvolutionGeometry) throws -> Tensor {
        try Tensor.apply(Convolution(geometry), [self, filter])[0]
    }
}
