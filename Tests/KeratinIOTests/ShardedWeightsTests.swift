import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import Testing

/// Weights in several files, of our own and of Keras 3.15 (`Scripts/fixtures/sharded.py`).
@Suite("Sharded weights", .serialized)
struct ShardedWeightsTests {
    private func network() throws -> Sequential {
        try Sequential([
            Input(shape: [6]), Dense(8, activation: "relu"), Dense(12), BatchNormalization(),
            Dense(3),
        ])
    }

    private func trained() throws -> Sequential {
        let model = try network()
        try model.compile("adam", "mse")
        try model.fit(drawn([4, 6]), drawn([4, 3]), verbose: 0)
        return model
    }

    /// Gigabytes of so many bytes.
    private func limit(bytes: Int) -> Double { Double(bytes) / Double(1 << 30) }

    @Test("They are written in files of a limited size, and read", arguments: [400, 600, 1 << 20])
    func roundTrip(_ bytes: Int) throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/net.weights.json"
        let (model, other) = (try trained(), try trained())
        try model.saveWeights(path, maxShardSize: limit(bytes: bytes))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files.contains("net_00000.weights.h5") && files.contains("net.weights.json"))
        #expect(files.count == 2 || bytes < 1 << 20)
        for file in files where file.hasSuffix(".h5") {
            let arrays = try WeightsFile.read("\(folder.path)/\(file)").arrays
            #expect(arrays.reduce(0) { $0 + $1.array.bytes.count } <= bytes)
        }
        let (x, y) = (try drawn([4, 6]), try drawn([4, 3]))
        try other.loadWeights(path)
        #expect(try other.getWeights() == model.getWeights())
        // What the optimizer keeps is there, too.
        #expect(
            try other.fit(x, y, verbose: 0, shuffle: false).history
                == model.fit(x, y, verbose: 0, shuffle: false).history)
        // A file's name, or a list of them where a layer's variables did not fit into one.
        let index = try JSON.decode(FileAccess.read(path), name: path)
        let places = index["weight_map"]?["/layers/dense/vars"]
        #expect(
            places == "net_00000.weights.h5"
                || bytes < 600
                    && places == ["net_00000.weights.h5", "net_00001.weights.h5"]
        )
    }

    @Test("Files of Keras 3.15 are read")
    func ofKeras() throws {
        let folder = Bundle.module.bundlePath + "/Fixtures/sharded"
        let model = try network()
        try model.loadWeights("\(folder)/net.weights.json")
        let expected = try NDArray.load("\(folder)/y.npy")
        let got = try model.predict(NDArray.load("\(folder)/x.npy"))
        for (a, b) in zip(try got.floats(), try expected.floats()) { #expect(abs(a - b) < 1e-5) }
    }

    @Test("What cannot be is said, and a model that is loaded stays as it is")
    func refusals() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/net.weights.json"
        let model = try trained()
        #expect(words { try model.saveWeights(path) }.contains("maxShardSize: 5"))
        #expect(words { try model.saveWeights(path, maxShardSize: 0) }.contains("above 0"))
        #expect(words { try model.saveWeights(path, maxShardSize: .nan) }.contains("above 0"))
        #expect(
            words { try model.saveWeights("\(folder.path)/net.h5", maxShardSize: 1) }
                .contains(".weights.json"))
        let small = words { try model.saveWeights(path, maxShardSize: limit(bytes: 100)) }
        #expect(small.contains("too small: the variable"), "\(small)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)

        try model.saveWeights(path, maxShardSize: limit(bytes: 600))
        let before = try model.getWeights()
        let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
        func changed(_ old: String, _ new: String) throws -> String {
            let bytes = Array(text.replacing(old, with: new).utf8)
            try FileAccess.write(bytes, to: path)
            return words { try model.loadWeights(path) }
        }
        #expect(try changed("net_00000", "../net_00000").contains("same folder"))
        #expect(try changed("net_00000", "gone").contains("gone.weights.h5"))
        #expect(try changed("weight_map", "map").contains("no weight_map"))
        #expect(
            try changed("/layers/dense/vars", "/layers/none/vars").contains(
                "has no /layers/none/vars"))
        #expect(try changed("{", "[").contains("JSON"))
        #expect(try model.getWeights() == before)
    }
}
