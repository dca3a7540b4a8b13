import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTestKit
import Testing

/// Models that other people published, in the folder `keras-models` of `KERATIN_DATASETS`, each with an input and what Keras
/// gives for it.
@Suite("Published Keras 3 models", .serialized)
struct KerasModelsTests {
    static let folder =
        (ProcessInfo.processInfo.environment["KERATIN_DATASETS"] ?? "") + "/keras-models"

    /// Files of Keras 3 that hold a stack or a graph of layers which Keratin has, in float32.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".keras") }.sorted().filter { file in
            (try? isKnown("\(folder)/\(file)")) == true
        }
    }()

    private static func isKnown(_ path: String) throws -> Bool {
        let members = try Zip.read(FileAccess.read(path)) { $0.hasSuffix(".json") }
        func value(_ name: String) throws -> ConfigValue {
            try JSON.decode(members.first { $0.name == name }?.bytes ?? [], name: name)
        }
        guard case .string(let version)? = try value("metadata.json")["keras_version"],
            let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= 3
        else { return false }
        let config = members.first { $0.name == "config.json" }?.bytes ?? []
        guard !String(decoding: config, as: UTF8.self).contains("float16") else { return false }
        let model = try SerializedObject(value("config.json"), what: "model")
        return try isKnown(model)
    }

    private static func isKnown(_ object: SerializedObject) throws -> Bool {
        if LayerRegistry.names.contains(object.className) || object.className == "InputLayer"
            || object.module?.hasPrefix("keras.src.ops") ?? false
        {
            return true
        }
        guard ["Sequential", "Functional"].contains(object.className),
            case .list(let entries)? = object.config["layers"]
        else { return false }
        return try entries.allSatisfy { try isKnown(SerializedObject($0, what: "layer")) }
    }

    @Test(
        "They load, and predict what Keras predicts",
        .enabled(if: !names.isEmpty, "KERATIN_DATASETS has no folder keras-models"),
        arguments: Backends.names, names)
    func predicts(_ backend: String, _ name: String) throws {
        let base = "\(Self.folder)/\(name.dropLast(".keras".count))"
        func arrays(_ kind: String) throws -> [NDArray] {
            try (0..<8).map { "\(base).\(kind)\($0).npy" }
                .filter { FileManager.default.fileExists(atPath: $0) }
                .map { try NDArray(npy: $0) }
        }
        try withBackend(BackendChoice(backend)) {
            let model = try loadModel("\(Self.folder)/\(name)", compile: false)
            let (predictions, all) = (try model.predictAll(arrays("x")), try arrays("y"))
            #expect(predictions.count == all.count)
            for (prediction, expected) in zip(predictions, all) {
                #expect(prediction.shape == expected.shape)
                let compared = Tolerance.kernel.compare(
                    try prediction.floats().map(Double.init), try expected.floats().map(Double.init)
                )
                #expect(compared.isWithin, "\(compared)")
            }
        }
    }
}
