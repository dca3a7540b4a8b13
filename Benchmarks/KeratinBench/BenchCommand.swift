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
            RooflineCommand.self, KernelsCommand.self, ModelsCommand.self, CompareCommand.self,
            ProfileCommand.self, ScalingCommand.self, TuneCommand.self, StepCommand.self,
            CompileCommand.self,
            ImmediateCommand.self, ResumeCommand.self, EnduranceCommand.self, FeedingCommand.self,
            ConformanceCommand.self, MutateCommand.self, ImagesCommand.self,
            ReplacedCommand.Matmul.self, ReplacedCommand.Attention.self,
            ReplacedCommand.Workload.self, WorkerCommand.self,
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
