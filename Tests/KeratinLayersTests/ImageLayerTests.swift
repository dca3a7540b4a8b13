import Keratin
import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor
import Testing

/// Image layers that are random in training: what they draw, when they act, and whom they leave alone.
@Suite("Image layers", .serialized) struct ImageLayerTests {
    /// Every random layer, with a seed.
    private func layers(seed: Int? = 5, dataFormat: DataFormat = .channelsLast) -> [Layer] {
        [
            RandomFlip(seed: seed, dataFormat: dataFormat),
            RandomRotation(0.2, seed: seed, dataFormat: dataFormat),
            RandomZoom(0.3, widthFactor: 0.2, seed: seed, dataFormat: dataFormat),
            RandomTranslation(0.2, 0.3, seed: seed, dataFormat: dataFormat),
            RandomCrop(1, 1, seed: seed, dataFormat: dataFormat),
            RandomContrast(0.4, seed: seed, dataFormat: dataFormat),
            RandomBrightness(0.3, seed: seed, dataFormat: dataFormat),
            RandomShear(0.3, 0.2, dataFormat: dataFormat, seed: seed),
            RandomPerspective(seed: seed, dataFormat: dataFormat),
            RandomHue(0.4, dataFormat: dataFormat, seed: seed),
            RandomSaturation([0.2, 0.7], dataFormat: dataFormat, seed: seed),
            RandomColorJitter(
                brightnessFactor: 0.2, contrastFactor: 0.3, saturationFactor: 0.2, hueFactor: 0.1,
                seed: seed, dataFormat: dataFormat),
            RandomColorDegeneration(0.5, dataFormat: dataFormat, seed: seed),
            RandomSharpness(0.8, dataFormat: dataFormat, seed: seed),
            RandomGrayscale(dataFormat: dataFormat, seed: seed),
            RandomInvert(seed: seed, dataFormat: dataFormat),
            RandomPosterization(5, dataFormat: dataFormat, seed: seed),
            RandomGaussianBlur(dataFormat: dataFormat, seed: seed),
            RandomErasing(seed: seed, dataFormat: dataFormat),
            RandomElasticTransform(seed: seed, dataFormat: dataFormat),
            Solarization(0.3, 0.6, seed: seed, dataFormat: dataFormat),
            MixUp(dataFormat: dataFormat, seed: seed), CutMix(seed: seed, dataFormat: dataFormat),
            RandAugment(seed: seed, dataFormat: dataFormat),
            AugMix(seed: seed, dataFormat: dataFormat),
        ]
    }

    private func picture(_ shape: Shape) -> Tensor {
        Tensor.randomUniform(shape, low: 0, high: 255, seed: 8)
    }

    private func recorded(_ layer: Layer, _ x: Tensor, step: Int = 1) throws -> [Float] {
        let function = try TracedFunction.record([TensorType(x.shape)]) { _, arguments in
            [layer(arguments[0], training: true)]
        }
        let plan = try Plan(function, on: Context.backend)
        try x.floats().withUnsafeBytes { try plan.write($0, toArgument: 0) }
        try plan.run(seed: 3, step: step)
        return try plan.floats(result: 0)
    }

    // MARK: When they act

    @Test("Called at once they act, unless training is false") func unsaid() throws {
        try withBackend(.cpu) {
            let x = picture([2, 4, 5, 3])
            let values = try x.floats()
            let layer = RandomBrightness([0.5, 0.5])
            #expect(try layer(x).floats() != values)
            #expect(try layer(x, training: true).floats() != values)
            #expect(try layer(x, training: false).floats() == values)
            #expect(try RandomInvert([1, 1])(x[0]).floats() != x[0].floats())
            // Other layers know no such default.
            #expect(try Dropout(0.9)(x).floats() == values)
            let stack = try Sequential([RandomBrightness([0.5, 0.5]), Dropout(0.9)])
            #expect(try stack(x).floats() == layer(x).floats())
            #expect(try stack(x, training: false).floats() == values)
            let pipeline = Pipeline([RandomBrightness([0.5, 0.5]), Rescaling(2)])
            #expect(try pipeline(x).floats() == layer(x).floats().map { $0 * 2 })
        }
    }

