import ArgumentParser
import Keratin
import KeratinCore
import KeratinIO
import KeratinTooling

/// `keratin-bench`: what a device can do, and what part of it the engine reaches.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keratin-bench",
        abstract: "Measures devices and the engine on them.",
        subcommands: [
            RooflineCommand.self, MatmulCommand.self, AttentionCommand.self, StepCommand.self,
            WorkloadCommand.self, CompileCommand.self, ImmediateCommand.self,
            ResumeCommand.self, EnduranceCommand.self, FeedingCommand.self, ConformanceCommand.self,
            MutateCommand.self, ImagesCommand.self,
        ])

    static func main() {
        // Files that may crash the HDF5 library are read in a process of their own, which is this program again.
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == HDF5Process.argument {
            return HDF5Process.answer(arguments.dropFirst(2))
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as KeratinError {
            fail(error.description)
        } catch let error as BackendError {
            fail(error.description)
        } catch {
            exit(withError: error)
        }
    }

    private static func fail(_ text: String) -> Never {
        writeError("keratin-bench: error: \(text)")
        exit(withError: ExitCode(1))
    }
}

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
    @Option(help: "cpu, opencl, or all.")
    var backend = "all"

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "Runs that the median is taken of.", transform: atLeast(1))
    var repeats = 5

    /// The backends to measure.
    func backends() throws -> [any Backend] {
        let names = backend == "all" ? ["cpu", "opencl"] : [backend]
        return try names.map { try BackendCatalog.backend(named: $0) }
    }

    /// Prints rows as a table or as JSON.
    func report<Row: Encodable>(_ rows: [Row], _ header: [String], _ cells: (Row) -> [String])
        throws
    {
        print(json ? try encodeJSON(rows) : table([header] + rows.map(cells)))
    }
}
