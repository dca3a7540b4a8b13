import ArgumentParser
import Keratin
import KeratinTooling

import func KeratinCore.editDistance

/// The `keratin` tool.
@main
struct KeratinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keratin",
        abstract: "Keras for Swift: trains and runs networks on OpenCL devices or on the CPU.",
        discussion: examples(
            "keratin demo digits-cnn --backend all",
            "keratin summary model.keras",
            "keratin predict model.keras -x x.csv -o y.csv",
            "keratin --generate-completion-script bash > keratin.bash"
        ),
        version: Keratin.version,
        subcommands: [
            SummaryCommand.self, PredictCommand.self, EvaluateCommand.self, TrainCommand.self,
            ClassifyCommand.self, PlotCommand.self, ConvertCommand.self, InspectCommand.self,
            ApplicationCommand.self,
            DevicesCommand.self, DemoCommand.self,
        ])

    static func main() {
        let arguments = CommandLine.arguments
        // The tool reads weights in a process of its own, which is this program again.
        if arguments.dropFirst().first == HDF5Process.argument {
            return HDF5Process.answer(arguments.dropFirst(2))
        }
        requireKnownCommand(arguments)
        let process = HDF5Process(program: "/proc/self/exe")
        // The model's weights are read while the arguments are understood.
        if arguments.count > 2,
            [".keras", ".h5", ".hdf5"].contains(where: { arguments[2].hasSuffix($0) })
        {
            switch arguments[1] {
            case "predict", "plot": process.expect(arguments[2], .model)
            case "evaluate", "train", "summary": process.expect(arguments[2], .all)
            default: break
            }
        }
        do {
            var command = try parseAsRoot()
            try WeightsFile.$process.withValue(process) { try command.run() }
        } catch let error as KeratinError {
            fail(error.description)
        } catch let error as BackendError {
            fail(error.description)
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            // Help, the version and scripts of completion are no mistakes.
            if exitCode(for: error).isSuccess { exit(withError: error) }
            let lines = message(for: error).split(separator: "\n")
            failUsage("\(lines.first ?? "the command cannot be understood")", arguments)
        }
    }

    private static var commandNames: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// Ends the tool if the first word is no command.
    private static func requireKnownCommand(_ arguments: [String]) {
        guard arguments.count > 1, !arguments[1].hasPrefix("-"),
            !commandNames.contains(arguments[1])
        else { return }
        let word = arguments[1]
        let nearest = commandNames.map { ($0, editDistance(word.lowercased(), $0)) }
            .min { $0.1 < $1.1 }
        if let nearest, nearest.1 <= max(2, word.count / 3) {
            failUsage(
                "there is no command '\(word)'; did you mean '\(nearest.0)'?", ["", nearest.0])
        }
        failUsage(
            "there is no command '\(word)'. Commands: \(commandNames.joined(separator: ", "))", [])
    }

    /// One line on standard error, and a code that is not 0.
    private static func fail(_ text: String, code: ExitCode = ExitCode(1)) -> Never {
        writeError("keratin: error: \(text)")
        exit(withError: code)
    }

    /// A command line that cannot be understood: the help page that tells more, and the code 64 that sysexits.h has for it.
    private static func failUsage(_ text: String, _ arguments: [String]) -> Never {
        let command = arguments.dropFirst().first { commandNames.contains($0) && $0 != "help" }
        let page = (["keratin"] + [command].compactMap { $0 }).joined(separator: " ")
        let end = text.hasSuffix(".") || text.hasSuffix("?") ? " See" : "; see"
        fail("\(text)\(end) \(page) --help", code: .validationFailure)
    }
}
