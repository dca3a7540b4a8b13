import KeratinCore

/// A program being recorded, with what its inputs stand for.
///
/// Confined to the task that records it (`@unchecked Sendable` only lets the task-local hold it).
package final class Trace: @unchecked Sendable {
    /// What an input of the recorded program stands for.
    package enum InputRole {
        /// The i-th argument of the recorded function.
        case argument(Int)
        /// The value of a state at the start of the run.
        case state(StateStorage)
        /// A concrete tensor that the function read.
        case captured(DeviceTensorReference)
        /// int32[4]: seed and step of the random numbers.
        case randomState
        /// float32[k]: numbers that the host computes for each run.
        case hostScalars
        /// A value of the enclosing recording, in a loop's body.
        case outer(Value)
    }

    @TaskLocal package static var current: Trace?

    package let builder = ProgramBuilder()
    package private(set) var roles: [InputRole] = []
    private var captures: [ObjectIdentifier: Value] = [:]
    private var stateValues: [ObjectIdentifier: Value] = [:]
    /// States whose new value was not read yet.
    private var assigned: Set<ObjectIdentifier> = []
    package private(set) var updates: [(storage: StateStorage, value: Value)] = []
    private var updated: Set<ObjectIdentifier> = []
    private var randomStateValue: Value?
    private var hostScalarsValue: Value?
    package private(set) var hostScalars: [HostScalar] = []
    private var streamCount: UInt32 = 0
    /// What is done after each run, such as counting an optimizer's steps.
    package private(set) var afterRun: [() -> Void] = []
    private var counts: [ObjectIdentifier: Int] = [:]
    /// Where the device reports indices out of range; nil: nowhere.
    var status: DeviceStatus?
    var indexChecks: [(check: DeviceStatus.Check, low: Value, high: Value)] = []
    var checkedByHost: [ObjectIdentifier: Set<Value>] = [:]
    /// Whether a training or test step is recorded, to which layers may add metrics.
    package var isStep = false
    /// What stands for states whose values are frozen.
    package var frozen: FrozenStates?
    /// What stands for states, and changes in their place.
    var substitution: StateSubstitution?
    private var scopes: [String] = []
    /// The first thing that went wrong where nothing could be thrown; the end of the recording throws it.
    private(set) var failure: (any Error)?
    let hostScalarCapacity = 32
    /// Reads numbers of what is recorded so far; nil: tensors have none yet.
    let reader: EagerReader?

    /// The recording that a loop's body is part of.
    private let enclosing: Trace?
    private var outerValues: [Value: Value] = [:]

    package init(inside enclosing: Trace? = nil, reader: EagerReader? = nil) {
        self.enclosing = enclosing
        self.reader = reader
        frozen = enclosing?.frozen
        substitution = enclosing?.substitution
    }

    /// Whether a loop's body is recorded, as a part of another recording.
    package var isLoopBody: Bool { enclosing != nil }

    /// Lets the recording end with an error.
    package func fail(_ error: any Error) {
        failure = failure ?? error
        enclosing?.fail(error)
    }

    /// The innermost named place, such as a layer, for errors.
    package var scope: String? { scopes.last }

    package func inScope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        scopes.append(name)
        defer { scopes.removeLast() }
        return try body()
    }

    /// The trace that an operation on these inputs belongs to; nil if it computes at once.
    static func recording(for inputs: [Tensor]) throws -> Trace? {
        for input in inputs {
            if input.isSymbolic { throw symbolicTensor }
            guard case .traced(let trace, _) = input.storage else { continue }
            guard trace === current || trace.encloses(current) else {
                throw KeratinError(
                    .invalidState, "a tensor of a recorded program was used outside of it")
            }
        }
        return current
    }

    /// What is said where numbers are needed and there is a graph.
    static var symbolicTensor: KeratinError {
        KeratinError(
            .invalidState,
            "a symbolic tensor has no numbers: this works inside of a layer (Lambda { … }), or on the results of a Model made of it",
            at: current?.scope)
    }

    private func encloses(_ other: Trace?) -> Bool {
        guard let parent = other?.enclosing else { return false }
        return parent === self || encloses(parent)
    }

    package func argument(_ index: Int, _ type: TensorType) -> Tensor {
        Tensor(self, input(.argument(index), type))
    }

    private func input(_ role: InputRole, _ type: TensorType) -> Value {
        roles.append(role)
        return builder.input(type)
    }

    /// The value that stands for a tensor; a concrete one becomes a captured input.
    package func value(of tensor: Tensor) throws -> Value {
        switch tensor.storage {
        case .traced(let trace, let value):
            if trace === self { return value }
            guard let enclosing else {
                throw KeratinError(
                    .invalidState, "a tensor of another recorded program was used")
            }
            let outer = try enclosing.value(of: tensor)
            if let known = outerValues[outer] { return known }
            let inner = input(.outer(outer), tensor.type)
            outerValues[outer] = inner
            return inner
        case .number(let number):
            return try builder.fill(number.value, TensorType(.scalar, number.dtype))
        case .failed(let failure): throw failure.error
        case .host(let host):
            return try value(of: Tensor(host.device(on: Context.backend)))
        case .device(let device):
            if let value = captures[ObjectIdentifier(device)] { return value }
            let value = input(.captured(DeviceTensorReference(device)), device.type)
            captures[ObjectIdentifier(device)] = value
            return value
        case .symbolic: throw Trace.symbolicTensor
        }
    }

    // MARK: State

    func read(_ storage: StateStorage) -> Value {
        if let value = stateValues[ObjectIdentifier(storage)] {
            // What was assigned is a number like any other: gradients do not look through it at where it came from, such as another
            // model's step of an optimizer.
            guard assigned.remove(ObjectIdentifier(storage)) != nil,
                let barrier = try? builder.append(.fused(StopGradient()), [value]).first
            else { return value }
            stateValues[ObjectIdentifier(storage)] = barrier
            return barrier
        }
        let value = input(.state(storage), storage.type)
        stateValues[ObjectIdentifier(storage)] = value
        return value
    }

    // By storage and state. Values, not tensors, which would hold the trace that holds them.
    private var stateReads: [ObjectIdentifier: [ObjectIdentifier: Value]] = [:]

    /// The tensor that stands for a state: the same one until something is assigned to its storage.
    func read(
        _ state: State, in storage: StateStorage, _ make: () throws -> Tensor
    ) throws -> Tensor {
        let (state, storage) = (ObjectIdentifier(state), ObjectIdentifier(storage))
        if let known = stateReads[storage]?[state] { return Tensor(self, known) }
        let tensor = try make()
        stateReads[storage, default: [:]][state] = try value(of: tensor)
        return tensor
    }

    /// - Parameter state: the only state of the storage that changes, and what it is then; nil: all of them change.
    func assign(
        _ value: Value, to storage: StateStorage, changing state: (State, Value)? = nil
    ) {
        _ = read(storage)
        let identity = ObjectIdentifier(storage)
        if let (state, value) = state {
            stateReads[identity, default: [:]][ObjectIdentifier(state)] = value
        } else {
            stateReads[identity] = nil
        }
        stateValues[identity] = value
        assigned.insert(identity)
        if !updated.insert(identity).inserted { updates.removeAll { $0.storage === storage } }
        updates.append((storage, value))
    }

    // MARK: What the host provides for each run

    /// A number that the host computes (in Double) for each run.
    package func hostScalar(_ scalar: HostScalar) throws -> Tensor {
        let block = hostScalarsValue ?? input(.hostScalars, TensorType([hostScalarCapacity]))
        hostScalarsValue = block
        let index = hostScalars.count
        guard index < hostScalarCapacity else {
            throw KeratinError(
                .invalidArgument, "a step may use \(hostScalarCapacity) host scalars at most")
        }
        hostScalars.append(scalar)
        return Tensor(self, block).slice(starts: [index], limits: [index + 1])
            .reshaped(.scalar)
    }

    /// Random bits (int32) from a stream of its own: streams are numbered in the order of the calls.
    package func randomBits(_ shape: Shape) throws -> Tensor {
        let state = randomStateValue ?? input(.randomState, TensorType([4], .int32))
        randomStateValue = state
        defer { streamCount += 1 }
        return Tensor(self, try builder.append(.randomBits(shape, stream: streamCount), [state]))
    }

    /// Random bits (int32) that depend on a seed of their own and on the step, not on the seed of the run.
    /// - Parameter stream: tells the draws of one seed apart.
    package func randomBits(_ shape: Shape, seed: UInt64, stream: UInt32) throws -> Tensor {
        let state = randomStateValue ?? input(.randomState, TensorType([4], .int32))
        randomStateValue = state
        let words = [seed, seed >> 32].map { word in
            Tensor(
                repeating: Double(Int32(truncatingIfNeeded: word)), shape: [1], dtype: .int32)
        }
        let step = Tensor(self, state).slice(starts: [2], limits: [4])
        let own = try value(of: Tensor.concatenate(words + [step], axis: 0))
        return Tensor(self, try builder.append(.randomBits(shape, stream: stream), [own]))
    }

    /// Lets the host do something after each run that succeeded.
    package func addAfterRun(_ body: @escaping () -> Void) { afterRun.append(body) }

    /// How often something was counted in this recording before; counts it once more.
    package func count(_ object: AnyObject) -> Int {
        let count = counts[ObjectIdentifier(object), default: 0]
        counts[ObjectIdentifier(object)] = count + 1
        return count
    }

    // MARK: Notes

    private var notes: [ObjectIdentifier: any TraceNotes] = [:]

    /// The notes of a kind on this recording, empty when they are first asked for.
    package func notes<Notes: TraceNotes>(_ kind: Notes.Type) -> Notes {
        if let known = notes[ObjectIdentifier(kind)] as? Notes { return known }
        let fresh = Notes()
        notes[ObjectIdentifier(kind)] = fresh
        return fresh
    }
}

/// A concrete tensor that a program captured.
package struct DeviceTensorReference {
    let device: DeviceTensor
    init(_ device: DeviceTensor) { self.device = device }

    /// The tensor itself.
    package var tensor: Tensor { Tensor(device) }
}

/// A number that the host computes before each run: its name in dumps, and its value at a step
/// (the first step of training is 1).
package struct HostScalar {
    package var name: String
    package var value: (_ step: Int) -> Double

    package init(_ name: String, _ value: @escaping (_ step: Int) -> Double) {
        self.name = name
        self.value = value
    }
}
