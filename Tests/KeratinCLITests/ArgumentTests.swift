import Foundation
import Keratin
import Testing

/// Numbers that make no sense: refused where Keras refuses them, warned of where it trains on.
@Suite("Numbers in arguments", .serialized) struct ArgumentTests {
    private func prepared() throws -> Tool {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        let (x, y) = try samples(12)
        _ = try (tool.write(x, "x.npy"), tool.write(y, "y.npy"))
        return tool
    }

    private func train(_ tool: Tool, _ more: String...) throws -> Tool.Outcome {
        try tool.run(
            [
                "train", "m.keras", "--x", "x.npy", "--y", "y.npy", "--output", "o.keras",
                "--backend", "cpu",
            ]
                + more)
    }

    @Test func trainedOnWithAWarning() throws {
        let tool = try prepared()
        let cases: [([String], String)] = [
            (["--verbose", "9"], "verbose should be 0 (silent)"),
            (["--verbose=-1"], "verbose should be 0 (silent)"),
        ]
        for (arguments, warning) in cases {
            let outcome = try tool.run(
                ["train", "m.keras", "--x", "x.npy", "--y", "y.npy", "--output", "o.keras"]
                    + ["--backend", "cpu"] + arguments)
            #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
            #expect(outcome.errorLines.isEmpty, "\(outcome.errors)")
            #expect(outcome.errors.contains("keratin: warning: \(warning)"), "\(outcome.errors)")
        }
        for rate in ["-0.1", "nan", "inf"] {
            let outcome = try train(tool, "--learning-rate=\(rate)")
            #expect(outcome.code == 1, "\(outcome.errors)")
            #expect(
                outcome.errorLines.count == 1
                    && outcome.errors.contains("a finite number ≥ 0, and was set to \(rate)"),
                "\(outcome.errors)")
        }
        #expect(try train(tool, "--learning-rate", "0", "--verbose", "0").errors.isEmpty)
        let demo = try tool("demo", "moons", "--backend", "cpu", "--epochs", "1", "--verbose", "9")
        #expect(demo.code == 0 && demo.errors.contains("verbose should be"), "\(demo.errors)")
    }

    @Test func refused() throws {
        let tool = try prepared()
        for value in ["nan", "inf", "1e300", "1", "1.5", "-0.5"] {
            let outcome = try tool.run(
                ["train", "m.keras", "--x", "x.npy", "--y", "y.npy", "--output", "o.keras"]
                    + ["--backend", "cpu", "--validation-split=\(value)"])
            expectFailure(outcome, "cannot be split")
        }
        expectFailure(try train(tool, "--batch-size", "0"), "batchSize must be positive")
        expectFailure(try train(tool, "--batch-size=-3"), "batchSize must be positive")
        expectFailure(try train(tool, "--epochs=-1"), "epochs must be ≥ 0, got -1")
        expectFailure(try train(tool, "--epochs", "1.5"), "1.5", code: 64)
        #expect(try tool.listing().contains("o.keras") == false)
    }

    @Test func batchesLargerThanAllData() throws {
        let tool = try prepared()
        let size = "\(Int.max)"
        #expect(try train(tool, "--batch-size", size, "--verbose", "0").errors.isEmpty)
        let evaluation = try tool(
            "evaluate", "m.keras", "--x", "x.npy", "--y", "y.npy", "--batch-size", size,
            "--backend",
            "cpu")
        #expect(evaluation.code == 0 && evaluation.errors.isEmpty, "\(evaluation.errors)")
        let prediction = try tool(
            "predict", "m.keras", "--x", "x.npy", "--output", "p.npy", "--batch-size", size,
            "--backend", "cpu")
        #expect(prediction.code == 0 && prediction.errors.isEmpty, "\(prediction.errors)")
        #expect(try tool.read("p.npy").shape == [12, 3])
    }
}
