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

extension Tensor {
    @available(
        *, unavailable, message: "use Tensor.randomUniform(shape), or Tensor.randomNormal(shape)"
    )
    public static func random(_ shape: Shape) -> Tensor { fatalError() }
    @available(
        *, unavailable, message: "use Tensor.randomUniform(shape), or Tensor.randomNormal(shape)"
    )
    public static func random(shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "randomUniform(_:)")
    public static func rand(_ shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "randomNormal(_:)")
    public static func randn(_ shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "randomUniform(_:)")
    public static func uniform(_ shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "randomNormal(_:)")
    public static func normal(_ shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "zeros(_:)")
    public static func zeros(shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "ones(_:)")
    public static func ones(shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "zeros(like:)")
    public static func zerosLike(_ x: Tensor) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "ones(like:)")
    public static func onesLike(_ x: Tensor) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "arange(_:_:step:)")
    public static func arange(_ start: Int, to stop: Int, by step: Int = 1) -> Tensor {
        fatalError()
    }
    @available(*, unavailable, renamed: "linspace(_:_:num:)")
    public static func linspace(from start: Double, to stop: Double, count: Int) -> Tensor {
        fatalError()
    }
    @available(*, unavailable, message: "use Tensor.zeros(shape)")
    public init(zeros shape: Shape) { fatalError() }
    @available(*, unavailable, message: "use Tensor.ones(shape)")
    public init(ones shape: Shape) { fatalError() }
    @available(*, unavailable, renamed: "init(repeating:shape:)")
    public init(shape: Shape, repeating value: Double) { fatalError() }
    @available(*, unavailable, renamed: "concatenate(_:axis:)")
    public static func concat(_ tensors: [Tensor], axis: Int = 0) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use ops.maximum(a, b)")
    public static func maximum(_ a: Tensor, _ b: some TensorConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, message: "use ops.minimum(a, b)")
    public static func minimum(_ a: Tensor, _ b: some TensorConvertible) -> Tensor { fatalError() }

    @available(*, unavailable, renamed: "reshaped(_:)")
    public func reshape(_ first: Int, _ rest: Int...) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "reshaped(_:)")
    public func reshaped(to shape: Shape) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "flattened()")
    public func ravel() -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "expandingDims(axis:)")
    public func expandDims(_ axis: Int) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "expandingDims(axis:)")
    public func expandedDims(axis: Int) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "expandingDims(axis:)")
    public func unsqueeze(_ axis: Int) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "expandingDims(axis:)")
    public func unsqueeze(axis: Int) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "prod()")
    public func product() -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "round()")
    public func rounded() -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "square()")
    public func squared() -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "isnan()")
    public var isNaN: Tensor { fatalError() }
    @available(*, unavailable, renamed: "clipped(_:_:)")
    public func clip(min: Double, max: Double) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "clipped(_:_:)")
    public func clamp(_ low: Double, _ high: Double) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "clipped(_:_:)")
    public func clamped(to range: ClosedRange<Double>) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "cast(to:)")
    public func asType(_ dtype: DType) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "repeat(_:axis:)")
    public func repeated(_ count: Int, axis: Int? = nil) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "tile(_:)")
    public func tiled(_ repeats: any AxisConvertible) -> Tensor { fatalError() }
    @available(*, unavailable, renamed: "floats()")
    public func toArray() -> [Float] { fatalError() }
    @available(*, unavailable, renamed: "floats()")
    public func tolist() -> [Float] { fatalError() }
    @available(*, unavailable, renamed: "floats()")
    public var scalars: [Float] { fatalError() }
    @available(*, unavailable, message: "a tensor is a value: let b = a is a copy")
    public func copy() -> Tensor { fatalError() }
}

extension Float {
    @available(*, unavailable, message: "use try x.item()")
    public init(_ tensor: Tensor) { fatalError() }
}
extension Double {
    @available(*, unavailable, message: "use try x.item()")
    public init(_ tensor: Tensor) { fatalError() }
}
extension Int {
    @available(*, unavailable, message: "use try x.item()")
    public init(_ tensor: Tensor) { fatalError() }
}

@available(
    *, unavailable, message: "use ops.concatenate([a, b]), or the layer Concatenate()([a, b])"
)
public func concatenate(_ tensors: [any TensorConvertible], axis: Int = 0) -> Tensor {
    fatalError()
}
@available(*, unavailable, message: "use ops.stack([a, b])")
public func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor { fatalError() }
@available(*, unavailable, message: "use a + b, or the layer Add()([a, b])")
public func add(_ tensors: [any TensorConvertible]) -> Tensor { fatalError() }
@available(*, unavailable, message: "use a * b, or the layer Multiply()([a, b])")
public func multiply(_ tensors: [any TensorConvertible]) -> Tensor { fatalError() }
@available(*, unavailable, message: "use the layer Average()([a, b])")
public func average(_ tensors: [any TensorConvertible]) -> Tensor { fatalError() }
@available(*, unavailable, renamed: "setBackend(_:)")
public func useBackend(_ choice: BackendChoice) { fatalError() }

@available(*, unavailable, message: "use a.matmul(b), or ops.matmul(a, b)")
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { fatalError() }
