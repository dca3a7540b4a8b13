import KeratinCore
import Synchronization

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
        let value = value.decided(as: type.dtype)
        try value.check()
        guard value.type == type else {
            throw KeratinError(.shapeMismatch, "a state of type \(type) was assigned \(value.type)")
        }
        trace.assign(try trace.value(of: value), to: self)
    }

    /// Gives parts of the storage new values at the end of each run of a recorded function; the rest keeps its own.
    /// - Parameter parts: vectors and how many elements stand before each; they do not overlap.
    /// - Parameter state: the only state that changes, and what it is then; nil: any may change.
    func assign(
        _ parts: [(offset: Int, value: Tensor)], _ trace: Trace,
        changing state: (State, Tensor)? = nil
    ) throws {
        let whole = read(trace).reshaped([type.count])
        var pieces: [Tensor] = []
        var end = 0
        func keep(to next: Int) throws {
            if next > end { pieces.append(whole.slice(starts: [end], limits: [next])) }
        }
        for (offset, value) in parts.sorted(by: { $0.offset < $1.offset }) {
            try keep(to: offset)
            if value.count > 0 { pieces.append(value) }
            end = offset + value.count
        }
        try keep(to: type.count)
        let joined = Tensor.concatenate(pieces, axis: 0).reshaped(type.shape)
        trace.assign(
            try trace.value(of: joined), to: self,
            changing: try state.map { ($0.0, try trace.value(of: $0.1)) })
    }
}

/// A tensor whose value changes: a weight, an optimizer's slot, a moving statistic, a metric's total.
///
/// Inside a recorded function, `assign` makes the new value an output that is stored at the end of the
/// run; later reads in the same function see it.
package final class State: Sendable {
    /// A name for messages and dumps; it need not be unique.
    package let name: String
    /// Shape and element type, which never change.
    package let type: TensorType
    fileprivate let location: Mutex<StateLocation>
    private let pending = Mutex<PendingFailure?>(nil)
    /// Makes the first values of a state that has none yet.
    private let first = Mutex<(@Sendable () throws -> [Float])?>(nil)
    private static let moved = Atomic<Int>(0)

    /// Counts how often any state moved: a plan made before may read from where a state no longer is.
    package static var moves: Int { moved.load(ordering: .acquiring) }

    /// A state with a storage of its own.
    /// - Throws: `KeratinError` if the values do not fit the type; `BackendError.outOfMemory`.
    package init(_ name: String, _ values: [Float], shape: Shape, backend: any Backend) throws {
        self.name = name
        type = TensorType(shape)
        location = Mutex(StateLocation(storage: try StateStorage(type, on: backend)))
        try setValues(values)
    }

    /// A state whose first values are made when somebody asks for them, and never if others are stored before. Recording code that reads
    /// it asks for no values; `settle` comes before such code runs.
    /// - Throws: `BackendError.outOfMemory`.
    package init(
        _ name: String, shape: Shape, backend: any Backend,
        first: @escaping @Sendable () throws -> [Float]
    ) throws {
        self.name = name
        type = TensorType(shape)
        location = Mutex(StateLocation(storage: try StateStorage(type, on: backend)))
        self.first.withLock { $0 = first }
    }

    /// Makes the first values if the state has none yet.
    package func settle() throws {
        if let make = first.withLock({ $0 }) { try setValues(make()) }
    }

    /// Where the numbers are now.
    var place: StateLocation { location.withLock { $0 } }
    package var storage: StateStorage { place.storage }
    package var backend: any Backend { storage.backend }

    /// Gives the state a storage of its own on another backend.
    package func move(to backend: any Backend) throws {
        try move(to: StateLocation(storage: StateStorage(type, on: backend)))
    }

    /// Moves the state's values into another place.
    func move(to target: StateLocation) throws {
        try settle()
        try location.withLock { location in
            let values = try location.values(type)
            try values.withUnsafeBufferPointer { try target.setValues($0) }
            location = target
        }
        State.moved.add(1, ordering: .acquiringAndReleasing)
    }

    /// The numbers now, row-major. Waits for the device.
    /// - Throws: also why a change that could not throw was not made.
    package func values() throws -> [Float] {
        try throwPending()
        try settle()
        return try location.withLock { try $0.values(type) }
    }

    /// Changes states where nothing can be thrown. If that fails they stay as they were, and whoever is next to read one of them, or
    /// the end of the recording, throws the error, once.
    package static func changing(_ states: @autoclosure () -> [State], _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            if let trace = Trace.current { return trace.fail(error) }
            let failure = PendingFailure(error)
            for state in states() { state.pending.withLock { $0 = $0 ?? failure } }
        }
    }

    fileprivate func throwPending() throws {
        let failure = pending.withLock { pending in
            defer { pending = nil }
            return pending
        }
        if let error = failure?.take() { throw error }
    }

    /// Stores numbers, row-major.
    /// - Throws: `KeratinError` if there are not as many as the state has elements.
    package func setValues(_ values: [Float]) throws {
        try values.withUnsafeBufferPointer { try setValues($0) }
    }

    package func setValues(_ values: UnsafeBufferPointer<Float>) throws {
        guard values.count == type.count else {
            throw KeratinError(
                .shapeMismatch, "has shape \(type.shape), got \(values.count) numbers", at: name)
        }
        pending.withLock { $0 = nil }
        try location.withLock { try $0.setValues(values) }
        first.withLock { $0 = nil }
    }

    /// The value: in a recorded function the one that the function has assigned so far, else a copy of the
    /// numbers now.
    package func read() throws -> Tensor {
        try throwPending()
        guard let trace = Trace.current else { return try copy() }
        if let value = trace.substitution?[self] { return value }
        if let frozen = trace.frozen { return try frozen.value(of: self) }
        let place = place
        return try trace.read(self, in: place.storage) {
            let whole = Tensor(trace, trace.read(place.storage))
            if place.storage.type == type { return whole }
            return whole.reshaped([place.storage.type.count])
                .slice(starts: [place.offset], limits: [place.offset + type.count])
                .reshaped(type.shape)
        }
    }

    /// Gives the state a new value; in a recorded function, at the end of each run.
    /// - Throws: `KeratinError` if the value has another type.
    package func assign(_ value: Tensor) throws {
        let value = value.decided(as: type.dtype)
        try value.check()
        guard value.type == type else {
            throw KeratinError(.shapeMismatch, "is \(type), was assigned \(value.type)", at: name)
        }
        try settle()
        guard let trace = Trace.current else { return try store(value) }
        if trace.substitution?.replace(self, value) == true { return }
        let place = place
        // Later reads give this very value, and those of neighbours in the storage what they gave before, so that gradients with
        // respect to weights hold although one of them is changed by the step itself.
        if place.storage.type == type {
            let value = try trace.value(of: value)
            trace.assign(value, to: place.storage, changing: (self, value))
        } else {
            try place.storage.assign(
                [(place.offset, value.reshaped([type.count]))], trace,
                changing: (self, value))
        }
    }
}

