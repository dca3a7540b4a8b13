import KeratinCore
import Synchronization

/// A function compiled for a backend: nothing is left to decide. It is run again and again with new
/// arguments.
package final class Plan {
    package let backend: any Backend
    package let function: TracedFunction
    /// What runs, after all passes.
    let program: Program
    private let memory: MemoryPlan
    private let pool: ScratchPool
    private var inputs: [Value: BufferSlice] = [:]
    private var arguments: [Int: DeviceTensor] = [:]
    private var randomState: DeviceTensor?
    private var hostScalars: DeviceTensor?
    private var hostValues: [Float]
    private var executable: Executable
    private var generation: Int
    /// False after a run that failed while it stored new states.
    package private(set) var statesAreWhole = true

    /// Plans made in this process, for tests that gate on it.
    package static var count: Int { made.load(ordering: .relaxed) }
    private static let made = Atomic<Int>(0)

    /// - Throws: `KeratinError` or `BackendError` if a kernel does not build or memory is too small.
    package init(_ function: TracedFunction, on backend: any Backend, pool: ScratchPool? = nil)
        throws
    {
        self.backend = backend
        self.function = function
        self.pool = pool ?? ScratchPool(backend)
        if Dump.programs { Dump.write("recorded", function.program.description) }
        program = try Compiler.optimize(function.program, for: backend)
        memory = try Plan.memoryPlan(program, function, backend)
        if Dump.plans { Dump.write("plan", memory.description) }
        for (role, input) in zip(function.roles, program.inputs) {
            let device: DeviceTensor
            switch role {
            case .state(let storage):
                guard storage.backend === backend else {
                    throw Plan.foreign(storage.backend, backend)
                }
                device = storage.device
            case .captured(let reference):
                guard reference.device.backend === backend else {
                    throw Plan.foreign(reference.device.backend, backend)
                }
                device = reference.device
            case .argument(let index):
                device = try DeviceTensor(allocating: program.type(of: input), on: backend)
                arguments[index] = device
            case .randomState:
                device = try DeviceTensor(allocating: program.type(of: input), on: backend)
                randomState = device
            case .outer:
                throw KeratinError(.invalidState, "a loop's body cannot run by itself")
            case .hostScalars:
                device = try DeviceTensor(allocating: program.type(of: input), on: backend)
                hostScalars = device
            }
            inputs[input] = device.slice
        }
        hostValues = [Float](repeating: 0, count: function.hostScalars.count)
        try self.pool.reserve(max(memory.scratchBytes, 1))
        generation = self.pool.generation
        executable = try Plan.bind(memory, inputs, self.pool)
        Plan.made.add(1, ordering: .relaxed)
    }

    static func memoryPlan(
        _ program: Program, _ function: TracedFunction, _ backend: any Backend
    ) throws -> MemoryPlan {
        var stateInputs: [ObjectIdentifier: Value] = [:]
        for (role, input) in zip(function.roles, program.inputs) {
            if case .state(let storage) = role { stateInputs[ObjectIdentifier(storage)] = input }
        }
        let results = Array(program.outputs.prefix(function.resultCount))
        let updates = zip(function.updates, program.outputs.dropFirst(function.resultCount)).map {
            (input: stateInputs[ObjectIdentifier($0)]!, value: $1)
        }
        let memory = MemoryPlan.make(
            program, results: results, updates: updates.filter { $0.input != $0.value },
            backend: backend, slabBytes: ScratchPool.slabBytes(backend))
        try PlanVerifier.verify(memory)
        return memory
    }

    /// The launches: what is computed, then the stores to states.
    private enum Executable {
        case parts(computation: any ExecutablePlan, commits: any ExecutablePlan)
        case whole(any StoringPlan)

        var launchCount: Int {
            switch self {
            case .parts(let computation, let commits): computation.launchCount + commits.launchCount
            case .whole(let plan): plan.launchCount
            }
        }

        /// `storing` is called when the old states begin to be lost.
        func run(_ storing: () -> Void) throws {
            switch self {
            case .parts(let computation, let commits):
                try computation.run()
                storing()
                try commits.run()
            case .whole(let plan): try plan.run(storing)
            }
        }
    }

    private static func bind(
        _ memory: MemoryPlan, _ inputs: [Value: BufferSlice], _ pool: ScratchPool
    ) throws -> Executable {
        let lowering = PlanLowering(
            plan: memory, input: { inputs[$0]! }, scratch: { pool.slice($0) })
        if let backend = pool.backend as? any StoringBackend {
            return .whole(
                try backend.makePlan(lowering.computation(), stores: lowering.commits()))
        }
        return .parts(
            computation: try pool.backend.makePlan(lowering.computation()),
            commits: try pool.backend.makePlan(lowering.commits()))
    }

    static func foreign(_ owner: any Backend, _ wanted: any Backend) -> KeratinError {
        KeratinError(
            .invalidState,
            "a tensor or model of the backend '\(owner.name)' was used under '\(wanted.name)'; "
                + "move it first: model.move(to: \"\(wanted.name)\")")
    }

    /// Bytes of scratch memory and arguments that a function would need, without making its plan.
    package static func byteCount(_ function: TracedFunction, on backend: any Backend) throws -> Int
    {
        let program = try Compiler.optimize(function.program, for: backend)
        let memory = try memoryPlan(program, function, backend)
        return memory.scratchBytes + function.argumentTypes.reduce(0) { $0 + $1.byteCount }
    }

    /// Scratch bytes that the plan needs.
    package var scratchBytes: Int { memory.scratchBytes }
    /// Launches of one run.
    package var launchCount: Int { executable.launchCount }

    // MARK: Running

    /// Copies an argument's bytes to the device. The memory may be reused on return.
    package func write(_ bytes: UnsafeRawBufferPointer, toArgument index: Int) throws {
        // An argument that the function does not read has no place in the program.
        guard let device = arguments[index] else { return }
        guard bytes.count == device.type.byteCount else {
            throw KeratinError(
                .shapeMismatch,
                "argument \(index) is \(device.type), \(device.type.byteCount) bytes, got \(bytes.count)"
            )
        }
        try device.write(bytes)
    }

    /// Lets `body` put an argument's bytes to where the device takes them. If it throws, they are undefined.
    package func fill(
        argument index: Int, type: TensorType,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        guard let device = arguments[index] else { return }
        guard type == device.type else {
            throw KeratinError(
                .shapeMismatch, "argument \(index) is \(device.type), got \(type)")
        }
        try backend.fill(device.slice, byteCount: type.byteCount, body)
    }

    /// Copies a concrete tensor's numbers to an argument, on the device if both live on it.
    package func write(_ tensor: Tensor, toArgument index: Int) throws {
        guard let target = arguments[index] else { return }
        let source: DeviceTensor
        switch tensor.storage {
        case .device(let device): source = device
        case .host(let host):
            return try host.array.withDeviceBytes { try write($0, toArgument: index) }
        case .number:
            return try write(
                Tensor(tensor.floats(), shape: []).cast(to: tensor.dtype), toArgument: index)
        case .failed(let failure): throw failure.error
        case .traced, .symbolic:
            throw KeratinError(
                .invalidState, "a compiled function takes concrete tensors, not recorded ones")
        }
        if source.backend === backend { return try target.copy(from: source.slice) }
        // Not within `fill`: who holds one backend must not wait for another.
        try withUnsafeTemporaryAllocation(
            byteCount: target.type.byteCount, alignment: 64
        ) { bytes in
            try source.read(into: bytes)
            try target.write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Runs the plan once. `seed` and `step` are the counter of the random numbers; host scalars are computed
    /// for `step`.
    package func run(seed: UInt64 = 0, step: Int = 0) throws {
        try randomState?.write(randomStateOf: seed, step: step)
        if let hostScalars {
            for index in hostValues.indices {
                hostValues[index] = Float(function.hostScalars[index].value(step))
            }
            try hostValues.withUnsafeBytes { try hostScalars.write($0) }
        }
        try prepare()
        try executable.run { statesAreWhole = false }
        statesAreWhole = true
        for action in function.afterRun { action() }
    }

    /// Whether a run draws random numbers.
    package var drawsRandomNumbers: Bool { randomState != nil }

    /// Binds the plan anew if the shared scratch memory moved.
    private func prepare() throws {
        guard generation != pool.generation else { return }
        executable = try Plan.bind(memory, inputs, pool)
        generation = pool.generation
    }

    private func result(_ index: Int) -> Argument {
        let lowering = PlanLowering(
            plan: memory, input: { [inputs] in inputs[$0]! }, scratch: { [pool] in pool.slice($0) })
        return lowering.argument(memory.graph.results[index])
    }

    package func resultType(_ index: Int) -> TensorType {
        memory.graph.type(of: memory.graph.results[index])
    }

    /// Copies a result to the host; waits for the run.
    package func read(result index: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
        let argument = result(index)
        guard bytes.count == argument.type.byteCount else {
            throw KeratinError(
                .shapeMismatch,
                "result \(index) is \(argument.type), the buffer has \(bytes.count) bytes")
        }
        if !bytes.isEmpty { try backend.read(argument.slice, into: bytes) }
    }

    package func floats(result index: Int) throws -> [Float] {
        let count = resultType(index).count
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(result: index, into: UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    /// A result as a tensor that owns its memory.
    package func tensor(result index: Int) throws -> Tensor {
        let argument = result(index)
        let device = try DeviceTensor(allocating: argument.type, on: backend)
        try device.copy(from: argument.slice)
        return Tensor(device)
    }
}

extension DeviceTensor {
    /// Stores the counter that random numbers of a run start from.
    func write(randomStateOf seed: UInt64, step: Int) throws {
        let step = UInt64(bitPattern: Int64(step))
        let state = (
            UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
            UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32)
        )
        try withUnsafeBytes(of: state) { try write($0) }
    }
}
