import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTestKit
import KeratinYAML
import Testing

/// Models of all versions of Keras that other people published, in the folder `keras-models` of `KERATIN_DATASETS`, each with an
/// input and what Keras gives for it.
@Suite("Published Keras models", .serialized)
struct KerasModelsTests {
    static let folder =
        (ProcessInfo.processInfo.environment["KERATIN_DATASETS"] ?? "") + "/keras-models"

    /// The files with a reference, without the ends of their names.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".y0.npy") }.map { String($0.dropLast(7)) }.sorted()
    }()

    /// Large convolutions and long loops take PoCL minutes to compile or run; `KERATIN_ALL_MODELS` asks for them too.
    private static let slow: Set<String> = []

    static let runs: [(backend: String, name: String)] = Backends.names.flatMap { backend in
        names.filter { name in
            backend == "cpu" || !slow.contains(String(name.prefix(3)))
                || ProcessInfo.processInfo.environment["KERATIN_ALL_MODELS"] != nil
        }.map { (backend, $0) }
    }

    /// A model file, or weights with the architecture beside them.
    static func load(_ name: String) throws -> Model {
        let base = "\(folder)/\(name)"
        let ends = [".keras", ".weights.h5", ".h5", ".hdf5"]
        let end = try #require(ends.first { FileManager.default.fileExists(atPath: base + $0) })
        for kind in [".json", ".yaml"]
        where FileManager.default.fileExists(atPath: base + kind) {
            let text = try String(contentsOfFile: base + kind, encoding: .utf8)
            let model =
                kind == ".json"
                ? try modelFromJSON(text, compile: false) : try modelFromYAML(text, compile: false)
            try model.loadWeights(base + end)
            return model
        }
        return try loadModel(base + end, compile: false)
    }

    @Test(
        "They load, and predict what Keras predicts",
        .enabled(if: !names.isEmpty, "KERATIN_DATASETS has no folder keras-models"),
        arguments: runs)
    func predicts(_ run: (backend: String, name: String)) throws {
        func arrays(_ kind: String) throws -> [NDArray] {
            try (0..<8).map { "\(Self.folder)/\(run.name).\(kind)\($0).npy" }
                .filter { FileManager.default.fileExists(atPath: $0) }
                .map { try NDArray(npy: $0) }
        }
        try withBackend(BackendChoice(run.backend)) {
            let model = try Self.load(run.name)
            let (predictions, all) = (try model.predictAll(arrays("x")), try arrays("y"))
            #expect(predictions.count == all.count)
            // A file of half precision: its reference is computed in 16 bits, whose next number is 9e-4 away.
            let isHalf = run.name.hasPrefix("058")
            let bound = isHalf ? 1.2e-3 : 1e-4
            for (prediction, expected) in zip(predictions, all) {
                let difference = try LegacyFileTests.difference(prediction, expected)
                #expect(difference < bound, "\(prediction.shape) and \(expected.shape)")
            }
            if isHalf {
                // What Keras 3.15 gives with the policy float64 and the same weights.
                let exact = Tensor([3.30440916, 4.15929631, 3.59021987] as [Float])
                let found = try predictions[0].flattened()
                #expect(try LegacyFileTests.difference(found, exact) < 2e-6)
            }
        }
    }
}
