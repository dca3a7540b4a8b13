import ArgumentParser

/// Commands of earlier versions: they say what replaced them.
enum ReplacedCommand {
    struct Matmul: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "matmul", shouldDisplay: false)
        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
        func run() throws { try replaced("matmul", by: "kernels --filter matmul") }
    }

    struct Attention: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attention", shouldDisplay: false)
        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
        func run() throws { try replaced("attention", by: "kernels --filter attention") }
    }

    struct Workload: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "workload", shouldDisplay: false)
        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
        func run() throws { try replaced("workload", by: "models --filter imdb") }
    }

    private static func replaced(_ name: String, by command: String) throws {
        throw ValidationError("'\(name)' is now a part of `keratin-bench \(command)`")
    }
}
