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

    /// Takes the signals while a body runs; those that the tool was started to ignore, as `nohup` and background jobs have
    /// it, stay ignored.
    static func watch<Result>(_ body: () throws -> Result) rethrows -> Result {
        // Made here, since the handler must not be the first to use it.
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            let isIgnored = unsafeBitCast(install(number, SIG_IGN), to: Int.self) == ignored
            if !isIgnored { install(number) { Interruption.note($0) } }
        }
        defer { restore() }
        return try body()
    }

    /// The signals do again what they do in any program.
    private static func restore() {
        for number in [SIGINT, SIGTERM] {
            if unsafeBitCast(install(number, SIG_DFL), to: Int.self) == ignored {
                install(number, SIG_IGN)
            }
        }
    }

    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)

    /// Nothing but what a handler of signals may do: atomics, `signal` and `write`.
    private static func note(_ number: Int32) {
        received.store(number, ordering: .relaxed)
        restore()
        let text: StaticString =
            "\nkeratin: the step ends and the model is saved; once more Ctrl-C ends at once\n"
        _ = systemWrite(2, text.utf8Start, text.utf8CodeUnitCount)
    }
}

// The system's calls, whose names the type's members hide.
@discardableResult
private func install(
    _ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?
) -> (@convention(c) (Int32) -> Void)? {
    signal(number, handler)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
