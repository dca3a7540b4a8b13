import KeratinTensor

extension Tensor {
    /// Each vector over some axes divided by its length; a length below `shortest` counts as that.
    ///
    /// A vector of zeros stays zero, and gradients take it for constant: its length has none there, and that of the
    /// quotient would be the gradient times 1/`shortest`.
    func unitVectors(axes: [Int], shortest: Double) throws -> Tensor {
        let squares = square().sum(axes: axes, keepDimensions: true)
        let factor = squares.binary(.maximum, shortest * shortest).unary(.rsqrt)
        return squares.binary(.equal, 0).select(Tensor(0), self * factor)
    }
}
