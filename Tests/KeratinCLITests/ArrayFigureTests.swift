import Foundation
import Keratin
import KeratinIO
import Testing

/// Metrics whose value is an array in Keras are lists in the tool's JSON, also of one number.
@Suite("Arrays of figures in JSON", .serialized) struct ArrayFigureTests {
    private func model(_ metrics: [Metric]) throws -> Sequential {
        let model = try Sequential([Input(shape: [2]), Dense(1, activation: .sigmoid)])
        try model.compile(loss: "binary_crossentropy", metrics: metrics)
        return model
    }

    private func object(_ text: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    }

    @Test func evaluateAndTrain() throws {
        let tool = try Tool()
        try model([
            .f1Score(threshold: 0.4), .f1Score(average: .micro, threshold: 0.4), .precision(),
            .recall(thresholds: [0.2, 0.5]), Metric(.huber(delta: 0.5)),
        ]).save(tool.path("m.keras"))
        let x = try tool.write(NDArray(rows: [[1, 2], [3, -4], [0, 1]]), "x.npy")
        let y = try tool.write(NDArray(rows: [[1], [0], [1]]), "y.npy")
        let outcome = try tool.run(["evaluate", "m.keras", "--x", x, "--y", y, "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let figures = try object(Data(outcome.output.utf8))
        #expect((figures["f1_score"] as? [Double])?.count == 1)
        #expect((figures["recall"] as? [Double])?.count == 2)
        for name in ["f1_score_1", "precision", "loss", "huber_loss"] {
            #expect(figures[name] is Double, "\(name)")
        }
        let training = try tool.run([
            "train", "m.keras", "--x", x, "--y", y, "--output", "n.keras", "--epochs", "2",
            "--history", "h.json", "--verbose", "0",
        ])
        #expect(training.code == 0, "\(training.errors)")
        let history = try object(Data(contentsOf: URL(fileURLWithPath: tool.path("h.json"))))
        #expect((history["f1_score"] as? [[Double]])?.map(\.count) == [1, 1])
        #expect((history["recall"] as? [[Double]])?.map(\.count) == [2, 2])
        #expect((history["precision"] as? [Double])?.count == 2)
    }
}
