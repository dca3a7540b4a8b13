import Synchronization

/// Counts of what a backend did, for tests that gate on them. They only grow, but for `liveBytes`.
public final class BackendCounters: Sendable {
    private let launchCount = Atomic<Int>(0)
    private let allocationCount = Atomic<Int>(0)
    private let waitCount = Atomic<Int>(0)
    private let planCount = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)

    /// All counts begin at zero.
    public init() {}

    /// Kernels issued.
    public var launches: Int { launchCount.load(ordering: .relaxed) }
    /// Device buffers allocated.
    public var allocations: Int { allocationCount.load(ordering: .relaxed) }
    /// Times the host waited for the device.
    public var waits: Int { waitCount.load(ordering: .relaxed) }
    /// Plans made.
    public var plans: Int { planCount.load(ordering: .relaxed) }
    /// Bytes in device buffers that are alive.
    public var liveBytes: Int { bytes.load(ordering: .relaxed) }

    /// Counts kernels that were issued.
    public func addLaunches(_ count: Int) { launchCount.add(count, ordering: .relaxed) }
    /// Counts one wait of the host for the device.
    public func addWait() { waitCount.add(1, ordering: .relaxed) }
    /// Counts one plan that was made.
    public func addPlan() { planCount.add(1, ordering: .relaxed) }
    /// Counts one device buffer of `count` bytes; `removeAllocation` takes its bytes off again.
    public func addAllocation(bytes count: Int) {
        allocationCount.add(1, ordering: .relaxed)
        bytes.add(count, ordering: .relaxed)
    }
    /// Takes a freed buffer's bytes off `liveBytes`.
    public func removeAllocation(bytes count: Int) { bytes.subtract(count, ordering: .relaxed) }
}
