import Foundation
import Keratin
import Testing

/// What one sees inside of models.
@Suite("Seeing inside") struct InspectionTests {
    /// A model that tells by a known rule: class 1 is the red that its only convolution finds, class 0 its opposite.
    private func model(_ backend: String) throws -> Model {
        let image = Input(shape: [8, 12, 3])
        let inner = try Sequential(
            [Input(shape: [8, 12, 3]), Conv2D(1, 1, useBias: false, name: "red")], name: "inner")
        let features = inner(image)
        let model = try Model(
            inputs: image,
            outputs: Dense(2, useBias: false, name: "classes")(GlobalAveragePooling2D()(features)))
        try inner.setWeights([NDArray([1, 0, 0] as [Float], shape: [1, 1, 3, 1])])
        try model.getLayer("classes").setWeights([NDArray([-1, 1] as [Float], shape: [1, 2])])
        return model
    }

    /// Black, with red in one place.
    private var picture: NDArray {
        var pixels = [Float](repeating: 0, count: 8 * 12 * 3)
        pixels[(2 * 12 + 9) * 3] = 200
        pixels[(5 * 12 + 1) * 3 + 1] = 200
        return NDArray(pixels, shape: [8, 12, 3])
    }

    @Test("Grad-CAM finds the place, of a layer in a model inside", arguments: Backends.names)
    func heat(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try model(backend)
            for name in [nil, "red"] {
                let heat = try gradCAM(model, picture, layer: name, overlay: false)
                #expect(heat.shape == [8, 12])
                let values = try heat.floats()
                #expect(values.enumerated().allSatisfy { $1 == ($0 == 2 * 12 + 9 ? 1 : 0) })
            }
            // For the other class red speaks against it.
            let none = try gradCAM(model, picture, classIndex: 0, overlay: false).floats()
            #expect(none.allSatisfy { $0 == 0 })
            let overlay = try gradCAM(model, picture[nil])
            #expect(overlay.shape == [8, 12, 3])
            let shown = try overlay.floats()
            // Red at the heat (0.6 · 200 + 0.4 · 255 · ½), dark blue elsewhere.
            #expect(abs(shown[(2 * 12 + 9) * 3] - (120 + 51)) < 1e-3)
            #expect(shown[0] == 0 && abs(shown[2] - 51) < 1e-3)
        }
    }

    @Test("Saliency, maps and filters", arguments: Backends.names)
    func pictures(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try model(backend)
            let saliency = try saliencyMap(model, picture)
            #expect(saliency.shape == [8, 12])
            // The rule is linear: each pixel matters as much.
            #expect(try saliency.floats().allSatisfy { $0 == 1 })
            let maps = try featureMaps(model, picture, layer: "red")
            #expect(maps.shape == [1, 8, 12])
            #expect(try maps.floats()[2 * 12 + 9] == 200)
            guard let inner = try model.getLayer("inner") as? Model else {
                Issue.record("no model inside")
                return
            }
            let filters = try filterImages(inner.getLayer("red"))
            #expect(filters.shape == [1, 1, 1, 3])
            #expect(try filters.floats() == [1, 0, 0])
        }
    }

    @Test("Mistakes are worded") func mistakes() throws {
        let model = try model("cpu")
        func refused(_ words: String, _ body: () throws -> NDArray) {
            #expect {
                _ = try body()
            } throws: {
                #expect("\($0)".contains(words), "\($0)")
                return $0 is KeratinError
            }
        }
        refused("did you mean 'red'") { try gradCAM(model, picture, layer: "rad") }
        refused("no map of features") { try gradCAM(model, picture, layer: "classes") }
        refused("no class 2") { try gradCAM(model, picture, classIndex: 2) }
        refused("no class -1") { try saliencyMap(model, picture, classIndex: -1) }
        refused("one picture") { try gradCAM(model, NDArray.ones([2, 8, 12, 3])) }
        refused("0…1") { try gradCAM(model, picture, alpha: 2) }
        refused("is laid on") { try gradCAM(model, picture, background: NDArray.ones([3, 3, 3])) }
        refused("no kernel") { try filterImages(model.getLayer("classes")) }
    }

    @Test("Transfer learning as it is written, on pictures of two colours") func transfer() throws {
        let folder = try TemporaryFolder()
        for (index, name) in ["dark", "light"].enumerated() {
            let place = folder.root.appendingPathComponent("photos/\(name)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for number in 0..<8 {
                let value = Float(index * 180 + number * 5)
                let pixels = [Float](repeating: value, count: 40 * 40 * 3)
                try saveImage(
                    NDArray(pixels, shape: [40, 40, 3]),
                    place.appendingPathComponent("\(number).png").path, scale: false)
            }
        }
        let photos = try imageDatasetFromDirectory(
            folder.path("photos"), imageSize: [32, 32], batchSize: 4, validationSplit: 0.25,
            seed: 1, verbose: false)
        #expect(photos.classNames == ["dark", "light"])
        let base = try MobileNetV2(
            inputShape: [32, 32, 3], alpha: 0.35, includeTop: false, weights: nil)
        base.trainable = false
        let image = Input(shape: [32, 32, 3])
        let augmented = try Sequential([
            RandomFlip("horizontal"), RandomRotation(0.1), RandomZoom(0.1),
        ])(image)
        let features = base(MobileNetV2.preprocessInput(augmented), training: false)
        let model = try Model(
            inputs: image,
            outputs: Dense(photos.classNames.count, activation: .softmax)(
                GlobalAveragePooling2D()(features)))
        try model.compile(
            optimizer: Adam(1e-2), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        let history = try model.fit(
            photos.training, epochs: 2, validationData: photos.validation, verbose: 0)
        #expect(history["val_accuracy"]?.count == 2)
        base.trainable = true
        for layer in base.layers.dropLast(30) { layer.trainable = false }
        try model.compile(
            optimizer: Adam(1e-5), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        try model.fit(photos.training, epochs: 1, validationData: photos.validation, verbose: 0)
        let picture = try loadImage(folder.path("photos/dark/1.png"), targetSize: [32, 32])
        let probabilities = try model.predict(picture[nil], verbose: 0).floats()
        #expect(probabilities.count == 2 && abs(probabilities.reduce(0, +) - 1) < 1e-5)
        try saveImage(gradCAM(model, picture, layer: "out_relu"), folder.path("why.png"))
        #expect(try loadImage(folder.path("why.png")).shape == [32, 32, 3])
        // The file of such a model comes back with its layers of images.
        try model.save(folder.path("model.keras"))
        #expect(
            try loadModel(folder.path("model.keras")).predict(picture[nil], verbose: 0).floats()
                == probabilities)
    }
}
