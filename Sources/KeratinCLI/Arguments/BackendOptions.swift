import ArgumentParser
import Keratin
import KeratinTensor
import KeratinTooling

/// Where a command runs.
struct BackendOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help:
            "cpu, opencl, or a device such as opencl:1. Default: as for a program (see keratin devices).",
        completion: .list(BackendCatalog.names))
    var backend: String?

    func run(_ body: () throws -> Void) throws {
        guard let backend else { return try body() }
        try requireBackend(backend)
        try withBackend(BackendChoice(backend), body)
    }
}
