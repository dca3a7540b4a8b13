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

    /// Files of Keras 3 that hold a stack of layers which Keratin has.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".keras") }.sorted().filter { file in
            (try? isStack("\(folder)/\(file)")) == true
        }
    }()

    private static func isStack(_ path: String) throws -> Bool {
        let members = try Zip.read(FileAccess.read(path)) { $0.hasSuffix(".json") }
        func value(_ name: String) throws -> ConfigValue {
            try JSON.decode(members.first { $0.name == name }?.bytes ?? [], name: name)
        }
        guard case .string(let version)? = try value("metadata.json")["keras_version"],
            let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= 3
        else { return false }
        let model = try SerializedObject(value("config.json"), what: "model")
        guard model.className == "Sequential", case .list(let entries)? = model.config["layers"]
        else {
            return false
        }
        let known = Set(LayerRegistry.names + ["InputLayer"])
        return try entries.allSatisfy {
            known.contains(try SerializedObject($0, what: "layer").className)
        }
    }

    @Test(
        "They load, and predict what Keras predicts",
        .enabled(if: !names.isEmpty, "KERATIN_DATASETS has no folder keras-models"),
        arguments: Backends.names, names)
    func predicts(_ backend: String, _ name: String) throws {
        let base = "\(Self.folder)/\(name.dropLast(".keras".count))"
        let (x, expected) = (
            try NDArray(npyFile: base + ".x0.npy"), try NDArray(npyFile: base + ".y0.npy")
        )
        try withBackend(BackendChoice(backend)) {
            let model = try loadModel("\(Self.folder)/\(name)", compile: false)
            let prediction = try model.predict(x)
            #expect(prediction.shape == expected.shape)
            let compared = Tolerance.kernel.compare(
                prediction.floats.map(Double.init), expected.floats.map(Double.init))
            #expect(compared.isWithin, "\(compared)")
        }
    }
}
