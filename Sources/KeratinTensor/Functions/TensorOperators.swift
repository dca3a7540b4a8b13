import KeratinCore

precedencegroup ExponentiationPrecedence {
    higherThan: MultiplicationPrecedence
    associativity: right
}

infix operator ** : ExponentiationPrecedence

extension Tensor {
    /// Powers, element by element.
    public static func ** (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.power, b) }
    /// Each element to the power b.
    public static func ** (a: Tensor, b: Double) throws -> Tensor {
        b == 2 ? try a.square() : try a.binary(.power, b)
    }
    /// a to the power of each element.
    public static func ** (a: Double, b: Tensor) throws -> Tensor { try binary(.power, a, b) }

    // Comparisons of each element, which give bools.
    /// Bools: where elements are equal. NaN equals nothing.
    public static func .== (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.equal, b) }
    /// Bools: where elements equal the number.
    public static func .== (a: Tensor, b: Double) throws -> Tensor { try a.binary(.equal, b) }
    /// Bools: where elements differ, NaN from everything.
    public static func .!= (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.notEqual, b) }
    /// Bools: where elements differ from the number.
    public static func .!= (a: Tensor, b: Double) throws -> Tensor { try a.binary(.notEqual, b) }
    /// Bools: where the left element is less.
    public static func .< (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.less, b) }
    /// Bools: where elements are less than the number.
    public static func .< (a: Tensor, b: Double) throws -> Tensor { try a.binary(.less, b) }
    /// Bools: where the left element is less or equal.
    public static func .<= (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.lessEqual, b) }
    /// Bools: where elements are at most the number.
    public static func .<= (a: Tensor, b: Double) throws -> Tensor { try a.binary(.lessEqual, b) }
    /// Bools: where the left element is greater.
    public static func .> (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.greater, b) }
    /// Bools: where elements are greater than the number.
    public static func .> (a: Tensor, b: Double) throws -> Tensor { try a.binary(.greater, b) }
    /// Bools: where the left element is greater or equal.
    public static func .>= (a: Tensor, b: Tensor) throws -> Tensor {
        try a.binary(.greaterEqual, b)
    }
    /// Bools: where elements are at least the number.
    public static func .>= (a: Tensor, b: Double) throws -> Tensor {
        try a.binary(.greaterEqual, b)
    }

    // Keras's words for what reduces.
    /// The sum over axes.
    public func sum(axis: any AxisConvertible, keepDims: Bool = false) throws -> Tensor {
        try ops.sum(self, axis: axis, keepDims: keepDims)
    }
    /// The mean over axes, a float.
    public func mean(axis: any AxisConvertible, keepDims: Bool = false) throws -> Tensor {
        try ops.mean(self, axis: axis, keepDims: keepDims)
    }
    /// The largest number over axes; NaN if there is one.
    public func max(axis: any AxisConvertible, keepDims: Bool = false) throws -> Tensor {
        try ops.max(self, axis: axis, keepDims: keepDims)
    }
    /// The smallest number over axes; NaN if there is one.
    public func min(axis: any AxisConvertible, keepDims: Bool = false) throws -> Tensor {
        try ops.min(self, axis: axis, keepDims: keepDims)
    }
    /// 1 at each number's place along a new last axis, else 0.
    public func oneHot(_ numClasses: Int) throws -> Tensor { try ops.oneHot(self, numClasses) }
}