    @Test("Prediction leaves images alone, training does not", arguments: Backends.names)
    func inModels(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let input = Input(shape: [4, 4, 3])
            let augmentation = try Sequential([
                RandomFlip("horizontal"), RandomRotation(0.1), RandomZoom(0.1),
                RandomBrightness([0.5, 0.5], valueRange: [0, 1]),
            ])
            let y = GlobalAveragePooling2D()(augmentation(input))
            let model = try Model(inputs: input, outputs: y)
            let x = Tensor(repeating: 0.25, shape: [3, 4, 4, 3])
            let values = try model.predict(x).floats()
            #expect(values.allSatisfy { abs($0 - 0.25) < 1e-6 }, "\(values)")
            let trained = try model(x, training: true).floats()
            #expect(trained.allSatisfy { abs($0 - 0.75) < 1e-5 }, "\(trained)")
            // A loss that is 0 only for images that were made brighter.
            try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
            let history = try model.fit(
                x, Tensor(repeating: 0.75, shape: [3, 3]), epochs: 1, verbose: 0)
            #expect((history.history["loss"]?.first ?? 1) < 1e-6, "\(history.history)")
            let evaluated = try model.evaluate(
                x, Tensor(repeating: 0.25, shape: [3, 3]), verbose: 0)
            #expect((evaluated["loss"] ?? 1) < 1e-6, "\(evaluated)")
        }
    }

    @Test("Unknown extents") func unknownExtents() throws {
        try withBackend(.cpu) {
            let input = Input(shape: [nil, nil, 3])
            let x = Resizing(6, 7)(RandomTranslation(0.1, 0.1)(input))
            let y = CenterCrop(height: 4, width: 4)(RandomCrop(5, 5)(x))
            let model = try Model(inputs: input, outputs: y)
            #expect(model.outputShape == [nil, 4, 4, 3])
            for size in [1, 31, 33] {
                let result = try model.predict(picture([2, size, size + 2, 3]))
                #expect(result.shape == [2, 4, 4, 3])
            }
        }
    }

    // MARK: What they draw

    @Test("All backends draw the same, and other numbers in each step") func sameNumbers() throws {
        let x = try withBackend(.cpu) { try picture([3, 6, 7, 3]).floats() }
        let made = try Backends.names.map { name in
            try withBackend(BackendChoice(name)) {
                try layers().map {
                    try recorded($0, Tensor(x, shape: [3, 6, 7, 3]), step: 4)
                }
            }
        }
        for (index, layer) in layers().enumerated() {
            for other in made.dropFirst() {
                // A pixel at an edge may fall to either side.
                let far = zip(made[0][index], other[index]).count { abs($0 - $1) > 0.05 }
                #expect(far <= made[0][index].count / 50, "\(layer.className): \(far)")
            }
            #expect(made[0][index].allSatisfy { $0.isFinite }, "\(layer.className)")
        }
        try withBackend(.cpu) {
            // Of 25 layers only some leave a picture as it was in two steps.
            let again = try layers().map {
                try recorded($0, Tensor(x, shape: [3, 6, 7, 3]), step: 5)
            }
            #expect(zip(made[0], again).count { $0 != $1 } >= 22)
        }
    }

    @Test("A seed gives the same series of calls") func seeds() throws {
        try withBackend(.cpu) {
            let x = picture([4, 5, 5, 3])
            var changed = 0
            for (a, b) in zip(layers(), layers()) {
                let first = try (0..<3).map { _ in try a(x).floats() }
                let second = try (0..<3).map { _ in try b(x).floats() }
                #expect(first == second, "\(a.className)")
                changed += first[0] != first[1] || first[1] != first[2] ? 1 : 0
            }
            #expect(changed >= 23, "\(changed)")
            let unseeded = RandomBrightness(0.5)
            #expect(try unseeded(x).floats() != unseeded(x).floats())
        }
    }

    @Test("Sizes, formats and ranks") func sizes() throws {
        try withBackend(.cpu) {
            for size in [1, 31, 33, 65] {
                for layer in layers() where !(size == 65 && layer is AugMix) {
                    let y = layer(picture([2, size, size == 65 ? 3 : size, 3]))
                    #expect(try y.floats().allSatisfy { $0.isFinite }, "\(layer.className) \(size)")
                }
            }
            for layer in layers(dataFormat: .channelsFirst) {
                let isCrop = layer is RandomCrop
                let y = layer(picture([2, 3, 5, 6]))
                try y.check()
                #expect(y.shape == (isCrop ? [2, 3, 1, 1] : [2, 3, 5, 6]), "\(layer.className)")
                let one = layer(picture([3, 5, 6]))
                #expect(one.shape == (isCrop ? [3, 1, 1] : [3, 5, 6]), "\(layer.className)")
            }
            let bytes = Tensor([UInt8](repeating: 200, count: 48), shape: [4, 4, 3])
            for layer in layers() where !(layer is RandomCrop) {
                let y = layer(bytes)
                #expect(y.dtype == .float32 && y.shape == [4, 4, 3], "\(layer.className)")
            }
            #expect(Resizing(2, 2)(bytes).dtype == .uint8)
        }
    }

    @Test("Not a number stays in its image") func notANumber() throws {
        try withBackend(.cpu) {
            var values = try picture([2, 5, 6, 3]).floats()
            values[17] = .nan
            let x = Tensor(values, shape: [2, 5, 6, 3])
            // The others mix the images of a batch, or count them together.
            let mixing = ["MixUp", "CutMix", "RandAugment", "AugMix"]
            for layer in layers() where !mixing.contains(layer.className) {
                let y = try layer(x)[1].floats()
                #expect(y.allSatisfy { $0.isFinite }, "\(layer.className)")
            }
            for layer in [Resizing(3, 4), Resizing(9, 9, interpolation: "lanczos3")] {
                #expect(try layer(x)[1].floats().allSatisfy { $0.isFinite })
            }
        }
    }

    @Test("Statistics of what is drawn", arguments: Backends.names)
    func statistics(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let count = 4000
            let zeros = Tensor(repeating: 0.5, shape: [count, 1, 1, 1])
            func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
                let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
                let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
                return (mean, squares / Double(values.count))
            }
            let bright = try recorded(RandomBrightness(0.2, valueRange: [0, 1], seed: 3), zeros)
            #expect(abs(moments(bright).mean - 0.5) < 0.01)
            #expect(abs(moments(bright).variance - 0.04 / 3) < 0.001)
            #expect((bright.min() ?? 0) >= 0.3 && (bright.max() ?? 1) <= 0.7)
            // A picture of two pixels: half of them are mirrored.
            let pair = Tensor([0, 1], shape: [1, 1, 2, 1]).broadcast(to: [count, 1, 2, 1])
            let flipped = try recorded(RandomFlip("horizontal", seed: 4), pair)
            #expect(
                abs(moments(stride(from: 0, to: 2 * count, by: 2).map { flipped[$0] }).mean - 0.5)
                    < 0.04)
            let inverted = try recorded(
                RandomInvert([0.3, 0.3], valueRange: [0, 2], seed: 4), zeros)
            #expect(abs(moments(inverted.map { $0 > 1 ? 1 : 0 }).mean - 0.3) < 0.03)
        }
    }

    @Test("Parts of MixUp are of the beta distribution", arguments: Backends.names)
    func mixUp(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let count = 6000
            for alpha in [0.2, 1, 3.0] {
                // Each label shows the part of its own image.
                let images = Tensor(repeating: 1, shape: [count, 1, 1, 1])
                let labels = Tensor(indicesAlong: 0, shape: [count, 1], dtype: .float32)
                let mixed = MixUp(alpha: alpha, seed: 2).mixed(images, labels)
                #expect(try mixed.images.floats().allSatisfy { abs($0 - 1) < 1e-5 })
                let moved = zip(try mixed.labels.floats(), 0..<count).count {
                    abs($0 - Float($1)) > 1e-3
                }
                #expect(moved > count / 2)
                // Two images: the part of one is seen where the other is black.
                let two = Tensor([0, 1] as [Float], shape: [2, 1, 1, 1])
                let layer = MixUp(alpha: alpha, seed: 7)
                var parts: [Double] = []
                for _ in 0..<60 {
                    let y = try layer(two).floats()
                    if y != [0, 1] { parts += [Double(y[0]), 1 - Double(y[1])] }
                }
                let mean = parts.reduce(0, +) / Double(parts.count)
                let variance =
                    parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(parts.count)
                #expect(abs(mean - 0.5) < 0.2, "\(alpha): \(mean)")
                #expect(
                    abs(variance - 0.25 / (2 * alpha + 1)) < 0.08, "\(alpha): \(variance)")
            }
        }
    }

    @Test("CutMix mixes labels in the parts of the images") func cutMix() throws {
        try withBackend(.cpu) {
            let count = 64
            let images = Tensor(indicesAlong: 0, shape: [count, 1, 1, 1], dtype: .float32)
                .broadcast(to: [count, 40, 40, 1])
            let labels = Tensor(indicesAlong: 0, shape: [count, 1], dtype: .float32)
            let mixed = CutMix(seed: 3).mixed(images, labels)
            let pixels = try mixed.images.mean(axes: [1, 2, 3]).floats()
            let parts = try mixed.labels.floats()
            // A rectangle covers whole pixels only.
            for (pixel, label) in zip(pixels, parts) { #expect(abs(pixel - label) < 5) }
            #expect(zip(pixels, 0..<count).count { abs($0 - Float($1)) > 0.5 } > count / 4)
            let wrong = CutMix().mixed(images, labels[0..<3])
            #expect(throws: (any Error).self) { try wrong.labels.check() }
        }
    }

    @Test("Crops lie everywhere, erased parts have the right size") func places() throws {
        try withBackend(.cpu) {
            let x = Tensor(indicesAlong: 1, shape: [1, 8, 8, 1], dtype: .float32)
            let crop = RandomCrop(3, 4, seed: 1)
            var tops: Set<Float> = []
            for _ in 0..<80 {
                let y = try crop(x).floats()
                #expect(y.count == 12 && y[0] + 1 == y[4] && y[4] + 1 == y[8])
                tops.insert(y[0])
            }
            #expect(tops == [0, 1, 2, 3, 4, 5])
            let erasing = RandomErasing([1, 1], scale: [0.25, 0.25], fillValue: 9, seed: 4)
            let erased = try erasing(Tensor(repeating: 0, shape: [20, 40, 40, 1]))
                .mean(axes: [1, 2, 3]).floats()
            for part in erased { #expect(abs(part - 9 * 0.25) < 9 * 0.02) }
        }
    }

    @Test("Slanting goes both ways") func shear() throws {
        try withBackend(.cpu) {
            let x = picture([1, 5, 6, 3]).broadcast(to: [16, 5, 6, 3])
            let y = RandomShear([0.4, 0.4], [0.2, 0.2], seed: 2)(x)
            let both = try [1.0, -1].map { sign in
                try ops.image.affineTransform(
                    x[0],
                    Tensor(
                        [1, 0.4 * sign, 0, 0.2 * sign, 1, 0, 0, 0].map { Float($0) }, shape: [8]),
                    fillMode: "reflect"
                ).floats()
            }
            var found: Set<Int> = []
            for index in 0..<16 {
                let own = try y[index].floats()
                for (way, values) in both.enumerated()
                where zip(own, values).allSatisfy({ abs($0 - $1) < 1e-2 }) {
                    found.insert(way)
                }
            }
            #expect(found == [0, 1])
        }
    }

    @Test("Bounding boxes are filled up and cut off") func boxes() throws {
        try withBackend(.cpu) {
            let layer = MaxNumBoundingBoxes(3)
            let boxes = Tensor(indicesAlong: 1, shape: [2, 2, 4], dtype: .float32)
            let (padded, labels): (Tensor, Tensor) = layer.padded(
                boxes: boxes, labels: Tensor.ones([2, 2]))
            #expect(padded.shape == [2, 3, 4] && labels.shape == [2, 3])
            let filled = try labels.floats()
            #expect(filled == [1, 1, -1, 1, 1, -1])
            let cut = MaxNumBoundingBoxes(maxNumber: 1).padded(
                boxes: boxes, labels: Tensor.ones([2, 2]))
            #expect(cut.boxes.shape == [2, 1, 4])
        }
    }

    // MARK: What they refuse

    private func message(_ layer: Layer, _ shape: Shape = [2, 4, 4, 3]) -> String {
        do {
            try withBackend(.cpu) { try layer(Tensor(repeating: 1, shape: shape)).check() }
            return "nothing was thrown"
        } catch { return "\(error)" }
    }

    @Test("Arguments that cannot be") func wrongArguments() {
        let wrong: [(Layer, String)] = [
            (RandomRotation(2), "factor"), (RandomRotation([0.1, 0.2, 0.3]), "factor"),
            (RandomZoom(-1), "heightFactor"), (RandomZoom(0.1, widthFactor: 3), "widthFactor"),
            (RandomTranslation(0.1, Double.nan), "widthFactor"), (RandomContrast(-0.5), "factor"),
            (RandomFlip("sideways"), "sideways"),
            (RandomRotation(0.1, fillMode: "mirror"), "fillMode"),
            (RandomRotation(0.1, interpolation: "bicubic"), "bicubic"),
            (RandomBrightness(0.1, valueRange: [1, 1]), "valueRange"),
            (Resizing(0, 5), "size"), (Resizing(.max, .max), "size"), (RandomCrop(-1, 3), "size"),
            (Resizing(2, 2, cropToAspectRatio: true, padToAspectRatio: true), "AspectRatio"),
            (RandomGaussianBlur(kernelSize: 4), "odd"), (MixUp(alpha: 0), "alpha"),
            (RandomPosterization(9), "factor"), (Equalization(bins: 0), "bins"),
            (RandomGrayscale(2), "factor"), (RandAugment(numOps: -1), "numOps"),
            (RandAugment(factor: 3), "factor"), (AugMix(numChains: 0), "chains"),
            (RandomPerspective(scale: 2), "scale"), (MaxNumBoundingBoxes(0), "maxNumber"),
            (RandomErasing([1, 1], fillValue: [1, 2]), "channels"),
            (UpSampling2D(interpolation: "area"), "area"),
        ]
        for (layer, word) in wrong {
            let text = message(layer)
            #expect(text.contains(word), "\(layer.className): \(text)")
        }
        #expect(message(RandomFlip(), [4, 4]).contains("rank"))
        #expect(message(RandomHue(0.1), [2, 4, 4, 2]).contains("3 channels"))
        #expect(message(RandomGrayscale(), [2, 4, 4, 2]).contains("3 channels"))
        #expect(message(Resizing(2, 2), [2, 0, 4, 3]).contains("pixels"))
    }

    @Test("All names of arguments") func names() throws {
        _ = [
            RandomFlip(mode: "vertical"), RandomFlip(.horizontal), RandomRotation(factor: 0.1),
            RandomShear(yFactor: 0.1), Solarization(thresholdFactor: 0.5),
            RandomZoom(heightFactor: 0.2), RandomZoom(-0.3 ... -0.1), RandomZoom(0.2, 0.1),
            RandomZoom((-0.2, 0.1)), RandomRotation(factor: (0.1, 0.2)),
            RandomTranslation((0.1, 0.2), (0.1, 0.2)), RandomContrast(factor: 0.1),
            RandomTranslation(heightFactor: 0.1, widthFactor: [0.1, 0.2]),
            CenterCrop(height: 24, width: 24), Resizing(height: 3, width: 4),
            RandomCrop(height: 2, width: 2),
            RandomBrightness(factor: [0.1, 0.2]), Solarization(additionFactor: 0.1), MixUp(),
            CutMix(factor: 0.3),
        ]
    }
}
