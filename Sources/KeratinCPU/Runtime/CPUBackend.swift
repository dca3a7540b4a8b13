import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// The CPU backend: pure Swift, vectorised for the processor at hand, on as many threads as asked.
///
/// Launches run at once on the calling thread and the workers, so `run` returns when the work is
/// done and `synchronize` has nothing to wait for. Any thread may call; plans run one after the other, since
/// each uses all workers and their scratch.
package final class CPUBackend: Backend, @unchecked Sendable {
    package let name = "cpu"
    package let device: DeviceInfo
    package let counters = BackendCounters()
    /// The kernels in use.
    package let table: CPUKernelTable
    let pool: ThreadPool
    /// Held by whoever runs or makes a plan or copies numbers; guards everything below.
    let lock = ReentrantLock()
    /// Scratch of all threads in one block, and the workspace of the launch that is running.
    private var own: HostMemory
    private var shared: HostMemory
    private var ownStride = 0

    /// - Parameters:
    ///   - threads: Threads to use; nil takes `KERATIN_THREADS`, else one for each processor that is allowed.
    ///   - variant: The kernels to use; nil takes `KERATIN_CPU`, else the best for the processor.
    /// - Throws: `BackendError` if the thread count or the variant is unknown or not to be had.
    package init(threads: Int? = nil, variant: KernelVariant? = nil) throws {
        table = try (variant ?? KernelVariant.chosen()).makeTable()
        let count = try threads ?? Self.threadCount()
        guard count >= 1, count <= 1024 else {
            throw BackendError.invalidArgument("\(count) threads asked for, expected 1 to 1024")
        }
        pool = try ThreadPool(count: count)
        own = try HostMemory(byteCount: 0, counters: counters)
        shared = try HostMemory(byteCount: 0, counters: counters)
        device = DeviceInfo(
            name: Self.processorName(), kind: .cpu, platform: "Keratin CPU, \(table.name) kernels",
            driver: Self.describe(count), computeUnits: count,
            memoryBytes: MemoryStatus.physicalBytes,
            largestAllocationBytes: MemoryStatus.physicalBytes)
    }

    /// The threads, and whether they are more than there are processors for.
    private static func describe(_ count: Int) -> String {
        let allowed = AllowedProcessors.count
        return count > allowed
            ? "\(count) threads, more than the \(allowed) processors that are allowed"
            : "\(count) threads"
    }

    private static func threadCount() throws -> Int {
        guard let word = environment("KERATIN_THREADS") else {
            return AllowedProcessors.count
        }
        guard let count = Int(word), count >= 1 else {
            throw BackendError.invalidArgument(
                "KERATIN_THREADS is '\(word)', expected a number of threads")
        }
        return count
    }

    private static func processorName() -> String {
        guard let file = fopen("/proc/cpuinfo", "r") else { return "CPU" }
        defer { fclose(file) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { line in
            guard let start = line.baseAddress else { return "CPU" }
            while fgets(start, 512, file) != nil {
                if strncmp(start, "model name", 10) == 0, let colon = strchr(start, 58) {
                    let text = String(cString: colon + 1)
                    return String(text.drop { $0 == " " }.prefix { $0 != "\n" })
                }
            }
            return "CPU"
        }
    }

    package func supports(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Bool {
        switch operation {
        case .primitive: true
        case .fused(let fused): hasKernel(fused)
        }
    }

    /// Launches of a plan run one after another and share scratch that belongs to the backend, so a
    /// launch needs no workspace of its own.
    package func workspaceBytes(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Int { 0 }

    package func allocate(byteCount: Int) throws -> any DeviceBuffer {
        try HostMemory(byteCount: byteCount, counters: counters)
    }

    private func memory(_ slice: BufferSlice, _ count: Int) throws -> UnsafeMutableRawPointer {
        try Argument(TensorType([count], .uint8), slice).pointer()
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws {
        let target = try memory(slice, bytes.count)
        guard let source = bytes.baseAddress else { return }
        lock.withLock { _ = memcpy(target, source, bytes.count) }
    }

    package func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws {
        let source = try memory(slice, bytes.count)
        if let target = bytes.baseAddress {
            lock.withLock { _ = memcpy(target, source, bytes.count) }
        }
        counters.addWait()
    }

    package func fill(
        _ slice: BufferSlice, byteCount: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let target = try memory(slice, byteCount)
        try lock.withLock {
            try body(UnsafeMutableRawBufferPointer(start: target, count: byteCount))
        }
    }

    package func copy(_ source: BufferSlice, to target: BufferSlice, byteCount: Int) throws {
        let (from, to) = (try memory(source, byteCount), try memory(target, byteCount))
        lock.withLock { _ = memcpy(to, from, byteCount) }
    }

    package func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan {
        let plan = try lock.withLock { try CPUPlan(steps, backend: self) }
        counters.addPlan()
        return plan
    }

    package func synchronize() throws { counters.addWait() }

    /// Makes the scratch large enough for a plan.
    func reserve(ownBytes: Int, sharedBytes: Int) throws {
        if ownBytes > ownStride {
            let stride = (ownBytes + 4095) & ~4095
            own = try HostMemory(
                byteCount: stride * pool.count, counters: counters, context: "scratch of threads")
            ownStride = stride
        }
        if sharedBytes > shared.byteCount {
            shared = try HostMemory(
                byteCount: sharedBytes, counters: counters, context: "workspace of kernels")
        }
    }

    func run(_ phase: Phase) {
        if phase.tasks == 1 || pool.count == 1 || phase.cost < Phase.parallelCost {
            let memory = TaskMemory(own: own.base, shared: shared.base)
            for task in 0..<phase.tasks { phase.body(task, memory) }
        } else {
            current = phase.body
            pool.run(tasks: phase.tasks, share)
        }
    }

    private var current: Phase.Body?
    /// Made once, so that a parallel phase allocates nothing.
    private lazy var share: ThreadPool.Job = { [unowned self] task, worker in
        current?(task, TaskMemory(own: own.base + worker * ownStride, shared: shared.base))
    }
}
