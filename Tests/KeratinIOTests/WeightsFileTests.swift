import Keratin
import KeratinCore
import KeratinIO
import Testing

@Suite("Weights files", .serialized)
struct WeightsFileTests {
    static let names = ["m.weights.h5", "m.safetensors", "m.npz"]

    @Test("Every format gives the weights back, and the same bytes each time", arguments: names)
    func formats(_ name: String) throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/\(name)"
        let (x, _) = try smallData()
        let (model, other) = (try smallNetwork(), try smallNetwork())
        #expect(try model.getWeights() != other.getWeights())
        try model.saveWeights(path)
        let bytes = try FileAccess.read(path)
        try other.loadWeights(path)
        #expect(try other.getWeights() == model.getWeights())
        #expect(try other.predict(x) == model.predict(x))
        try other.saveWeights(path)
        #expect(try FileAccess.read(path) == bytes)
    }

    @Test("Formats become each other without loss")
    func conversions() throws {
        let folder = try DatasetFileTests.Folder()
        let model = try smallNetwork()
        try model.save("\(folder.path)/m.keras")
        for name in Self.names {
            try convertWeights("\(folder.path)/m.keras", "\(folder.path)/from keras \(name)")
            for other in Self.names {
                let path = "\(folder.path)/again \(other)"
                try convertWeights("\(folder.path)/from keras \(name)", path)
                let read = try smallNetwork()
                try read.loadWeights(path)
                #expect(try read.getWeights() == model.getWeights(), "\(name) to \(other)")
            }
        }
        let text = words { try convertWeights("\(folder.path)/m.keras", "\(folder.path)/m.txt") }
        #expect(text.contains(".weights.h5, .safetensors, .npz"), "\(text)")
    }

    /// Differs from `smallNetwork`: another filter count, one layer less, one more.
    private func other() throws -> Sequential {
        try Sequential(name: "other") {
            Input(shape: [6, 6, 2])
            Conv2D(5, kernelSize: 3, useBias: false, name: "conv")
            BatchNormalization(name: "norm")
            Flatten()
            Dense(4, name: "hidden")
            PReLU(name: "more")
        }
    }

    @Test("All that does not fit is listed at once, and nothing changes", arguments: names)
    func mismatch(_ name: String) throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/\(name)"
        try smallNetwork().saveWeights(path)
        let model = try other()
        let before = try model.getWeights()
        let text = words { try model.loadWeights(path) }
        #expect(text.hasPrefix("\(path): the weights do not fit the model: "), "\(text)")
        for part in [
            "layers/conv2d/vars/0 is [3, 3, 2, 4], but 'kernel' of Conv2D 'conv' is [3, 3, 2, 5]",
            "layers/conv2d/vars/1 is one too many for Conv2D 'conv'",
            "layers/batch_normalization/vars/3 is [4]", "layers/dense/vars/0 is [12, 5]",
            "layers/p_re_lu/vars is missing (PReLU 'more')",
            "layers/separable_conv2d/vars belongs to no layer of the model",
            "layers/dense_1/vars belongs to no layer of the model",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(try model.getWeights() == before)
        // What fits is taken if that is asked for.
        try model.loadWeights(path, skipMismatch: true)
        #expect(try model.getWeights() == before)
    }

    @Test("A model must be built, and the name must tell the format")
    func refused() throws {
        #expect(words { try Sequential([Dense(2)]).saveWeights("m.npz") }.contains("is not built"))
        #expect(words { try Sequential([Dense(2)]).loadWeights("m.npz") }.contains("is not built"))
        #expect(
            words { try smallNetwork().saveWeights("m.bin") }.contains("files of weights end in"))
    }
}
