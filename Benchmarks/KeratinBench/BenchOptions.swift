import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes a whole number that is not less than `least`.
func atLeast(_ least: Int) -> @Sendable (String) throws -> Int {
    { text in
        guard let number = Int(text), number >= least else {
            throw ValidationError("must be a whole number from \(least) on")
        }
        return number
    }
}

/// What every measurement takes.
struct BenchOptions: ParsableArguments {
    @Option(help: "cpu, opencl, a device of it such as opencl:1, or all.")
    var backend = "all"

    @Option(help: "The device of opencl: its number in `keratin devices`, or a part of its name.")
    var device: String?

    @Option(
        help: "Threads of the cpu backend and of PoCL; else as many as there are processors.",
        transform: atLeast(1))
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "Runs that the median is taken of.", transform: atLeast(1))
    var repeats = 5

    /// The backends to measure, opened.
    func backends() throws -> [any Backend] {
        if let threads { try Self.use(threads: threads) }
        return try backendNames().map { try BackendCatalog.backend(named: $0) }
    }

    /// Their names, with the device that was asked for.
    func backendNames() throws -> [String] {
        let names = backend == "all" ? ["cpu", "opencl"] : [backend]
        guard let device else { return names }
        guard names.contains("opencl") else {
            throw ValidationError("--device chooses a device of opencl, not of '\(backend)'")
        }
        return names.map { $0 == "opencl" ? "opencl:\(device)" : $0 }
    }

    /// Before a backend is opened: PoCL reads its limit when its library is.
    private static func use(threads: Int) throws {
        try setThreads(threads)
        // Up to PoCL 3.1, and from PoCL 4 on.
        for name in ["POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT"] {
            setenv(name, String(threads), 1)
        }
    }

    /// Prints rows as a table or as JSON.
    func report<Row: Encodable>(_ rows: [Row], _ header: [String], _ cells: (Row) -> [String])
        throws
    {
        print(json ? try encodeJSON(rows) : table([header] + rows.map(cells)))
    }
}
