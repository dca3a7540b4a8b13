import KeratinCore

extension Tensor {
    /// […, M, K]·[…, K, N] → […, M, N], computed in float32; batch axes are equal, or one side has rank 2.
    public func matmul(
        _ other: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
    ) -> Tensor {
        if isSymbolic || other.isSymbolic {
            func turned(_ x: Tensor, _ isTransposed: Bool) -> Tensor {
                guard isTransposed else { return x }
                var permutation = Array(0..<x.rank)
                permutation.swapAt(x.rank - 1, x.rank - 2)
                return x.transposed(permutation)
            }
            let form = OperationForm("Matmul", arguments: [.tensor(0), .tensor(1)])
            return Tensor.node(
                form, [turned(self, transposeLeft), turned(other, transposeRight)]
            ) { $0[0].matmul($0[1]) }
        }
        return try Tensor.apply(
            .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight),
            [cast(to: .float32), other.cast(to: .float32)])
    }

    /// x ⋆ filter (cross-correlation), channels last; see `ConvolutionGeometry`.
    package func convolved(_ filter: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
        Tensor.fused(Convolution(geometry), [self, filter])
    }
}
