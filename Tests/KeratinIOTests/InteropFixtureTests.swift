import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTestKit
import Testing

/// Models of real Keras, and what it computes from them (`Scripts/interop/interop.py --fixtures`).
@Suite("Real Keras's models", .serialized)
struct InteropFixtureTests {
    private struct Facts: Decodable {
        let keras: String
        let evaluation: [String: Double]
        let history: [String: [Double]]?
    }

    static let folder = Bundle.module.bundlePath + "/Fixtures/interop"
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []

    private func facts(_ name: String) throws -> Facts {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try decoder.decode(
            Facts.self, from: Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)/facts.json")))
    }

    private func array(_ name: String, _ what: String) throws -> NDArray {
        try NDArray(npy: "\(Self.folder)/\(name)/\(what).npy")
    }

    @Test(
        "Predictions, evaluations, and ten more steps with the optimizer's state",
        arguments: Backends.names, names)
    func computes(_ backend: String, _ name: String) throws {
        let facts = try facts(name)
        let (x, y) = (try array(name, "x"), try array(name, "y"))
        try withBackend(BackendChoice(backend)) {
            let model = try loadModel("\(Self.folder)/\(name)/model.keras")
            let expected = try array(name, "prediction")
            let prediction = try model.predict(x)
            #expect(prediction.shape == expected.shape)
            let compared = Tolerance.kernel.compare(
                try prediction.floats().map(Double.init), try expected.floats().map(Double.init))
            #expect(compared.isWithin, "\(name): prediction: \(compared)")

            let figures = try model.evaluate(x, y, batchSize: 5, verbose: 0)
            #expect(figures.names.sorted() == facts.evaluation.keys.sorted())
            for (key, value) in facts.evaluation {
                let compared = Tolerance.kernel.compare([figures.dictionary[key] ?? .nan], [value])
                #expect(compared.isWithin, "\(name): \(key): \(compared)")
            }

            guard let history = facts.history else { return }
            let ours = try model.fit(
                x, y, batchSize: x.shape[0], epochs: 10, verbose: 0, shuffle: false)
            #expect(ours.history.keys.sorted() == history.keys.sorted())
            for (key, values) in history {
                let compared = Tolerance.history.compare(ours[key] ?? [], values)
                #expect(compared.isWithin, "\(name): history of \(key): \(compared)")
            }
        }
    }

    @Test("Together they hold every layer, activation and optimizer")
    func complete() throws {
        var seen: Set<String> = []
        func collect(_ value: ConfigValue) {
            switch value {
            case .list(let elements): elements.forEach(collect)
            case .object(let fields):
                if case .string(let name)? = fields["class_name"] { seen.insert(name) }
                if case .string(let name)? = fields["activation"] { seen.insert(name) }
                fields.values.forEach(collect)
            default: break
            }
        }
        for name in Self.names {
            let members = try Zip.read(FileAccess.read("\(Self.folder)/\(name)/model.keras"))
            let config = try #require(members.first { $0.name == "config.json" })
            collect(try JSON.decode(config.bytes, name: name))
        }
        // Keras writes inputs under another name. What takes several tensors is in the graphs of `GraphFileTests`, and in the
        // goldens of attention.
        let elsewhere: Set = [
            "Input", "InputLayer", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum",
            "Concatenate", "Dot", "Attention", "AdditiveAttention", "MultiHeadAttention",
            "GroupQueryAttention",
            // No steps of a model, see `GoldenTableTests`.
            "Hashing", "HashedCrossing",
            // In nets of keras.applications only, see `ApplicationTests`.
            "LayerScale", "StochasticDepth", "CustomScaleLayer",
            // What only old versions of Keras have, see `LegacyFileTests` and `DroppedLayerTests`.
            "LocallyConnected1D", "LocallyConnected2D", "Highway", "SReLU", "ParametricSoftplus",
            "BatchNormalizationMode",
            // Layers of images, of which Keras itself cannot put all into one model, see `ImageLayerGoldenTests`.
            "Pipeline", "Resizing", "CenterCrop", "Solarization", "AutoContrast", "Equalization",
            "ContrastLimitedAdaptiveHistogramEqualization", "MaxNumBoundingBoxes", "RandomFlip",
            "RandomRotation", "RandomZoom", "RandomTranslation", "RandomCrop", "RandomContrast",
            "RandomBrightness", "RandomShear", "RandomPerspective", "RandomElasticTransform",
            "RandomHue", "RandomSaturation", "RandomColorJitter", "RandomColorDegeneration",
            "RandomSharpness", "RandomGrayscale", "RandomInvert", "RandomPosterization",
            "RandomGaussianBlur", "RandomErasing", "MixUp", "CutMix", "RandAugment", "AugMix",
        ]
        let layers = Set(LayerRegistry.names).subtracting(elsewhere)
        #expect(layers.subtracting(seen).isEmpty, "\(layers.subtracting(seen).sorted())")
        // Other names of the same functions; glu halves an axis, which Keras's layers do not foresee; and what only old
        // versions of Keras have.
        let activations = Set(ActivationFunction.known.keys).subtracting([
            "swish", "hard_swish", "glu", "legacy_hard_sigmoid",
        ])
        #expect(activations.subtracting(seen).isEmpty, "\(activations.subtracting(seen).sorted())")
        let optimizers = Set(
            Self.names.filter { $0.hasPrefix("optimizer-") }.map { $0.dropFirst(10) })
        #expect(optimizers.count == 13)
    }
}
