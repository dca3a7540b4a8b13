import KeratinCore

// Names that people try first and that Swift, or this package, spells otherwise. Nothing here can be called: the compiler names the
// right form.

extension Tensor {
    @available(*, unavailable, message: "use Tensor.zeros(shape)")
    public init(shape: Shape) { fatalError() }

    @available(*, unavailable, renamed: "reshaped(_:)")
    public func reshape(_ shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "transposed(_:)")
    public func transpose(_ axes: [Int]? = nil) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "expandingDims(axis:)")
    public func expandDims(axis: Int) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "squeezed(axis:)")
    public func squeeze(axis: Int? = nil) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "flattened()")
    public func flatten() -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "clipped(_:_:)")
    public func clip(_ low: Double, _ high: Double) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "sorted(axis:)")
    public func sort(axis: Int = -1) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "argsort(axis:)")
    public func argSort(axis: Int = -1) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "cast(to:)")
    public func astype(_ dtype: DType) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "cast(to:)")
    public func cast(_ dtype: DType) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "floats()")
    public func numpy() -> [Float] { fatalError() }
    @available(*, unavailable, renamed: "floats()")
    public func toList() -> [Float] { fatalError() }
    @available(*, unavailable, message: "use x.sum(axis: …), one number or an array of them")
    public func sum(axes: any AxisConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use x.mean(axis: …), one number or an array of them")
    public func mean(axes: any AxisConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use x[range]")
    public func samples(_ range: Range<Int>) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use x[numbers]")
    public func samples(_ numbers: [Int]) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use x * factor")
    public func scaled(by factor: Float) -> Tensor { fatalError() }

    @available(*, unavailable, message: "use a .> b")
    public func greater(than other: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use a .< b")
    public func less(than other: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use a .== b for each element, a == b for both as wholes")
    public func equal(_ other: some TensorConvertible) -> Tensor { fatalError() }

    @available(*, unavailable, message: "use a .> b, which compares each element")
    public static func > (a: Tensor, b: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use a .< b, which compares each element")
    public static func < (a: Tensor, b: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use a .>= b, which compares each element")
    public static func >= (a: Tensor, b: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use a .<= b, which compares each element")
    public static func <= (a: Tensor, b: some TensorConvertible) -> Tensor { fatalError() }
}

@available(*, unavailable, message: "use a.matmul(b), or ops.matmul(a, b)")
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { fatalError() }
