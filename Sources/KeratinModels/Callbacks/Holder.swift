/// A callback that holds files or locks open in the course of a run.
package protocol Holder: Callback {
    /// The run is over: it came to its end, was broken off, or failed.
    func letGo()
}

extension [Callback] {
    /// Nobody holds anything any more.
    func letGo() {
        for case let holder as any Holder in self { holder.letGo() }
    }
}
