import KeratinCore

/// Device memory that outlives steps and changes between them. Several states may share one storage,
/// so that an optimizer updates them all in one launch.
package final class StateStorage: @unchecked Sendable {
    package let type: TensorType
    package let backend: any Backend
    let device: DeviceTensor

    /// - Throws: `BackendError.outOfMemory`.
    package init(_ type: TensorType, on backend: any Backend) throws {
        self.type = type
        self.backend = backend
        device = try DeviceTensor(allocating: type, on: backend)
    }

    private init(_ type: TensorType, _ slice: BufferSlice, _ backend: any Backend) {
        self.type = type
        self.backend = backend
        device = DeviceTensor(backend: backend, slice: slice, type: type)
    }

    /// Float arrays side by side in one buffer, which `readBlock` and `writeBlock` of the first move as a whole.
    package static func block(_ shapes: [Shape], on backend: any Backend) throws -> [StateStorage] {
        let width = DType.float32.byteCount
        let count = shapes.reduce(0) { $0 + $1.count }
        let buffer = try backend.allocate(byteCount: max(count, 1) * width)
        var offset = 0
        return shapes.map { shape in
            defer { offset += shape.count }
            let slice = BufferSlice(buffer, byteOffset: offset * width)
            return StateStorage(TensorType(shape), slice, backend)
        }
    }

    /// The numbers of this storage, row-major. Waits for the device.
    package func values() throws -> [Float] { try Self.read(device.slice, type.count, backend) }

    /// Numbers from the start of this storage on; more than its own if it is the first of a block.
    package func readBlock(_ count: Int) throws -> [Float] {
        try Self.read(device.slice, count, backend)
    }

    package func writeBlock(_ values: [Float]) throws {
        if values.isEmpty { return }
        try values.withUnsafeBytes { try backend.write($0, to: device.slice) }
    }

    private static func read(
        _ slice: BufferSlice, _ count: Int, _ backend: any Backend
    ) throws -> [Float] {
        if count == 0 { return [] }
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try backend.read(slice, into: UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    /// The value in a recorded function.
    package func read(_ trace: Trace) -> Tensor { Tensor(trace, trace.read(self)) }

    /// Gives the storage a new value at the end of each run of a recorded function.
    package func assign(_ value: Tensor, _ trace: Trace) throws {
        guard value.type == type else {
            throw KeratinError(.shapeMismatch, "a state of type \(type) was assigned \(value.type)")
        }
        trace.assign(try trace.value(of: value), to: self)
    }
}

/// A tensor whose value changes: a weight, an optimizer's slot, a moving statistic, a metric's total.
///
/// Inside a recorded function, `assign` makes the new value an output that is stored at the end of the
/// run; later reads in the same function see it.
public final class State: @unchecked Sendable {
    public let name: String
    public let type: TensorType
    package private(set) var storage: StateStorage
    /// Elements before this state in its storage.
    package private(set) var offset: Int

    /// A state with a storage of its own.
    /// - Throws: `KeratinError` if the values do not fit the type; `BackendError.outOfMemory`.
    public init(_ name: String, _ values: [Float], shape: Shape, backend: any Backend) throws {
        self.name = name
        type = TensorType(shape)
        storage = try StateStorage(type, on: backend)
        offset = 0
        try setValues(values)
    }

    /// Gives the state a storage of its own on another backend.
    package func move(to backend: any Backend) throws {
        try move(to: StateStorage(type, on: backend), offset: 0)
    }

    /// Moves the state's values into a part of another storage.
    package func move(to storage: StateStorage, offset: Int) throws {
        let values = try self.values()
        self.storage = storage
        self.offset = offset
        try setValues(values)
    }

    private var slice: BufferSlice {
        BufferSlice(
            storage.device.slice.buffer,
            byteOffset: storage.device.slice.byteOffset + offset * type.dtype.byteCount)
    }

    /// The numbers now, row-major. Waits for the device.
    public func values() throws -> [Float] {
        if type.count == 0 { return [] }
        return try [Float](unsafeUninitializedCapacity: type.count) { buffer, count in
            try storage.backend.read(slice, into: UnsafeMutableRawBufferPointer(buffer))
            count = type.count
        }
    }

    /// Stores numbers, row-major.
    /// - Throws: `KeratinError` if there are not as many as the state has elements.
    public func setValues(_ values: [Float]) throws {
        try values.withUnsafeBufferPointer { try setValues($0) }
    }

    package func setValues(_ values: UnsafeBufferPointer<Float>) throws {
        guard values.count == type.count else {
            throw KeratinError(
                .shapeMismatch, "has shape \(type.shape), got \(values.count) numbers", at: name)
        }
        if values.isEmpty { return }
        try storage.backend.write(UnsafeRawBufferPointer(values), to: slice)
    }

    /// The value: in a recorded function the one that the function has assigned so far, else a copy of the
    /// numbers now.
    public func read() throws -> Tensor {
        guard let trace = Trace.current else {
            return try withBackend(storage.backend) {
                try Tensor(try values(), shape: type.shape)
            }
        }
        return try trace.read(self) {
            let whole = Tensor(trace, trace.read(storage))
            if storage.type == type { return whole }
            return try whole.reshaped([storage.type.count])
                .slice(starts: [offset], limits: [offset + type.count]).reshaped(type.shape)
        }
    }

    /// Gives the state a new value; in a recorded function, at the end of each run.
    /// - Throws: `KeratinError` if the value has another type.
    public func assign(_ value: Tensor) throws {
        guard value.type == type else {
            throw KeratinError(.shapeMismatch, "is \(type), was assigned \(value.type)", at: name)
        }
        guard let trace = Trace.current else { return try setValues(try value.floats()) }
        if storage.type == type {
            trace.assign(try trace.value(of: value), to: storage)
            return
        }
        let whole = try Tensor(trace, trace.read(storage)).reshaped([storage.type.count])
        let end = offset + type.count
        let parts = [
            try whole.slice(starts: [0], limits: [offset]),
            try value.reshaped([type.count]),
            try whole.slice(starts: [end], limits: [storage.type.count]),
        ].filter { $0.count > 0 }
        let joined = try Tensor.concatenate(parts, axis: 0).reshaped(storage.type.shape)
        trace.assign(try trace.value(of: joined), to: storage)
    }
}

/// States of one element type laid end to end in one storage, in order.
package struct StateGroup {
    package let storage: StateStorage
    package let states: [State]

    /// Moves the states into one storage.
    package init(_ states: [State], on backend: any Backend) throws {
        self.states = states
        storage = try StateStorage(
            TensorType([states.reduce(0) { $0 + $1.type.count }]), on: backend)
        var offset = 0
        for state in states {
            try state.move(to: storage, offset: offset)
            offset += state.type.count
        }
    }
}
