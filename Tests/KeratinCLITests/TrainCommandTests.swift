import Foundation
import Keratin
import KeratinIO
import Testing

@Suite("keratin train", .serialized) struct TrainCommandTests {
    private func prepared(_ count: Int = 12) throws -> Tool {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        try smallClassifier().save(tool.path("plain.keras"))
        let (x, y) = try samples(count)
        _ = try (tool.write(x, "x.npy"), tool.write(y, "y.npy"))
        return tool
    }

    private let data = ["--x", "x.npy", "--y", "y.npy", "--backend", "cpu"]

    private func history(_ tool: Tool, _ name: String = "h.json") throws -> [String: [Double]] {
        let value = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: tool.path(name))))
        return try #require(value as? [String: [Double]])
    }

    private func train(_ tool: Tool, _ more: [String], model: String = "m.keras") throws
        -> [String: [Double]]
    {
        let outcome = try tool.run(
            ["train", model, "--output", "out.keras", "--history", "h.json", "--verbose", "0"]
                + data + more)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(outcome.output)")
        return try history(tool)
    }

    @Test func aHistoryHasKerasKeysAndTheModelGoesOn() throws {
        let tool = try prepared()
        let figures = try train(tool, ["--epochs", "4", "--batch-size", "5", "--no-shuffle"])
        #expect(figures.keys.sorted() == ["accuracy", "loss"])
        let (x, y) = try samples(12)
        try withBackend(.cpu) {
            let model = try loadModel(tool.path("m.keras"))
            let expected = try model.fit(
                x, y, batchSize: 5, epochs: 4, verbose: 0, shuffle: false)
            for (key, values) in expected.history {
                // Foundation reads decimal numbers with an error in the last place.
                let same = zip(figures[key] ?? [], values).allSatisfy { abs($0 - $1) < 1e-12 }
                #expect(same && figures[key]?.count == 4, "\(key): \(figures) \(values)")
            }
            let trained = try loadModel(tool.path("out.keras"))
            #expect(try trained.getWeights() == model.getWeights())
        }
        // Twice two epochs, over a file, are four.
        _ = try train(tool, ["--epochs", "2", "--batch-size", "5", "--no-shuffle"])
        let rest = try tool.run(
            ["train", "out.keras", "--output", "end.keras", "--history", "h.json"] + data
                + ["--epochs", "2", "--batch-size", "5", "--no-shuffle", "--verbose", "0"])
        #expect(rest.code == 0, "\(rest.errors)")
        #expect(try history(tool)["loss"] == Array((figures["loss"] ?? []).suffix(2)))
    }

    @Test func aSeedRepeatsAShuffledRun() throws {
        let tool = try prepared(30)
        let options = ["--epochs", "3", "--batch-size", "4"]
        let one = try train(tool, options + ["--seed", "5"])
        let bytes = try FileAccess.read(tool.path("out.keras"))
        #expect(try train(tool, options + ["--seed", "5"]) == one)
        #expect(try FileAccess.read(tool.path("out.keras")) == bytes)
        #expect(try train(tool, options + ["--seed", "6"]) != one)
    }

    @Test func validationInBothForms() throws {
        let tool = try prepared()
        let split = try train(
            tool, ["--validation-split", "0.25", "--no-shuffle", "--epochs", "2"])
        #expect(split.keys.sorted() == ["accuracy", "loss", "val_accuracy", "val_loss"])
        // The same samples, given by hand.
        let (x, y) = try samples(12)
        _ = try (tool.write(x[0..<9], "x.npy"), tool.write(y[0..<9], "y.npy"))
        _ = try (tool.write(x[9..<12], "vx.npy"), tool.write(y[9..<12], "vy.npy"))
        let given = try train(
            tool,
            [
                "--validation-x", "features=vx.npy", "--validation-y", "vy.npy", "--no-shuffle",
                "--epochs", "2",
            ])
        #expect(given == split)
    }

    @Test func anUncompiledModelIsCompiledAsTold() throws {
        let tool = try prepared()
        let figures = try train(
            tool,
            [
                "--optimizer", "sgd", "--loss", "sparse_categorical_crossentropy",
                "--learning-rate",
                "0.5", "--epochs", "2", "--no-shuffle", "--metrics", "accuracy",
                "sparse_top_k_categorical_accuracy",
            ], model: "plain.keras")
        #expect(
            figures.keys.sorted() == ["accuracy", "loss", "sparse_top_k_categorical_accuracy"])
        let trained = try loadModel(tool.path("out.keras"))
        #expect(trained.optimizer?.name == "SGD" || trained.optimizer?.name == "sgd")
        #expect(abs((trained.learningRate ?? 0) - 0.5) < 1e-6)
    }

    @Test func aWeightOfZeroIsAsIfASampleWereNotThere() throws {
        let tool = try prepared()
        let weights = NDArray((0..<12).map { Float($0 % 2) }, shape: [12])
        _ = try tool.write(weights, "w.npy")
        let figures = try train(tool, ["--sample-weight", "w.npy", "--no-shuffle"])
        #expect(figures.keys.sorted() == ["accuracy", "loss"])
        #expect((figures["loss"]?.first).map { $0.isFinite } == true)
    }

    @Test func progressGoesToStandardOutput() throws {
        let tool = try prepared()
        let outcome = try tool.run(
            ["train", "m.keras", "--output", "out.keras", "--epochs", "2", "--verbose", "2"] + data)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.contains("Epoch 2/2") && outcome.output.contains("loss: "))
    }

    @Test func mistakesAreWordedAndWriteNothing() throws {
        let tool = try prepared()
        _ = try tool.write(drawn([12, 9]), "wide.npy")
        let before = try tool.listing()
        func failure(_ arguments: [String], _ words: String, model: String = "m.keras") throws {
            let outcome = try tool.run(
                ["train", model, "--output", "out.keras", "--history", "h.json"] + data + arguments)
            expectFailure(outcome, words)
            #expect(try tool.listing() == before, "\(arguments)")
        }
        try failure([], "was saved without being compiled: say --loss", model: "plain.keras")
        try failure(["--optimizer", "adam"], "--loss", model: "plain.keras")
        try failure(["--metrics", "accuracy"], "--loss")
        try failure(["--loss", "mean_sqared_error"], "did you mean 'mean_squared_error'")
        try failure(["--loss", "mse", "--optimizer", "adma"], "did you mean 'adam'")
        try failure(["--loss", "mse", "--metrics", "acuracy"], "did you mean 'accuracy'")
        try failure(["--batch-size", "0"], "batch")
        try failure(["--epochs=-1"], "epochs")
        try failure(["--validation-split", "1.5"], "1.5")
        try failure(["--validation-split=-0.5"], "0.5")
        try failure(["--validation-x", "x.npy"], "--validation-x and --validation-y")
        try failure(["--validation-y", "y.npy"], "--validation-x and --validation-y")
        try failure(["--validation-x", "wide.npy", "--validation-y", "y.npy"], "(None, 4)")
        try failure(["--sample-weight", "wide.npy"], "[12, 9]")
        try failure([], "gone.keras", model: "gone.keras")
        for output in ["none/out.keras", "out.txt"] {
            let outcome = try tool.run(
                ["train", "m.keras", "--output", output, "--history", "h.json", "--verbose", "0"]
                    + data)
            expectFailure(outcome, output)
            #expect(try tool.listing() == before, "\(output)")
        }
    }
}
