import Foundation
import Keratin
import Testing

/// The `keratin` tool that was built with the tests, as a process in a folder of its own.
final class Tool {
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
        /// What went to standard error besides warnings.
        var errorLines: [Substring] {
            errors.split(separator: "\n").filter { !$0.hasPrefix("keratin: warning: ") }
        }
    }

    static let program = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("keratin")

    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("keratin-\(UUID().uuidString)")
    private let texts: URL

    init() throws {
        texts = folder.appendingPathComponent(".texts")
        try FileManager.default.createDirectory(at: texts, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The names of the files in the folder.
    func listing() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Runs the tool in its folder. A run that takes longer than `seconds` is ended, and its code is -1.
    func callAsFunction(_ arguments: String..., seconds: Double = 120) throws -> Outcome {
        try run(arguments, seconds: seconds)
    }

    /// Runs a script of the shell in the folder instead; `$0` is the tool.
    func script(_ text: String, _ arguments: String..., seconds: Double = 120) throws -> Outcome {
        try run(
            ["-c", text, Tool.program.path] + arguments, seconds: seconds,
            program: URL(fileURLWithPath: "/bin/sh"))
    }

    func run(
        _ arguments: [String], _ environment: [String: String] = [:], seconds: Double = 120,
        program: URL = Tool.program
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files, since a full pipe would stop the tool while the other one is read.
        let files = ["output", "errors"].map { texts.appendingPathComponent($0) }
        for file in files {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        var code: Int32 = -1
        if ended.wait(timeout: .now() + seconds) == .success {
            // Signals are told apart from exit codes.
            code =
                process.terminationReason == .exit
                ? process.terminationStatus : 128 + process.terminationStatus
        } else {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
        }
        let contents = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(code: code, output: contents[0], errors: contents[1])
    }

    func write(_ array: NDArray, _ name: String) throws -> String {
        try array.save(path(name))
        return name
    }

    func read(_ name: String) throws -> NDArray { try NDArray(npy: path(name)) }
}

/// Checks that a run failed with one worded line that holds these words; the code of wrong command lines is 64.
func expectFailure(
    _ outcome: Tool.Outcome, _ words: String..., code: Int32 = 1,
    location: SourceLocation = #_sourceLocation
) {
    #expect(outcome.code == code, "\(outcome)", sourceLocation: location)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)", sourceLocation: location)
    #expect(
        outcome.errorLines.first?.hasPrefix("keratin: error: ") == true, "\(outcome.errors)",
        sourceLocation: location)
    for word in words {
        #expect(
            outcome.errors.contains(word), "\(word): \(outcome.errors)", sourceLocation: location)
    }
}

/// Numbers that look random and are the same each time.
func drawn(_ shape: Shape, seed: UInt64 = 1) throws -> NDArray {
    var state = seed
    let values = (0..<shape.count).map { _ -> Float in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 23) - 1
    }
    return NDArray(values, shape: shape)
}

/// A classifier of four numbers into three classes.
func smallClassifier() throws -> Sequential {
    RandomSeed.set(7)
    return try Sequential(name: "classifier") {
        Input(shape: [4], name: "features")
        Dense(6, activation: .tanh, name: "hidden")
        BatchNormalization(name: "norm")
        Dense(3, activation: .softmax, name: "head")
    }
}

func compiledClassifier() throws -> Sequential {
    let model = try smallClassifier()
    try model.compile(
        optimizer: .adam(learningRate: 0.01), loss: "sparse_categorical_crossentropy",
        metrics: ["accuracy"])
    return model
}

/// Samples and classes for it.
func samples(_ count: Int, seed: UInt64 = 1) throws -> (x: NDArray, y: NDArray) {
    let x = try drawn([count, 4], seed: seed)
    let classes = (0..<count).map { Int32($0 % 3) }
    return (x, NDArray(classes, shape: [count]))
}
