import Foundation
import Keratin
import KeratinCore
import Testing

/// Models that begin with a layer of texts: trained on texts, saved and loaded with their vocabulary.
@Suite("Models of texts", .serialized) struct TextModelTests {
    private let texts = ["good film", "bad film", "good good", "bad bad film", "so good", "so bad"]
    private let y = Tensor([1.0, 0, 1, 0, 1, 0], shape: [6, 1])

    private func model(_ mode: OutputMode = .int, length: Int? = 3) throws -> Sequential {
        let vectorize = TextVectorization(outputMode: mode, outputSequenceLength: length)
        try vectorize.adapt(texts)
        let size = try #require(vectorize.vocabularySize)
        var layers: [Layer] = [vectorize]
        if mode == .int {
            layers += [Embedding(size, 4, maskZero: true), GlobalAveragePooling1D()]
        }
        return try Sequential(layers + [Dense(1, activation: .sigmoid)])
    }

    @Test("Trained, saved and loaded", arguments: Backends.names, [OutputMode.int, .count, .tfIDF])
    func files(_ backend: String, _ mode: OutputMode) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try model(mode, length: mode == .int ? 3 : nil)
            try model.compile(
                optimizer: .adam(learningRate: 0.1), loss: "binary_crossentropy",
                metrics: ["accuracy"])
            try model.fit(texts, y, epochs: 30, verbose: 0, validationData: (texts, y))
            #expect(try model.evaluate(texts, y, verbose: 0)["accuracy"] == 1)
            let answers = try model.predict(["good", "bad", "unheard of"])
            #expect(try answers.floats()[0] > answers.floats()[1])
            let path = FileManager.default.temporaryDirectory
                .appendingPathComponent("texts-\(UUID().uuidString).keras").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try model.save(path)
            let again = try loadModel(path)
            #expect(
                try again.predict(["good", "bad", "unheard of"]).floats() == answers.floats())
            #expect(again.layers.count == model.layers.count)
            #expect(again.summaryText().contains("TextVectorization"))
            if mode == .int { #expect(again.summaryText().contains("(None, 3)")) }
            try again.fit(texts, y, verbose: 0)
            let clone = try cloneModel(model)
            try clone.setWeights(model.getWeights())
            #expect(try clone.predict(texts) == model.predict(texts))
        }
    }

    private struct Golden: Decodable {
        let file: Data
        let texts: [String]
        let answers: [Float]
    }

    @Test(
        "Files of Keras, whose vocabulary lies beside the configuration", arguments: Backends.names)
    func filesOfKeras(_ backend: String) throws {
        let path = try #require(
            Bundle.module.path(forResource: "texts", ofType: "json", inDirectory: "Fixtures"))
        let goldens = try JSONDecoder().decode(
            [Golden].self, from: Data(contentsOf: URL(filePath: path)))
        #expect(goldens.count == 2)
        for golden in goldens {
            let file = FileManager.default.temporaryDirectory
                .appendingPathComponent("texts-\(UUID().uuidString).keras")
            defer { try? FileManager.default.removeItem(at: file) }
            try golden.file.write(to: file)
            try withBackend(BackendChoice(backend)) {
                let model = try loadModel(file)
                let answers = try model.predict(golden.texts).floats()
                for (got, want) in zip(answers, golden.answers) { #expect(abs(got - want) < 1e-6) }
                #expect(answers.count == golden.answers.count)
            }
        }
    }

    @Test("What is wrong is said") func mistakes() throws {
        try withBackend(.cpu) {
            func message(_ body: () throws -> Void) -> String {
                do { try body() } catch { return "\(error)" }
                return ""
            }
            let plain = try Sequential([Input(shape: [2]), Dense(1)])
            #expect(message { _ = try plain.predict(["a"]) }.contains("takes numbers, not texts"))
            #expect(
                message { _ = try Sequential([Input(shape: [2]), TextVectorization()]) }
                    .contains("first layer"))
            #expect(
                message { _ = try Sequential([TextVectorization(outputMode: .count)]) }
                    .contains("no vocabulary yet"))
            #expect(
                message { _ = try Sequential([TextVectorization(maxTokens: 0)]) }
                    .contains("maxTokens"))
            let vectorize = TextVectorization()
            let model = try Sequential([vectorize, Embedding(9, 2)])
            #expect(message { _ = try model.predict(["a"]) }.contains("no vocabulary yet"))
            #expect(message { try vectorize(Tensor([1.0])).check() }.contains("takes texts"))
            try vectorize.adapt(["a b", "b"])
            #expect(try model.predict(["b c"]).shape == [1, 2, 2])
        }
    }
}
