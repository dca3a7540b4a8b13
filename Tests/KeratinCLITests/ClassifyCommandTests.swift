import Foundation
import Keratin
import Testing

/// `classify` and `application`.
@Suite("Commands on pictures", .serialized) struct ClassifyCommandTests {
    /// A model that tells dark pictures from light ones.
    private func model() throws -> Model {
        let model = try Sequential([
            Input(shape: [4, 4, 1]), Rescaling(1 / 255.0), GlobalAveragePooling2D(),
            Dense(2, activation: .softmax),
        ])
        try model.setWeights([
            NDArray([-20, 20] as [Float], shape: [1, 2]),
            NDArray([10, -10] as [Float], shape: [2]),
        ])
        return model
    }

    @Test("Classes of pictures by name, in lists and as JSON") func classify() throws {
        let tool = try Tool()
        try model().save(tool.path("m.keras"))
        for (name, value) in [("dark", 10), ("light", 240)] {
            try saveImage(
                NDArray([Float](repeating: Float(value), count: 300), shape: [10, 10, 3]),
                tool.path("\(name).png"), scale: false)
        }
        let outcome = try tool(
            "classify", "dark.png", "light.png", "--model", "m.keras", "--class-names",
            "night,day", "--top", "1", "--backend", "cpu")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output.contains("dark.png\n  100.0 %  night\n"), "\(outcome.output)")
        #expect(outcome.output.contains("light.png\n  100.0 %  day\n"), "\(outcome.output)")
        let json = try tool("classify", "dark.png", "--model", "m.keras", "--json")
        let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let first = ((parsed as? [[String: Any]])?.first?["classes"] as? [[String: Any]])?.first
        #expect(first?["name"] as? String == "class 0")
        #expect(first?["score"] as? Double ?? 0 > 0.99)
    }

    @Test("Mistakes are one line") func mistakes() throws {
        let tool = try Tool()
        try model().save(tool.path("m.keras"))
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: tool.path("a.png")))
        expectFailure(try tool("classify", "b.png", "--model", "m.keras"), "b.png")
        expectFailure(try tool("classify", "a.png", "--model", "m.keras"), "a.png")
        expectFailure(
            try tool("application", "resnet51", "-o", "r.keras"), "resnet51", "did you mean")
        expectFailure(
            try tool(
                "application", "mobilenet", "--weights", "none", "--input-shape", "8,8,3", "-o",
                "r.keras"), "at least 32")
        #expect(try tool.listing() == ["a.png", "m.keras"])
    }

    @Test("A net as a file, read again") func application() throws {
        let tool = try Tool()
        let outcome = try tool(
            "application", "mobilenet_v3_small", "--weights", "none", "--input-shape", "32,32,3",
            "--classes", "3", "-o", "net.keras", "--backend", "cpu")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let model = try loadModel(tool.path("net.keras"))
        #expect(model.name == "MobileNetV3Small" && model.outputShape == [nil, 3])
    }
}
