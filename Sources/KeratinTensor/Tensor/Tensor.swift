import KeratinCore

/// A dense, immutable, row-major array of numbers: in host memory, on a device, a value of a program that is being recorded, or of a
/// graph that is being put together. The same calls compute at once on the first two, record on the third, and make nodes on the last.
///
/// The element type is a field (`dtype`), not a type parameter. Channels come last (NHWC). Arithmetic does not throw: what cannot be
/// done gives a tensor that carries its `error`, which is thrown where numbers are asked for.
public struct Tensor: Sendable {
    enum Storage: Sendable {
        /// A number of a program's text, which takes the element type of what it meets.
        case number(WeakNumber)
        case host(HostTensor)
        case device(DeviceTensor)
        case traced(Trace, Value)
        case symbolic(GraphTensor)
        case failed(TensorFailure)
    }

    let storage: Storage
    /// Shape and element type.
    public let type: TensorType
    /// Which steps count (bool, the leading axes of the tensor), if a layer such as `Masking` said so. Layers carry it on;
    /// operations do not.
    public var mask: Tensor? {
        get { maskBox?.tensor }
        set { maskBox = newValue.map(MaskBox.init) }
    }
    private var maskBox: MaskBox?

    /// A struct cannot hold one of its own kind.
    private final class MaskBox: Sendable {
        let tensor: Tensor
        init(_ tensor: Tensor) { self.tensor = tensor }
    }

    init(_ device: DeviceTensor) {
        storage = .device(device)
        type = device.type
    }

    package init(_ array: HostArray) {
        let host = HostTensor(array)
        storage = .host(host)
        type = host.type
    }

    init(_ number: WeakNumber) {
        storage = .number(number)
        type = TensorType(.scalar, number.dtype)
    }

    package init(_ trace: Trace, _ value: Value) {
        storage = .traced(trace, value)
        type = trace.builder.type(of: value)
    }

    package init(_ symbolic: GraphTensor) {
        storage = .symbolic(symbolic)
        let known = symbolic.type
        type = TensorType(Shape(known.extents.map { $0 ?? Tensor.unknownExtent }), known.dtype)
    }

    init(failed failure: TensorFailure, _ shape: Shape) {
        storage = .failed(failure)
        type = TensorType(shape)
    }

    /// The extents, outermost first.
    public var shape: Shape { type.shape }
    /// The type of the elements.
    public var dtype: DType { type.dtype }
    /// The number of axes.
    public var rank: Int { type.shape.rank }
    /// The number of axes, by NumPy's name.
    public var ndim: Int { rank }
    /// How many elements there are.
    public var count: Int { type.shape.count }
    /// How many elements there are, by NumPy's name.
    public var size: Int { count }
    /// Whether this is a value of a program being recorded, which has no numbers yet.
    package var isTraced: Bool { if case .traced = storage { true } else { false } }
    /// Whether `floats()`, `item()` and their kin have numbers to give: those of tensors in memory, and while a step is recorded
    /// those of a model that was compiled with `runEagerly: true`.
    public var hasNumbers: Bool {
        switch storage {
        case .number, .host, .device: true
        case .traced(let trace, _): trace.reader != nil
        case .symbolic, .failed: false
        }
    }
}

extension Tensor {
    /// A tensor filled with one value.
    public init(repeating value: Double, shape: Shape, dtype: DType = .float32) {
        self = Tensor.carrying(shape: shape) {
            try shape.validate()
            return Tensor.apply(.fill(value: value, type: TensorType(shape, dtype)), [])
        }
    }

    /// A scalar.
    public init(_ value: Double, dtype: DType = .float32) {
        self.init(repeating: value, shape: .scalar, dtype: dtype)
    }

    /// The tensor itself.
    public init(_ tensor: Tensor) { self = tensor }

    /// 0, 1, … along `axis`.
    package init(indicesAlong axis: Int, shape: Shape, dtype: DType = .int32) {
        self = Tensor.carrying(shape: shape) {
            let axis = try shape.resolve(axis: axis)
            return Tensor.apply(.iota(axis: axis, type: TensorType(shape, dtype)), [])
        }
    }
}

/// NumPy's name for a tensor.
public typealias NDArray = Tensor
