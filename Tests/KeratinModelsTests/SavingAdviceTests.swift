import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// What cannot be saved is said when the model is compiled, not after the training.
@Suite("What cannot be saved", .serialized) struct SavingAdviceTests {
    private func said(_ body: () throws -> Void) throws -> [String] {
        let warnings = WarningCollector()
        try WarningCollector.$current.withValue(warnings) { try withBackend(.cpu) { try body() } }
        return warnings.texts
    }

    private func distance(_ truth: Tensor, _ prediction: Tensor) -> Tensor {
        (truth - prediction).abs()
    }

    @Test("Closures are named with the way out, once")
    func closures() throws {
        defer { CustomObjects.removeAll() }
        let texts = try said {
            for _ in 0..<2 {
                let model = try Sequential([
                    Input(shape: [3]), Dense(2, activation: ActivationFunction("bent") { $0 * $0 }),
                    Dense(1),
                ])
                try model.compile(
                    optimizer: "sgd", loss: Loss("far", distance),
                    metrics: [Metric("near", distance)])
            }
        }
        #expect(texts.count == 3, "\(texts)")
        for (kind, name) in [("loss", "far"), ("metric", "near"), ("activation", "bent")] {
            let advice = "CustomObjects.register(\"\(name)\", \(kind): …)"
            #expect(
                texts.contains {
                    $0.contains("\(name): the \(kind) cannot be saved") && $0.contains(advice)
                },
                "\(texts)")
        }
    }

    @Test("What can be saved is quiet")
    func quiet() throws {
        defer { CustomObjects.removeAll() }
        CustomObjects.register("far", loss: distance)
        CustomObjects.register("near", metric: distance)
        CustomObjects.register("bent", activation: { $0 * $0 })
        let texts = try said {
            let model = try Sequential(
                [
                    Input(shape: [4, 3]), Dense(2, activation: "bent"), Bidirectional(LSTM(2)),
                    TimeDistributed(Dense(2)), Dense(1, activation: LeakyReLU(0.2)),
                ].dropLast(2) + [Dense(1)])
            try model.compile(
                optimizer: Adam(1e-3), loss: "far",
                metrics: ["near", Metric("near", distance), .accuracy])
            _ = try model.compile(optimizer: "sgd", loss: Loss("far", distance))
        }
        #expect(texts.isEmpty, "\(texts)")
    }
}
