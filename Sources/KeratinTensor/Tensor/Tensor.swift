import KeratinCore

/// A dense, immutable, row-major array of numbers on a device, or a value of a program that is being
/// recorded, or of a graph that is being put together. The same calls compute at once on the first, record on the second,
/// and make nodes on the third.
///
/// The element type is a field (`dtype`), not a type parameter. Channels come last (NHWC).
public struct Tensor: Sendable {
    enum Storage: Sendable {
        case device(DeviceTensor)
        case traced(Trace, Value)
        case symbolic(GraphTensor)
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

    package init(_ trace: Trace, _ value: Value) {
        storage = .traced(trace, value)
        type = trace.builder.type(of: value)
    }

    package init(_ symbolic: GraphTensor) {
        storage = .symbolic(symbolic)
        let known = symbolic.type
        type = TensorType(Shape(known.extents.map { $0 ?? Tensor.unknownExtent }), known.dtype)
    }

    /// The extents, outermost first.
    public var shape: Shape { type.shape }
    /// The type of the elements.
    public var dtype: DType { type.dtype }
    /// The number of axes.
    public var rank: Int { type.shape.rank }
    /// Elements.
    public var count: Int { type.shape.count }
    /// Whether this is a value of a program being recorded, which has no numbers yet.
    package var isTraced: Bool { if case .traced = storage { true } else { false } }
    /// Whether `floats()`, `item()` and their kin have numbers to give: those of tensors on a device, and while a step is recorded
    /// those of a model that was compiled with `runEagerly: true`.
    public var hasNumbers: Bool {
        switch storage {
        case .device: true
        case .traced(let trace, _): trace.reader != nil
        case .symbolic: false
        }
    }
}

extension Tensor {
    /// Copies numbers to the device of the backend in force.
    /// - Throws: `KeratinError` if there are not as many numbers as the shape has elements.
    public init(_ values: [Float], shape: Shape? = nil) throws {
        try self.init(values, shape ?? [values.count], .float32)
    }

    /// Int32 elements; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    public init(_ values: [Int32], shape: Shape? = nil) throws {
        try self.init(values, shape ?? [values.count], .int32)
    }

    /// Bytes; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    public init(_ values: [UInt8], shape: Shape? = nil) throws {
        try self.init(values, shape ?? [values.count], .uint8)
    }

    /// Bools; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    public init(_ values: [Bool], shape: Shape? = nil) throws {
        try self.init(values.map { UInt8($0 ? 1 : 0) }, shape ?? [values.count], .bool)
    }

    private init<Element>(_ values: [Element], _ shape: Shape, _ dtype: DType) throws {
        guard values.count == shape.count else {
            throw KeratinError(
                .shapeMismatch, "shape \(shape) has \(shape.count) elements, got \(values.count)")
        }
        let device = try DeviceTensor(allocating: TensorType(shape, dtype), on: Context.backend)
        try values.withUnsafeBytes { try device.write($0) }
        self.init(device)
    }

    /// A tensor filled with one value.
    public init(repeating value: Double, shape: Shape, dtype: DType = .float32) throws {
        self = try Tensor.apply(
            .primitive(.fill(value: value, type: TensorType(shape, dtype))), [])[0]
    }

    /// A scalar.
    public init(_ value: Double, dtype: DType = .float32) throws {
        try self.init(repeating: value, shape: .scalar, dtype: dtype)
    }

    /// 0, 1, … along `axis`.
    package init(indicesAlong axis: Int, shape: Shape, dtype: DType = .int32) throws {
        let type = TensorType(shape, dtype)
        self = try Tensor.apply(
            .primitive(.iota(axis: try shape.resolve(axis: axis), type: type)), [])[0]
    }
}

extension Tensor {
    /// The numbers, row-major. Waits for the device.
    /// - Throws: `KeratinError` if the element type is not float32 or the tensor is being recorded.
    public func floats() throws -> [Float] { try host(.float32, of: Float.self) }

    /// The elements of an int32 tensor, in row-major order; waits for the device.
    /// - Throws: `KeratinError` for another type, and while recording.
    public func int32s() throws -> [Int32] { try host(.int32, of: Int32.self) }

    /// The elements of a uint8 tensor, in row-major order; waits for the device.
    /// - Throws: `KeratinError` for another type, and while recording.
    public func uint8s() throws -> [UInt8] { try host(.uint8, of: UInt8.self) }

    /// The elements of a bool tensor, in row-major order; waits for the device.
    /// - Throws: `KeratinError` for another type, and while recording.
    public func bools() throws -> [Bool] { try host(.bool, of: UInt8.self).map { $0 != 0 } }

    /// The only number of a tensor with one float32 element.
    public func item() throws -> Float {
        guard count == 1 else {
            throw KeratinError(.shapeMismatch, "item() needs one element, the shape is \(shape)")
        }
        return try floats()[0]
    }

    private func host<Element>(_ dtype: DType, of: Element.Type) throws -> [Element] {
        guard self.dtype == dtype else {
            throw KeratinError(
                .dtypeMismatch, "the tensor holds \(self.dtype.rawValue), not \(dtype.rawValue)")
        }
        let device = try numbers()
        return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            try device.read(into: UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    private func numbers() throws -> DeviceTensor {
        switch storage {
        case .device(let device): return device
        case .symbolic: throw Trace.symbolicTensor
        case .traced(let trace, let value):
            guard let read = try trace.numbers(of: value) else {
                throw KeratinError(
                    .invalidState,
                    "the numbers of a tensor were asked for while its program is being recorded: compile(…, runEagerly: true) lets a model's steps read them",
                    at: Trace.current?.scope)
            }
            return try read.numbers()
        }
    }
}
