import ArgumentParser
import Keratin
import KeratinTooling

/// The `keratin` tool.
@main
struct KeratinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keratin",
        abstract: "Keras for Swift: trains and runs networks on OpenCL devices or on the CPU.",
        version: Keratin.version,
        subcommands: [
            SummaryCommand.self, PredictCommand.self, EvaluateCommand.self, TrainCommand.self,
            ConvertCommand.self, InspectCommand.self, DevicesCommand.self, DemoCommand.self,
        ])

    static func main() {
        let arguments = CommandLine.arguments
        // The tool reads weights in a process of its own, which is this program again.
        if arguments.dropFirst().first == HDF5Process.argument {
            return HDF5Process.answer(arguments.dropFirst(2))
        }
        do {
            var command = try parseAsRoot()
            try WeightsFile.$process.withValue(HDF5Process(program: "/proc/self/exe")) {
                try command.run()
            }
        } catch let error as KeratinError {
            fail(error.description)
        } catch let error as BackendError {
            fail(error.description)
        } catch {
            // Help and the version are no mistakes.
            if exitCode(for: error).isSuccess { exit(withError: error) }
            let lines = message(for: error).split(separator: "\n")
            fail("\(lines.first ?? "the command cannot be understood"); see keratin help")
        }
    }

    /// One line on standard error, and a code that is not 0.
    private static func fail(_ text: String) -> Never {
        writeError("keratin: error: \(text)")
        exit(withError: ExitCode(1))
    }
}
