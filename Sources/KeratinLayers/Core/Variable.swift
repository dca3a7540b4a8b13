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
        state = try State(unset: name, shape: shape, backend: backend)
        if let unset = UnsetVariables.current {
            unset.add(self, initializer)
        } else {
            try initialize(initializer)
        }
    }

    /// Takes the values of an initialiser.
    func initialize(_ initializer: Initializer) throws {
        let needed = shape.count * DType.float32.byteCount
        guard hasHostMemory(byteCount: needed) else {
            throw BackendError.outOfMemory(
                needed: needed, available: state.backend.device.memoryBytes,
                largestAllocation: needed,
                context: "the first values of the weight '\(name)' of shape \(shape)")
        }
        try state.setValues(initializer.values(shape))
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
