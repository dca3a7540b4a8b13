/// A value that one thread at a time may use.
///
/// Its lock is the system's, which the thread sanitizer knows; the standard library's `Mutex` it does not, and reports
/// races where there are none.
package final class Locked<Value>: @unchecked Sendable {
    // Unchecked: `value` is used only while `lock` is held.
    private let lock = ReentrantLock()
    private var value: Value

    package init(_ value: sending Value) { self.value = value }

    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock.withLock { () throws(Failure) in try body(&value) }
    }
}
