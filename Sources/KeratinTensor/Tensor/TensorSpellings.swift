import KeratinCore

// What NumPy lets people write in another way: axes by position, extents one by one, functions as methods.

extension Tensor {
    /// The sum along an axis.
    public func sum(_ axis: Int) -> Tensor { sum(axis: axis) }
    /// The mean along an axis.
    public func mean(_ axis: Int) -> Tensor { mean(axis: axis) }
    /// The largest number along an axis.
    public func max(_ axis: Int) -> Tensor { max(axis: axis) }
    /// The smallest number along an axis.
    public func min(_ axis: Int) -> Tensor { min(axis: axis) }
    /// The place of the largest number along an axis.
    public func argmax(_ axis: Int) -> Tensor { argmax(axis: axis) }
    /// The place of the smallest number along an axis.
    public func argmin(_ axis: Int) -> Tensor { argmin(axis: axis) }
    /// The variance, over all numbers or along axes; see `variance`.
    public func `var`(axis: (any AxisConvertible)? = nil, keepDims: Bool = false) -> Tensor {
        variance(axis: axis, keepDims: keepDims)
    }

    /// Zeros of these extents: `Tensor.zeros(2, 3)`.
    @_disfavoredOverload
    public static func zeros(_ extents: Int...) -> Tensor { ops.zeros(Shape(extents)) }
    /// Ones of these extents: `Tensor.ones(2, 3)`.
    @_disfavoredOverload
    public static func ones(_ extents: Int...) -> Tensor { ops.ones(Shape(extents)) }
    /// Zeros of the shape and type of a tensor.
    public static func zeros(like x: Tensor) -> Tensor { ops.zerosLike(x) }
    /// Ones of the shape and type of a tensor.
    public static func ones(like x: Tensor) -> Tensor { ops.onesLike(x) }
    /// start, start + step, … before stop, int32.
    public static func arange(_ start: Int, _ stop: Int, _ step: Int) -> Tensor {
        ops.arange(start, stop, step: step)
    }
    /// `num` numbers of equal distance, the last is `stop`.
    public static func linspace(_ start: Double, _ stop: Double, _ num: Int) -> Tensor {
        ops.linspace(start, stop, num: num)
    }

    /// NumPy's dot product: see `ops.dot`.
    public func dot(_ other: Tensor) -> Tensor { ops.dot(self, other) }
    /// As many parts of equal length along an axis; see `ops.split`.
    public func split(_ sections: Int, axis: Int = 0) -> [Tensor] {
        ops.split(self, sections, axis: axis)
    }
    /// Repeated as a whole along axes; see `ops.tile`.
    public func tile(_ repeats: any AxisConvertible) -> Tensor { ops.tile(self, repeats) }
    /// Each element several times along an axis; nil: of the flat array.
    public func `repeat`(_ repeats: Int, axis: Int? = nil) -> Tensor {
        ops.repeat(self, repeats, axis: axis)
    }
    /// One behind the other along a new axis; see `ops.stack`.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        ops.stack(tensors, axis: axis)
    }
    /// `a` where the condition holds, else `b`.
    public static func `where`(
        _ condition: Tensor, _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { ops.where(condition, a, b) }

    /// The other bools.
    public static prefix func ! (a: Tensor) -> Tensor { ops.logicalNot(a) }

    /// Whether there are no elements.
    public var isEmpty: Bool { count == 0 }

    /// Converted to an element type by Keras's name, "float32"; an unknown one gives a tensor that carries the error.
    public func astype(_ dtype: String) -> Tensor { ops.cast(self, dtype) }
}

extension ops {
    /// The shape of a tensor.
    public static func shape(_ x: Tensor) -> Shape { x.shape }

    /// Converted to an element type by Keras's name, "float32"; an unknown one gives a tensor that carries the error.
    public static func cast(_ x: Tensor, _ dtype: String) -> Tensor {
        Tensor.carrying([x], shape: x.shape) {
            guard let type = DType(rawValue: dtype) else {
                throw unknownName(
                    dtype, among: DType.allCases.map(\.rawValue), what: "element type")
            }
            return cast(x, type)
        }
    }
}
