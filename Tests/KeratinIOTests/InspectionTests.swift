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
        for name in ["w.h5", "w.keras", "w.dat"] {
            let renamed = try lines(name, bytes)
            #expect(renamed.contains("format: HDF5, weights of Keras 3"))
            #expect(renamed.last == "can be loaded: yes, as weights (loadWeights)")
            #expect(
                words { _ = try loadModel("\(folder.path)/\(name)") }.contains(
                    "holds weights of Keras 3 and no model; make the model and call loadWeights"))
        }
        var root = HDF5Group()
        root.attributes["layer_names0"] = .string("dense")
        root.withGroup(["dense"]) { $0["kernel"] = .dataset(RawArray(1), attributes: [:]) }
        let old = try lines("old.h5", HDF5Writer.write(root))
        #expect(old.contains("format: HDF5, weights by the names of layers"), "\(old)")
        #expect(old.last == "can be loaded: yes, as weights (loadWeights)")
        #expect(
            words { _ = try loadModel("\(folder.path)/old.h5") }.contains(
                "holds weights by the names of layers and no model"))
        root.attributes["model_config"] = .string(
            #"{"class_name": "Sequential", "config": [{"class_name": "Mystery", "config": {"name": "h"}}]}"#
        )
        let whole = try lines("whole.dat", HDF5Writer.write(root))
        #expect(
            whole.contains("format: HDF5, a whole model") && whole.contains("layer: Mystery 'h'"))
        #expect(
            whole.contains { $0.hasPrefix("not used: ") && $0.contains("Mystery") }, "\(whole)")
        #expect(whole.last?.hasPrefix("can be loaded: no, ") == true)
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
