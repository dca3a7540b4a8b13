import Keratin
import KeratinCore
import KeratinLayers
import Testing

/// What layers say to arguments and inputs that do not fit: the layer's name, what was expected, and what came.
@Suite("Layers' errors") struct LayerErrorTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was thrown"
        } catch { return "\(error)" }
    }

    /// Builds a layer for an input shape, and traces it.
    private func build(_ layer: Layer, _ shape: [Int?]) -> String {
        message {
            try withBackend(.cpu) {
                try layer.buildIfNeeded(inputShape: shape)
                do { _ = try layer.outputShape(for: shape) } catch let error as KeratinError {
                    throw error
                }
            }
        }
    }

    private func expect(
        _ layer: Layer, _ shape: [Int?], says words: String...,
        location: SourceLocation = #_sourceLocation
    ) {
        let text = build(layer, shape)
        for word in words + [layer.className, "'\(layer.name)'"] {
            #expect(text.contains(word), "\(text)", sourceLocation: location)
        }
    }

    @Test("Wrong ranks") func ranks() {
        expect(Conv1D(2, kernelSize: 3), [nil, 4], says: "rank 3", "(None, 4)")
        expect(Conv3D(2, kernelSize: 3), [nil, 4, 4, 3], says: "rank 5")
        expect(MaxPooling1D(), [nil, 4, 4, 3], says: "rank 3")
        expect(GlobalAveragePooling3D(), [nil, 4], says: "rank 5")
        expect(AdaptiveMaxPooling1D(2), [nil, 4], says: "rank 3")
        expect(ZeroPadding2D(), [nil, 4, 3], says: "rank 4")
        expect(Cropping3D(), [nil, 4, 3], says: "rank 5")
        expect(UpSampling2D(), [nil, 4, 3], says: "rank 4")
        expect(SpatialDropout1D(0.5), [nil, 4], says: "rank 3")
        expect(RepeatVector(3), [nil, 4, 3], says: "rank 2")
        expect(Permute([2, 1]), [nil, 4], says: "rank 3")
    }

    @Test("Windows") func windows() {
        expect(Conv1D(2, kernelSize: 5), [nil, 4, 3], says: "5 cells", "only 4")
        expect(MaxPooling3D(poolSize: 3), [nil, 4, 2, 4, 1], says: "3 cells", "only 2")
        expect(
            Conv2D(2, kernelSize: 3, strides: 2, dilationRate: 2), [nil, 9, 9, 1],
            says: "cannot both exceed 1")
        expect(
            Conv2DTranspose(2, kernelSize: 3, strides: 2, dilationRate: 2), [nil, 9, 9, 1],
            says: "cannot both exceed 1")
        expect(
            Conv1DTranspose(2, kernelSize: 3, strides: 2, outputPadding: 2), [nil, 9, 1],
            says: "outputPadding [2]", "less than strides [2]")
        expect(
            Conv2D(2, kernelSize: 3, padding: .causal), [nil, 9, 9, 1], says: "'causal'", "'same'")
        expect(
            AveragePooling1D(padding: .causal), [nil, 9, 1], says: "'causal'", "'valid'")
        expect(Conv2D(2, kernelSize: [3, 0]), [nil, 9, 9, 1], says: "kernelSize", "[3, 0]")
        expect(Conv2D(2, kernelSize: [3, 3, 3]), [nil, 9, 9, 1], says: "kernelSize", "2 positive")
        expect(Conv1D(0, kernelSize: 3), [nil, 9, 1], says: "filters", "0")
        expect(Conv2D(2, kernelSize: 3), [nil, 9, 9, nil], says: "channels")
        expect(DepthwiseConv1D(3, depthMultiplier: 0), [nil, 9, 1], says: "depthMultiplier")
    }

    @Test("Groups and axes") func groups() {
        expect(Conv1D(4, kernelSize: 3, groups: 3), [nil, 9, 6], says: "groups 3", "filters 4")
        expect(Conv1D(6, kernelSize: 3, groups: 3), [nil, 9, 4], says: "groups 3", "channels 4")
        expect(GroupNormalization(groups: 3), [nil, 9, 4], says: "groups", "4", "3")
        expect(GroupNormalization(), [nil, 9, 4], says: "groups", "4", "32")
        expect(LayerNormalization(axis: 3), [nil, 9, 4], says: "[3]", "rank 3")
        expect(LayerNormalization(axis: [1, -2]), [nil, 9, 4], says: "[1, -2]")
        expect(LayerNormalization(axis: 1), [nil, nil, 4], says: "axis 1", "known extent")
        expect(BatchNormalization(axis: -4), [nil, 9, 4], says: "axis -4")
        expect(BatchNormalization(), [nil, nil], says: "known extent")
        expect(Softmax(axis: 2), [nil, 9], says: "[2]")
        expect(PReLU(sharedAxes: [3]), [nil, 9, 4], says: "shared axis 3")
        expect(PReLU(), [nil, nil, 4], says: "known")
        expect(Normalization(axis: 1), [nil, nil, 4], says: "known")
        expect(Normalization(mean: 1), [nil, 4], says: "both be given")
        expect(Normalization(mean: [1, 2], variance: [1, 2]), [nil, 4], says: "[2]", "[1, 4]")
        expect(Permute([1, 3]), [nil, 4, 3], says: "[1, 3]")
    }

    @Test("Numbers") func numbers() {
        expect(Dropout(1.5), [nil, 4], says: "rate", "1.5")
        expect(GaussianNoise(-1), [nil, 4], says: "-1")
        expect(LeakyReLU(negativeSlope: -0.5), [nil, 4], says: "negativeSlope", "-0.5")
        expect(ReLU(maximum: -2), [nil, 4], says: "maximum", "-2")
        expect(RepeatVector(0), [nil, 4], says: "0")
        expect(Cropping1D(cropping: [2, 3]), [nil, 5, 1], says: "2 + 3", "nothing")
        expect(ZeroPadding2D(padding: -1), [nil, 5, 5, 1], says: "padding", "negative")
        expect(ZeroPadding2D(padding: [1, 2, 3]), [nil, 5, 5, 1], says: "padding", "2")
        expect(UpSampling2D(size: 0), [nil, 5, 5, 1], says: "size")
        expect(Reshape([3, -1]), [nil, 4], says: "[3, -1]")
        expect(Reshape([-1, -1]), [nil, 4], says: "[-1, -1]")
    }

    @Test("Numbers beyond all measure are errors, not crashes") func enormous() {
        let huge = Int.max / 2
        expect(Dense(huge), [nil, 4], says: "too many")
        expect(Conv3D(2, kernelSize: [huge]), [nil, 4, 4, 4, 1], says: "kernelSize")
        expect(
            Conv1D(2, kernelSize: 3, strides: 1, padding: .same, dilationRate: [huge]),
            [nil, 4, 1], says: "dilationRate")
        expect(Conv1D(huge, kernelSize: 3), [nil, 4, huge], says: "too many")
        expect(RepeatVector(huge), [nil, 4], says: "too many")
        expect(Reshape([huge, huge]), [nil, 4], says: "cannot take")
        expect(ZeroPadding1D(padding: Borders(huge)), [nil, 4, 1], says: "padding")
        expect(UpSampling3D(size: [1 << 24]), [nil, 4, 4, 4, 1], says: "too many")
        expect(Flatten(), [nil, huge, huge], says: "too many")
    }

    @Test("Files") func files() throws {
        func make(_ className: String, _ config: [String: ConfigValue]) -> String {
            message {
                _ = try LayerRegistry.make(
                    SerializedObject(module: "keras.layers", className: className, config: config))
            }
        }
        #expect(make("Conv2D", ["filters": 3]).contains("kernel_size"))
        #expect(
            make("Conv2D", ["filters": 3, "kernel_size": 3, "padding": "full"])
                .contains("one of valid, same, causal"))
        #expect(make("UpSampling2D", ["interpolation": "area"]).contains("bicubic"))
        #expect(make("ZeroPadding2D", ["padding": "much"]).contains("padding"))
        #expect(make("Rescaling", ["scale": "much"]).contains("scale"))
        #expect(
            make("BatchNormalization", ["renorm": true, "renorm_clipping": ["rmox": 1]])
                .contains("rmin, rmax and dmax"))
        #expect(make("Conv2d", [:]).contains("Conv2D"))
        #expect(make("Lambda", [:]).contains("Python"))
        let lambda = Lambda(name: "mine") { $0 }
        #expect(message { _ = try lambda.serialized() }.contains("Lambda 'mine': holds a closure"))
    }

    @Test("Learning moments") func adapt() throws {
        let given = Normalization(mean: 1, variance: 2)
        let data = NDArray([1, 2, 3, 4], shape: [2, 2])
        #expect(message { try given.adapt(data) }.contains("nothing to adapt"))
        let layer = Normalization()
        #expect(message { try layer.adapt(batches: []) }.contains("needs data"))
        try withBackend(.cpu) { try layer.adapt(data) }
        let other = NDArray([1, 2, 3], shape: [1, 3])
        #expect(message { try layer.adapt(other) }.contains("[1, 3]"))
    }
}
