#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes the warnings of a task in place of standard error.
package final class WarningCollector: Sendable {
    @TaskLocal package static var current: WarningCollector?

    private let collected = Locked<[String]>([])

    package init() {}

    package var texts: [String] { collected.withLock { $0 } }

    fileprivate func add(_ text: String) { collected.withLock { $0.append(text) } }
}

/// What `warnOnce` has said in this process.
private let said = Locked<Set<String>>([])

/// Warns, unless the same was said before: what is said of something that is recorded or compiled again and again.
package func warnOnce(_ text: String) {
    if let collector = WarningCollector.current {
        if !collector.texts.contains(text) { warn(text) }
    } else if said.withLock({ $0.insert(text).inserted }) {
        warn(text)
    }
}

/// Writes one line to standard error.
package func warn(_ text: String) {
    if let collector = WarningCollector.current { return collector.add(text) }
    let bytes = Array("keratin: warning: \(text)\n".utf8)
    // A warning that cannot be written is not worth failing for.
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
