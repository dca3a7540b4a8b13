import Keratin

/// Small models that together hold most of what files can hold.
enum MutationModels {
    static func all() throws -> [Model] {
        try [images(), sequences(), graph(), volumes(), attention(), cells(), preprocessing()]
    }

    /// Convolutions of images, and how a model is compiled.
    private static func images() throws -> Model {
        let model = try Sequential([
            Input(shape: [8, 8, 2]), ZeroPadding2D(1),
            Conv2D(4, 3, strides: 2, activation: .relu, kernelRegularizer: .l2(0.01)),
            BatchNormalization(), DepthwiseConv2D(3, padding: .same),
            SeparableConv2D(3, 2, depthwiseConstraint: .maxNorm(2)), UpSampling2D(2), Cropping2D(1),
            Conv2DTranspose(2, 2, strides: 2), MaxPooling2D(2), AveragePooling2D(2, strides: 1),
            LayerNormalization(), GroupNormalization(groups: 1), SpatialDropout2D(0.2), PReLU(),
            Reshape([-1, 2]), GlobalAveragePooling1D(), RepeatVector(2), Permute([2, 1]), Flatten(),
            LeakyReLU(0.1), Dense(3, activation: .softmax),
        ])
        try model.compile(
            optimizer: Adam(ExponentialDecay(0.1, decaySteps: 10, decayRate: 0.9), clipnorm: 1),
            loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        let x = random.uniform([4, 8, 8, 2], seed: 1)
        try model.fit(x, Tensor([0, 1, 2, 1] as [Int32]), verbose: 0)
        return model
    }

    /// Words, recurrent layers of every kind, masks.
    private static func sequences() throws -> Model {
        let model = try Sequential([
            Input(shape: [6], dtype: .int32), Embedding(20, 4, maskZero: true),
            Bidirectional(LSTM(3, returnSequences: true)), GRU(4, returnSequences: true),
            TimeDistributed(Dense(5, activation: "tanh")), Dropout(0.5),
            SimpleRNN(3), Dense(1, activation: "sigmoid"),
        ])
        try model.compile("rmsprop", "binary_crossentropy", ["accuracy", "auc"])
        let x = Tensor((0..<24).map { Int32($0 % 20) }, shape: [4, 6])
        try model.fit(x, Tensor([0, 1, 1, 0] as [Float], shape: [4, 1]), verbose: 0)
        return model
    }

    /// Several inputs and outputs, a layer that is used twice, a model in a model, merges and operations.
    private static func graph() throws -> Model {
        let inner = try Sequential([Input(shape: [4]), Dense(4), ReLU()], name: "inner")
        let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
        let shared = Dense(4, activation: "gelu", name: "shared")
        let (x, y) = (shared(a), shared(b))
        let joined = Concatenate()([Add()([x, y]), Multiply()([x, inner(y)]), Maximum()([x, y])])
        let dot = Dot(axes: 1, normalize: true)([x, y])
        let outputs = [
            Dense(1, name: "first")(joined * 2 + dot),
            Dense(3, activation: "softmax", name: "second")(joined),
        ]
        let model = try Model(inputs: [a, b], outputs: outputs)
        try model.compile(
            optimizer: SGD(0.1, momentum: 0.9),
            loss: ["first": "mse", "second": "sparse_categorical_crossentropy"],
            metrics: ["second": ["accuracy"]], lossWeights: ["first": 0.5])
        return model
    }

    private static func volumes() throws -> Model {
        try Sequential([
            Input(shape: [4, 5, 6, 1]), Conv3D(2, 2), ZeroPadding3D(1), AveragePooling3D(2),
            UpSampling3D(2),
            Cropping3D(1), Conv3DTranspose(2, 2), SpatialDropout3D(0.1), GlobalMaxPooling3D(),
            GaussianNoise(0.1), GaussianDropout(0.1), AlphaDropout(0.1),
            ActivityRegularization(l1: 0.1),
            UnitNormalization(), RMSNormalization(), ELU(), Softmax(), Dense(2),
        ])
    }

    private static func attention() throws -> Model {
        let x = Input(shape: [5, 8])
        var y = MultiHeadAttention(numHeads: 2, keyDim: 3)(x, x)
        y = LayerNormalization()(x + y)
        let z = Attention()([y, y])
        let w = EinsumDense("abc,cd->abd", outputShape: [nil, 4], biasAxes: "d")(z)
        return try Model(x, Dense(2)(Flatten()(w)))
    }

    private static func cells() throws -> Model {
        try Sequential([
            Input(shape: [4, 6, 2]), ConvLSTM1D(2, 2, returnSequences: true),
            TimeDistributed(Flatten()),
            RNN(StackedRNNCells([LSTMCell(3), GRUCell(2)]), returnSequences: true), Masking(),
            Bidirectional(GRU(2), mergeMode: "sum"), SpectralNormalization(Dense(3)),
        ])
    }

    private static func preprocessing() throws -> Model {
        let normalization = Normalization()
        try normalization.adapt(random.uniform([8, 3], seed: 2))
        return try Sequential([
            Input(shape: [3]), normalization, Rescaling(2, offset: 1), Reshape([3, 1]),
            Conv1D(4, 2, padding: .causal), MaxPooling1D(2), Flatten(), Dense(1),
        ])
    }
}
