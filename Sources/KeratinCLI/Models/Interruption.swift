import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C, and the signal that ends programs: the first one ends a training behind its step, a second one the tool at once.
enum Interruption {
    private static let received = Atomic<Int32>(0)

    /// The signal that came; nil if none has.
    static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Takes the signals while a body runs.
    static func watch<Result>(_ body: () throws -> Result) rethrows -> Result {
        // Made here, since the handler must not be the first to use it.
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] { install(number) { Interruption.note($0) } }
        defer { for number in [SIGINT, SIGTERM] { install(number, SIG_DFL) } }
        return try body()
    }

    /// Nothing but what a handler of signals may do: atomics, `signal` and `write`.
    private static func note(_ number: Int32) {
        received.store(number, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] { install(number, SIG_DFL) }
        let text: StaticString =
            "\nkeratin: the step ends and the model is saved; once more Ctrl-C ends at once\n"
        _ = systemWrite(2, text.utf8Start, text.utf8CodeUnitCount)
    }
}

// The system's calls, whose names the type's members hide.
private func install(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
    _ = signal(number, handler)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
