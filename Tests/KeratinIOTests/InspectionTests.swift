import Keratin
import KeratinCore
import KeratinIO
import Testing

@Suite("What files hold, and whether they can be loaded")
struct InspectionTests {
    @Test("HDF5 files are called what they are")
    func kinds() throws {
        let folder = try DatasetFileTests.Folder()
        let model = try Sequential([Input(shape: [2]), Dense(1)])
        try model.saveWeights("\(folder.path)/m.weights.h5")
        let bytes = try FileAccess.read("\(folder.path)/m.weights.h5")
        func lines(_ name: String, _ bytes: [UInt8]) throws -> [String] {
            try FileAccess.write(bytes, to: "\(folder.path)/\(name)")
            return try FileInspection.describe("\(folder.path)/\(name)")
        }
        let weights = try lines("m.weights.h5", bytes)
        #expect(weights.contains("format: HDF5, weights of Keras 3"))
        #expect(weights.last == "can be loaded: yes, as weights (loadWeights)")
        for name in ["w.h5", "w.keras"] {
            let renamed = try lines(name, bytes)
            #expect(renamed.contains("format: HDF5, weights of Keras 3"))
            #expect(renamed.last?.hasPrefix("can be loaded: once its name ends in") == true)
        }
        #expect(
            words { _ = try loadModel("\(folder.path)/w.keras") }.contains(
                "is HDF5 and no .keras file: it holds weights of Keras 3 and no model; make the model and call loadWeights"
            ))
        for (attribute, kind) in [
            ("model_config", "a whole model of Keras 1 or 2"),
            ("layer_names", "weights of Keras 1 or 2"),
        ] {
            var root = HDF5Group()
            root.attributes[attribute] = .string("{}")
            root.withGroup(["dense"]) { $0["kernel"] = .dataset(RawArray(1), attributes: [:]) }
            let old = try lines("old.h5", HDF5Writer.write(root))
            #expect(old.contains("format: HDF5, \(kind)"), "\(old)")
            #expect(old.last?.hasPrefix("can be loaded: no, it holds \(kind)") == true)
            try FileAccess.write(HDF5Writer.write(root), to: "\(folder.path)/old.keras")
            #expect(words { _ = try loadModel("\(folder.path)/old.keras") }.contains(kind))
        }
    }

    @Test("Models say whether they are compiled, weights what they are")
    func models() throws {
        let folder = try DatasetFileTests.Folder()
        let model = try Sequential([Input(shape: [2]), Dense(1)])
        let path = "\(folder.path)/m.keras"
        try model.save(path)
        #expect(
            try FileInspection.describe(path).last
                == "can be loaded: yes, as a model, not compiled")
        try model.compile(loss: "mse")
        try model.save(path)
        #expect(
            try FileInspection.describe(path).last == "can be loaded: yes, as a model, compiled")
        for name in ["w.safetensors", "w.npz"] {
            try model.saveWeights("\(folder.path)/\(name)")
            let lines = try FileInspection.describe("\(folder.path)/\(name)")
            #expect(lines.last == "can be loaded: yes, as weights (loadWeights)")
        }
    }
}
