import KeratinCore
import KeratinTensor

/// A layer's weight: a state with a name and a shape.
public final class Variable {
    /// Keras's name within the layer: "kernel".
    public let name: String
    /// The layer's name and the weight's: `dense_1/kernel`.
    package internal(set) var path: String
    /// The extents, which never change.
    public let shape: Shape
    /// Whether training changes it; moving statistics are false.
    public let trainable: Bool
    /// What the loss grows by for the weight's size.
    public let regularizer: Regularizer?
    /// What the weight is brought back to after each step of an optimizer.
    public let constraint: Constraint?
    /// How files hold the numbers: float32, or int32 for a counter. The device computes with float32.
    public let dtype: DType
    package let state: State

    /// - Throws: `KeratinError` for an unknown initialiser; `BackendError.outOfMemory`.
    package init(
        name: String, shape: Shape, initializer: Initializer, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, trainable: Bool, dtype: DType = .float32,
        backend: any Backend
    ) throws {
        try regularizer?.validate()
        try constraint?.validate()
        try shape.validate()
        try Variable.checkMemory(shape, on: backend, name)
        self.name = name
        path = name
        self.regularizer = regularizer
        self.constraint = constraint
        self.shape = shape
        self.trainable = trainable
        self.dtype = dtype
        state = try State(name, shape: shape, backend: backend) {
            try Variable.checkMemory(first: shape, on: backend, name)
            return try initializer.values(shape)
        }
        if let unset = UnsetVariables.current { unset.add(state) } else { try state.settle() }
    }

    /// First values for which the process has no memory are refused before they end it.
    private static func checkMemory(
        first shape: Shape, on backend: any Backend, _ name: String
    ) throws {
        let needed = shape.count * DType.float32.byteCount
        guard !hasHostMemory(byteCount: needed) else { return }
        throw BackendError.outOfMemory(
            needed: needed, available: backend.device.memoryBytes,
            largestAllocation: backend.device.largestAllocationBytes,
            context: "the first values of the weight '\(name)' of shape \(shape)")
    }

    /// A weight that cannot fit on the device is refused before the host holds it.
    private static func checkMemory(
        _ shape: Shape, on backend: any Backend, _ name: String
    ) throws {
        let (needed, device) = (shape.count * DType.float32.byteCount, backend.device)
        guard needed > device.memoryBytes else { return }
        throw BackendError.outOfMemory(
            needed: needed, available: device.memoryBytes,
            largestAllocation: device.largestAllocationBytes,
            context: "the weight '\(name)' of shape \(shape)")
    }

    /// Elements.
    public var count: Int { shape.count }

    /// The value as a tensor, inside and outside of recorded functions.
    public func read() throws -> Tensor { try state.read() }

    /// The value as a tensor, which carries the error if it cannot be read: `x.matmul(kernel) + bias`.
    public var tensor: Tensor { Tensor.carrying { try read() } }

    /// Gives the weight a new value, inside and outside of recorded functions; see `assign` for code that cannot throw.
    package func store(_ value: Tensor) throws { try state.assign(value) }

    /// Moves the numbers to another backend.
    package func move(to backend: any Backend) throws { try state.move(to: backend) }
}
