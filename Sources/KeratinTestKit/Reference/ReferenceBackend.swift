import KeratinCore

/// Memory of the reference backend.
final class ReferenceBuffer: DeviceBuffer, @unchecked Sendable {
    // Unchecked: the pointer is constant, and the backend's lock guards what it points at.
    let byteCount: Int
    let bytes: UnsafeMutableRawBufferPointer
    private let counters: BackendCounters

    init(byteCount: Int, counters: BackendCounters) {
        self.byteCount = byteCount
        self.counters = counters
        bytes = .allocate(byteCount: byteCount, alignment: 256)
        counters.addAllocation(bytes: byteCount)
    }

    deinit {
        bytes.deallocate()
        counters.removeAllocation(bytes: byteCount)
    }
}

/// A backend that is obviously right and never fast: naive loops in Double, rounded to the element
/// type where a result is stored. Tests compare other backends with it.
public final class ReferenceBackend: Backend {
    public let name = "reference"
    public let device: DeviceInfo
    public let counters = BackendCounters()
    private let lock = ReentrantLock()

    /// - Parameter memoryBytes: what the device pretends to have; allocations beyond it throw.
    public init(memoryBytes: Int = 1 << 34) {
        device = DeviceInfo(
            name: "Reference (naive, Double)", kind: .reference, platform: "Keratin", driver: "1",
            computeUnits: 1, memoryBytes: memoryBytes, largestAllocationBytes: memoryBytes)
    }

    public func supports(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Bool { true }

    public func workspaceBytes(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Int { 0 }

    public func allocate(byteCount: Int) throws -> any DeviceBuffer {
        guard byteCount >= 0, counters.liveBytes + byteCount <= device.memoryBytes else {
            throw BackendError.outOfMemory(
                needed: byteCount, available: device.memoryBytes - counters.liveBytes,
                largestAllocation: device.largestAllocationBytes, context: "reference backend")
        }
        return ReferenceBuffer(byteCount: byteCount, counters: counters)
    }

    public func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws {
        let memory = UnsafeMutableRawBufferPointer(rebasing: try Self.memory(slice, bytes.count))
        lock.withLock { memory.copyMemory(from: bytes) }
    }

    public func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws {
        counters.addWait()
        let memory = UnsafeRawBufferPointer(rebasing: try Self.memory(slice, bytes.count))
        lock.withLock { bytes.copyMemory(from: memory) }
    }

    public func copy(_ source: BufferSlice, to target: BufferSlice, byteCount: Int) throws {
        let from = UnsafeRawBufferPointer(rebasing: try Self.memory(source, byteCount))
        let to = UnsafeMutableRawBufferPointer(rebasing: try Self.memory(target, byteCount))
        lock.withLock { to.copyMemory(from: from) }
    }

    public func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan {
        counters.addPlan()
        return try ReferencePlan(steps, counters, lock)
    }

    public func synchronize() throws { counters.addWait() }

    /// The bytes of a slice.
    /// - Throws: `BackendError.invalidArgument` if they do not lie in one of this backend's buffers.
    static func memory(
        _ slice: BufferSlice, _ byteCount: Int
    ) throws -> Slice<UnsafeMutableRawBufferPointer> {
        guard let buffer = slice.buffer as? ReferenceBuffer, slice.byteOffset >= 0,
            slice.byteOffset + byteCount <= buffer.byteCount
        else {
            throw BackendError.invalidArgument(
                "bytes \(slice.byteOffset)..<\(slice.byteOffset + byteCount) do not lie in a buffer of "
                    + "the reference backend (\(slice.buffer.byteCount) bytes)")
        }
        return buffer.bytes[slice.byteOffset..<(slice.byteOffset + byteCount)]
    }
}

/// Runs its steps one after the other.
final class ReferencePlan: ExecutablePlan {
    let launchCount: Int
    private let steps: [PlanStep]
    private let counters: BackendCounters
    private let lock: ReentrantLock

    init(_ steps: [PlanStep], _ counters: BackendCounters, _ lock: ReentrantLock) throws {
        self.steps = steps
        self.counters = counters
        self.lock = lock
        launchCount = try Self.count(steps)
    }

    /// Counts the launches and checks each by the operation's shape rule.
    private static func count(_ steps: [PlanStep]) throws -> Int {
        var total = 0
        for step in steps {
            switch step {
            case .launch(let request):
                let types = try request.operation.resultTypes(request.inputs.map(\.type))
                guard types == request.results.map(\.type) else {
                    throw BackendError.invalidArgument(
                        "\(request.operation.name) gives \(types), not \(request.results.map(\.type))"
                    )
                }
                total += 1
            case .loop(let turns, let body): total += turns * (try count(body))
            }
        }
        return total
    }

    func run() throws {
        try lock.withLock { try run(steps) }
        counters.addLaunches(launchCount)
    }

    private func run(_ steps: [PlanStep]) throws {
        for step in steps {
            switch step {
            case .launch(let request): try launch(request)
            case .loop(let turns, let body): for _ in 0..<turns { try run(body) }
            }
        }
    }

    private func launch(_ request: LaunchRequest) throws {
        let inputs = try request.inputs.map { argument in
            let bytes = try ReferenceBackend.memory(argument.slice, argument.type.byteCount)
            return ReferenceTensor(argument.type, bytes: UnsafeRawBufferPointer(rebasing: bytes))
        }
        let results = try ReferenceEvaluator.evaluate(request.operation, inputs)
        for (argument, result) in zip(request.results, results) {
            let bytes = try ReferenceBackend.memory(argument.slice, argument.type.byteCount)
            ReferenceTensor.store(
                result.values, result.type.dtype, to: UnsafeMutableRawBufferPointer(rebasing: bytes)
            )
        }
    }
}
