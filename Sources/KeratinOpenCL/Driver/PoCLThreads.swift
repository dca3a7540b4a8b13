import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// PoCL starts a thread for each processor of the machine, whatever affinity and quotas allow. It reads its limit from the
/// environment when its library is opened.
enum PoCLThreads {
    /// Up to PoCL 3.1, and from PoCL 4 on.
    static let names = ["POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT"]

    /// Tells PoCL how many threads to start, unless the user did or all processors are allowed.
    static func limit(allowed: Int, online: Int) {
        guard allowed < online, names.allSatisfy({ environment($0) == nil }) else { return }
        for name in names { setenv(name, String(allowed), 1) }
    }
}
