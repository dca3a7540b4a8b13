import Foundation
import Keratin
import Testing

/// The `keratin` tool as a user meets it: a process with arguments, an environment and an exit code.
@Suite(.serialized) struct ToolTests {
    private struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    /// Runs the tool that was built with the tests.
    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("keratin")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { $1 }
        // Files, since a full pipe would stop the tool while the other one is read.
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("keratin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["output", "errors"].map { folder.appendingPathComponent($0) }
        for file in files {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test func devicesAreListed() throws {
        let outcome = try run(["devices", "--json"])
        #expect(outcome.code == 0)
        let listing = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let devices = try #require(listing["devices"] as? [[String: Any]])
        #expect(devices.contains { $0["backend"] as? String == "cpu" })
        #expect(listing["chosen_backend"] is String)
        #expect(try run(["devices"]).output.contains("chosen: "))
    }

    @Test func aDemoWritesItsResults() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("keratin-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try run([
            "demo", "moons", "--backend", "cpu", "--epochs", "3", "--seed", "5", "--threads", "1",
            "--output", file.path,
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Epoch 3/3"))
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let results = try #require(report["results"] as? [[String: Any]])
        #expect(results.count == 1)
        #expect(results[0]["backend"] as? String == "cpu")
        #expect(results[0]["test_accuracy"] is Double)
        #expect(results[0]["seconds_per_epoch"] is Double)
        let history = try #require(results[0]["history"] as? [String: [Double]])
        #expect(history.keys.sorted() == ["accuracy", "loss", "val_accuracy", "val_loss"])
        #expect(history["loss"]?.count == 3)
    }

    @Test(
        .enabled(
            if: AirlinePassengers.isPresent, "set KERATIN_DATASETS to a folder with timeseries/"))
    func aForecastIsDrawnAndJudged() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("keratin-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try run([
            "demo", "airline", "--backend", "cpu", "--epochs", "2", "--output", file.path,
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("622 ┤"))
        #expect(outcome.output.contains("test RMSE"))
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let result = try #require((report["results"] as? [[String: Any]])?.first)
        #expect(result["train_rmse"] is Double)
        #expect(result["test_rmse"] is Double)
        #expect((result["history"] as? [String: [Double]])?["val_loss"]?.count == 2)
    }

    @Test func aSeedRepeats() throws {
        let arguments = [
            "demo", "moons", "--backend", "cpu", "--epochs", "2", "--seed", "9", "--verbose", "2",
        ]
        func losses(_ outcome: Outcome) -> [Substring] {
            outcome.output.split(separator: "\n").compactMap {
                $0.split(separator: "loss: ").dropFirst().first
            }
        }
        let (one, two) = (
            losses(try run(arguments)), losses(try run(arguments + ["--threads", "1"]))
        )
        #expect(!one.isEmpty)
        #expect(one == two)
    }

    @Test(arguments: [
        (["demo", "mons"], "did you mean 'moons'"),
        (["demo", "moons", "--optimizer", "adma"], "did you mean 'adam'"),
        (["demo", "moons", "--backend", "cuda"], "unknown backend 'cuda'"),
        (["demo", "moons", "--epochs", "0"], "--epochs"),
        (["demo", "moons", "--backend", "cpu", "--threads", "0"], "--threads"),
    ])
    func mistakesAreOneWordedLine(_ arguments: [String], _ words: String) throws {
        let outcome = try run(arguments)
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func aMissingRuntimeSaysHowToInstallOne() throws {
        let without = ["KERATIN_OPENCL_LIBRARY": "/nonexistent/libOpenCL.so"]
        let outcome = try run(["demo", "moons", "--backend", "opencl"], without)
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains("install"), "\(outcome.errors)")
        // Nobody asked for it here, so the CPU backend serves.
        #expect(try run(["devices"], without).output.contains("chosen: cpu"))
        #expect(try run(["demo", "moons", "--epochs", "1"], without).code == 0)
    }

    /// PoCL can show the processor as two devices. Both have a backend of their own in one process, and so has the CPU.
    @Test func severalDevicesInOneProcess() throws {
        let two = ["POCL_DEVICES": "pthread basic"]
        let listing = try run(["devices"], two).output
        guard listing.contains("opencl:1: ") else { return }
        let outcome = try run(
            ["demo", "moons", "--backend", "all", "--epochs", "1", "--verbose", "0"], two)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let names = ["opencl ", "opencl:", "cpu "].map { name in
            lines.filter { $0.hasPrefix(name) }.count
        }
        #expect(names == [1, 1, 1], "\(outcome.output)")
        #expect(lines.filter { $0.contains("100.00 %") }.count == 2, "\(outcome.output)")
        let missing = try run(["demo", "moons", "--backend", "opencl:7"], two)
        #expect(missing.code != 0 && missing.errors.contains("asks for device 7, which is out"))
    }

    @Test func anUnknownVariantIsAnError() throws {
        let outcome = try run(["demo", "moons", "--backend", "cpu"], ["KERATIN_CPU": "sse9"])
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains("sse9"))
    }

    @Test func aProfileNamesKernels() throws {
        let outcome = try run(
            ["demo", "moons", "--backend", "cpu", "--epochs", "1"], ["KERATIN_PROFILE": "1"])
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("GFLOP/s"))
        #expect(outcome.errors.contains("linear"), "\(outcome.errors)")
    }

    @Test func aDumpShowsProgramAndPlan() throws {
        let outcome = try run(
            ["demo", "moons", "--backend", "cpu", "--epochs", "1"], ["KERATIN_DUMP": "program,plan"]
        )
        #expect(outcome.errors.contains("program("))
        #expect(outcome.errors.contains("scratch "))
    }

    @Test(arguments: ["mnist-mlp", "imdb-lstm", "shakespeare", "airline"])
    func aMissingDataSetSaysWhereItWasLookedFor(_ demo: String) throws {
        let empty = FileManager.default.temporaryDirectory.path + "/keratin-none"
        let outcome = try run(
            ["demo", demo, "--backend", "cpu"],
            ["KERATIN_DATASETS": empty, "HOME": empty, "PATH": "/nonexistent"])
        #expect(outcome.code != 0)
        #expect(
            outcome.errors.contains("curl") || outcome.errors.contains("KERATIN_DATASETS"),
            "\(outcome.errors)")
    }
}