extension State {
    /// The numbers now, in memory of their own on the same device.
    package func copy() throws -> Tensor {
        try settle()
        return try location.withLock { location in
            let device = try DeviceTensor(allocating: type, on: location.storage.backend)
            try device.copy(from: location.slice)
            return Tensor(device)
        }
    }

    /// Stores the numbers of a concrete tensor, which stay on the device if that is the state's own.
    private func store(_ value: Tensor) throws {
        guard case .device(let source) = value.storage, source.backend === backend else {
            return try setValues(try value.floats())
        }
        try location.withLock { location in
            if type.count == 0 { return }
            try location.storage.backend.copy(
                source.slice, to: location.slice, byteCount: type.byteCount)
        }
    }
}

/// Copies of states' values, which recorded code reads instead of the states.
package final class FrozenStates: @unchecked Sendable {
    // Unchecked: nothing changes after it is made; the states are kept so that their identities stay theirs.
    private let states: [State]
    private let values: [ObjectIdentifier: Tensor]

    /// Copies the values now.
    package init(_ states: [State]) throws {
        self.states = states
        values = Dictionary(
            try states.map { (ObjectIdentifier($0), try $0.copy()) },
            uniquingKeysWith: { a, _ in a })
    }

    func value(of state: State) throws -> Tensor {
        guard let value = values[ObjectIdentifier(state)] else {
            throw KeratinError(
                .invalidState,
                "the weight '\(state.name)' was made after the weights were frozen",
                at: Trace.current?.scope)
        }
        return value
    }
}

/// A part of a storage that holds a state's numbers.
struct StateLocation: Sendable {
    var storage: StateStorage
    /// Elements before the state.
    var offset = 0
    /// The vector that the storage was made for; nil for a storage of the state's own.
    weak var vector: StateVector?

    /// Whether both mean the same numbers.
    func isSame(_ other: StateLocation) -> Bool {
        storage === other.storage && offset == other.offset
    }

    fileprivate var slice: BufferSlice {
        let whole = storage.device.slice
        let width = storage.type.dtype.byteCount
        return BufferSlice(whole.buffer, byteOffset: whole.byteOffset + offset * width)
    }

    func values(_ type: TensorType) throws -> [Float] {
        if type.count == 0 { return [] }
        return try [Float](unsafeUninitializedCapacity: type.count) { buffer, count in
            try storage.backend.read(slice, into: UnsafeMutableRawBufferPointer(buffer))
            count = type.count
        }
    }

    func setValues(_ values: UnsafeBufferPointer<Float>) throws {
        if values.isEmpty { return }
        try storage.backend.write(UnsafeRawBufferPointer(values), to: slice)
    }
}
