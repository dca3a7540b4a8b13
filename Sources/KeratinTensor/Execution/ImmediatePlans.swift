import KeratinCore

/// Plans of what is computed at once, by what it is and on which backend. They hold no memory of devices, so keeping them costs
/// little; when there are too many all of them go.
final class ImmediatePlans: Sendable {
    /// What makes a plan usable for another call.
    enum Key: Hashable {
        case operation(Operation, [TensorType])
        case function(Form)
    }

    /// A recorded function without the memory that it reads and writes.
    struct Form: Hashable {
        private let program: Program
        private let resultCount: Int
        /// The program's inputs that the updates replace.
        private let updates: [Int]

        init(_ function: TracedFunction) {
            program = function.program
            resultCount = function.resultCount
            var inputs: [ObjectIdentifier: Int] = [:]
            for (index, role) in function.roles.enumerated() {
                if case .state(let storage) = role { inputs[ObjectIdentifier(storage)] = index }
            }
            updates = function.updates.map { inputs[ObjectIdentifier($0)] ?? -1 }
        }
    }

    private struct Place: Hashable {
        var key: Key
        var backend: ObjectIdentifier
    }

    private static let limit = 2048
    private let plans = Locked<[Place: ImmediatePlan]>([:])

    /// The plan for a key; `record` gives its function if there is none.
    func plan(
        _ key: Key, on backend: any Backend, record: () throws -> TracedFunction
    ) throws -> ImmediatePlan {
        let place = Place(key: key, backend: ObjectIdentifier(backend))
        // A backend that is gone may have left its address to another one.
        if let known = plans.withLock({ $0[place] }), known.backend === backend { return known }
        // Two tasks may make one plan at a time: the later one stays.
        let plan = try ImmediatePlan(try record(), on: backend)
        plans.withLock { plans in
            if plans.count >= Self.limit { plans = [:] }
            plans[place] = plan
        }
        return plan
    }
}

/// The passes' result for a function: order and places, but no memory.
final class ImmediatePlan: @unchecked Sendable {
    // Unchecked: nothing changes after it is made, but for `arenas`, which is locked.
    private(set) weak var backend: (any Backend)?
    private let memory: MemoryPlan
    private let inputs: [Value]
    /// Whether results take most of the scratch memory, so that they may stay where they are computed.
    private let resultsFillScratch: Bool
    /// Scratch memory for the next call.
    private let arenas = Locked<[ScratchPool]>([])

    init(_ function: TracedFunction, on backend: any Backend) throws {
        self.backend = backend
        if Dump.programs { Dump.write("recorded", function.program.description) }
        let program = try Compiler.optimize(function.program, for: backend)
        memory = try Plan.memoryPlan(program, function, backend)
        if Dump.plans { Dump.write("plan", memory.description) }
        inputs = program.inputs
        let graph = memory.graph
        let bytes = graph.results.reduce(0) { $0 + graph.type(of: $1).byteCount }
        resultsFillScratch = memory.scratchBytes <= 2 * bytes + 4096
    }

    /// Runs the plan with memory for the program's inputs.
    func run(_ slices: [BufferSlice]) throws -> [Tensor] {
        guard let backend else { throw KeratinError(.invalidState, "the backend is gone") }
        let arena =
            resultsFillScratch
            ? ScratchPool(backend)
            : arenas.withLock { $0.popLast() } ?? ScratchPool(backend)
        try arena.reserve(max(memory.scratchBytes, 1))
        let places = Dictionary(zip(inputs, slices), uniquingKeysWith: { a, _ in a })
        let lowering = PlanLowering(
            plan: memory, input: { places[$0]! }, scratch: { arena.slice($0) })
        let steps = lowering.steps()
        if !steps.isEmpty { try backend.makePlan(steps).run() }
        let results = try memory.graph.results.map { value in
            let argument = lowering.argument(value)
            if resultsFillScratch {
                return Tensor(
                    DeviceTensor(backend: backend, slice: argument.slice, type: argument.type))
            }
            let device = try DeviceTensor(allocating: argument.type, on: backend)
            try device.copy(from: argument.slice)
            return Tensor(device)
        }
        if !resultsFillScratch {
            arenas.withLock { if $0.isEmpty { $0.append(arena) } }
        }
        return results
    }
}
