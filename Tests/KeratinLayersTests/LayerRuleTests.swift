import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Rules that TensorFlow cannot compute on a CPU, or that span several layers.
@Suite("Layers' rules", .serialized) struct LayerRuleTests {
    private func numbers(_ count: Int) -> [Float] {
        (0..<count).map { Float(($0 * 37) % 23) / 23 - 0.4 }
    }

    @Test(
        "A dilated transposed convolution has a kernel with gaps",
        arguments: [Window.Padding.valid, .same], Backends.names)
    func dilatedTranspose(padding: Window.Padding, backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let dilated = Conv2DTranspose(
                3, kernelSize: [2, 3], padding: padding, dilationRate: [2, 3])
            let plain = Conv2DTranspose(3, kernelSize: [3, 7], padding: padding)
            let x = Tensor(numbers(2 * 4 * 5 * 2), shape: [2, 4, 5, 2])
            try dilated.buildIfNeeded(inputShape: [nil, 4, 5, 2])
            try plain.buildIfNeeded(inputShape: [nil, 4, 5, 2])
            let cells = numbers(2 * 3 * 3 * 2)
            var gaps = [Float](repeating: 0, count: 3 * 7 * 6)
            for row in 0..<2 {
                for column in 0..<3 {
                    for index in 0..<6 {
                        gaps[((row * 2) * 7 + column * 3) * 6 + index] =
                            cells[(row * 3 + column) * 6 + index]
                    }
                }
            }
            let bias = NDArray([0.1, 0.2, 0.3])
            try dilated.setWeights([NDArray(cells, shape: [2, 3, 3, 2]), bias])
            try plain.setWeights([NDArray(gaps, shape: [3, 7, 3, 2]), bias])
            let (a, b) = (dilated(x), plain(x))
            #expect(a.shape == b.shape)
            for (a, b) in zip(try a.floats(), try b.floats()) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test("Channels first is channels last on transposed data", arguments: Backends.names)
    func channelsFirst(backend: String) throws {
        func pair(_ make: (DataFormat) -> Layer) -> (Layer, Layer) {
            (make(.channelsLast), make(.channelsFirst))
        }
        try withBackend(BackendChoice(backend)) {
            for (last, first) in [
                pair { Conv2D(4, kernelSize: 3, strides: 2, padding: .same, dataFormat: $0) },
                pair { Conv2DTranspose(3, kernelSize: 3, strides: 2, dataFormat: $0) },
                pair { SeparableConv2D(3, kernelSize: 2, dataFormat: $0, depthMultiplier: 2) },
                pair { DepthwiseConv2D(2, depthMultiplier: 2, dataFormat: $0) },
                pair { AveragePooling2D(padding: .same, dataFormat: $0) },
                pair { AdaptiveAveragePooling2D([2, 3], dataFormat: $0) },
                pair { ZeroPadding2D(padding: [[1, 0], [2, 1]], dataFormat: $0) },
                pair { Cropping2D(cropping: [[1, 0], [0, 2]], dataFormat: $0) },
                pair { UpSampling2D(size: [2, 3], interpolation: .bicubic, dataFormat: $0) },
            ] {
                let x = Tensor(numbers(2 * 5 * 6 * 2), shape: [2, 5, 6, 2])
                let expected = last(x).transposed([0, 3, 1, 2])
                let turned = x.transposed([0, 3, 1, 2])
                try first.buildIfNeeded(inputShape: [nil, 2, 5, 6])
                try first.setWeights(try last.getWeights())
                let got = first(turned)
                #expect(got.shape == expected.shape, "\(last.className)")
                for (a, b) in zip(try got.floats(), try expected.floats()) {
                    #expect(abs(a - b) < 1e-5, "\(last.className)")
                }
            }
        }
    }

    @Test("A mask is made, carried, used and dropped along a model", arguments: Backends.names)
    func maskAlongModel(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let x = NDArray([1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0], shape: [2, 3, 2])
            let model = try Sequential([
                Input(shape: [3, 2]), Masking(), Rescaling(2, offset: 1), Activation(.linear),
                GlobalAveragePooling1D(),
            ])
            // The second step of the first sample and the last two of the second do not count.
            #expect(try model.predict(x, verbose: 0).floats() == [5, 7, 11, 13])
            let without = try Sequential([
                Input(shape: [3, 2]), Masking(), Reshape([3, 2]), GlobalAveragePooling1D(),
            ])
            let y = try without.predict(x, verbose: 0).floats()
            #expect(zip(y, [4 / 3, 2, 5 / 3, 2] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    @Test("A dropped mask is told of once")
    func droppedMask() throws {
        let warnings = WarningCollector()
        try WarningCollector.$current.withValue(warnings) {
            try withBackend(.cpu) {
                let layers: [Layer] = [
                    Masking(), Dropout(0.1), Dense(3), GlobalAveragePooling1D(),
                ]
                let dropping: [Layer] = [Masking(), Conv1D(3, kernelSize: 1, name: "c"), Flatten()]
                let x = NDArray([1, 2, 0, 0, 3, 4], shape: [1, 3, 2])
                for layers in [layers, dropping] {
                    let model = try Sequential([Input(shape: [3, 2])] + layers)
                    let y = try model.predict(x, verbose: 0)
                    try model.compile(optimizer: .sgd(), loss: "mse")
                    _ = try model.evaluate(x, y, verbose: 0)
                }
            }
        }
        #expect(warnings.texts.count == 1)
        #expect(warnings.texts.first?.hasPrefix("Conv1D 'c' was given a mask") == true)
    }

    @Test("Integers are rescaled and normalized as floats", arguments: Backends.names)
    func integers(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let x = Tensor([UInt8(0), 51, 102, 255], shape: [2, 2])
            #expect(try Rescaling(1.0 / 51)(x).floats() == [0, 1, 2, 5])
            let normalized = try Normalization(mean: [0, 51], variance: [4, 1])(x).floats()
            #expect(normalized == [0, 0, 51, 204])
        }
    }

    @Test("A windowed extent that is unknown stays unknown") func unknown() throws {
        try withBackend(.cpu) {
            for layer in [
                AveragePooling1D(poolSize: 200), Conv1D(3, kernelSize: 300),
                Cropping1D(cropping: 90),
            ] {
                try layer.buildIfNeeded(inputShape: [nil, nil, 3])
                #expect(try layer.outputShape(for: [nil, nil, 3]) == [nil, nil, 3])
            }
        }
    }

    @Test("A lambda computes and is differentiated") func lambda() throws {
        try withBackend(.cpu) { () throws in
            let layer = Lambda { $0.square() * 3 }
            let gradient = gradient(at: Tensor([1, -2] as [Float])) { layer($0).sum() }
            #expect(try gradient.floats() == [6, -12])
        }
    }

    @Test("The counter of learned moments is an integer") func counter() throws {
        try withBackend(.cpu) {
            let layer = Normalization()
            try layer.adapt(NDArray([1, 2, 3, 5], shape: [2, 2]))
            let weights = try layer.getWeights()
            #expect(layer.weights.map(\.name) == ["mean", "variance", "count"])
            #expect(weights.map(\.dtype) == [.float32, .float32, .int32])
            #expect(try weights[0].floats() == [2, 3.5] && weights[1].floats() == [1, 2.25])
            #expect(try layer(Tensor([1, 2], shape: [1, 2])).floats() == [-1, -1])
        }
    }
}
