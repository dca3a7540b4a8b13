import COpenCL
import Synchronization

/// Counts the calls into a driver and makes one of them fail, for tests of what happens then.
package final class FaultInjector: Sendable {
    private let issued = Atomic<Int>(0)
    private let target = Atomic<Int>(-1)
    private let code: cl_int

    /// - Parameter status: what the failing call returns (default CL_OUT_OF_RESOURCES).
    package init(status: Int32 = -5) { code = status }

    /// Calls made so far.
    package var calls: Int { issued.load(ordering: .relaxed) }

    /// Lets the call after `count` more calls fail, once; nil: none.
    package func fail(after count: Int?) {
        target.store(count.map { calls + $0 } ?? -1, ordering: .relaxed)
    }

    /// The status with which the present call must fail; nil if it may go through.
    func next() -> cl_int? {
        let index = issued.add(1, ordering: .relaxed).oldValue
        return index == target.load(ordering: .relaxed) ? code : nil
    }
}

/// Objects of a driver that were created and not yet released.
package final class LiveObjects: Sendable {
    private let count = Atomic<Int>(0)
    /// How many there are.
    package var value: Int { count.load(ordering: .relaxed) }
    func add() { count.add(1, ordering: .relaxed) }
    func remove() { count.subtract(1, ordering: .relaxed) }
}
