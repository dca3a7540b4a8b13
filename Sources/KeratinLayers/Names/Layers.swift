import KeratinCore
import KeratinTensor

// The arguments of layers by name where they have none, and by position where they have one.

extension Dense {
    /// The same with a name for the units: `Dense(units: 32)`.
    public convenience init(
        units: Int, activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil, inputDim: Int? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape, inputDim: inputDim)
    }

    /// The same, the activation by position: `Dense(32, "relu")`.
    public convenience init(
        _ units: Int, _ activation: any ActivationConvertible, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil, inputDim: Int? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape, inputDim: inputDim)
    }

    /// The same, what the layer is fed first: `Dense(12, inputShape: [8], activation: "relu")`.
    public convenience init(
        _ units: Int, inputShape: [Int?], activation: any ActivationConvertible,
        useBias: Bool = true, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, what the layer is fed first: `Dense(12, inputDim: 8, activation: "relu")`.
    public convenience init(
        _ units: Int, inputDim: Int, activation: any ActivationConvertible, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputDim: inputDim)
    }
}

extension SimpleRNN {
    /// The same with a name for the units: `SimpleRNN(units: 32)`.
    public convenience init(
        units: Int, activation: any ActivationConvertible = .tanh, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, seed: Int? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
            stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask, seed: seed,
            name: name, inputShape: inputShape)
    }

    /// The same, what is returned before the dropout: `SimpleRNN(32, returnSequences: true, dropout: 0.2)`.
    @_disfavoredOverload
    public convenience init(
        _ units: Int, returnSequences: Bool, dropout: Double = 0, recurrentDropout: Double = 0,
        activation: any ActivationConvertible = .tanh, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, seed: Int? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
            stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask, seed: seed,
            name: name, inputShape: inputShape)
    }
}

extension GRU {
    /// The same with a name for the units: `GRU(units: 32)`.
    public convenience init(
        units: Int, activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, resetAfter: Bool = true, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        unroll: Bool = false, zeroOutputForMask: Bool = false, seed: Int? = nil,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, recurrentActivation: recurrentActivation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            resetAfter: resetAfter, returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, unroll: unroll,
            zeroOutputForMask: zeroOutputForMask, seed: seed, name: name, inputShape: inputShape)
    }

    /// The same, what is returned before the dropout: `GRU(32, returnSequences: true, dropout: 0.2)`.
    @_disfavoredOverload
    public convenience init(
        _ units: Int, returnSequences: Bool, dropout: Double = 0, recurrentDropout: Double = 0,
        activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, resetAfter: Bool = true,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        unroll: Bool = false, zeroOutputForMask: Bool = false, seed: Int? = nil,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, recurrentActivation: recurrentActivation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            resetAfter: resetAfter, returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, unroll: unroll,
            zeroOutputForMask: zeroOutputForMask, seed: seed, name: name, inputShape: inputShape)
    }
}

extension LSTM {
    /// The same with a name for the units: `LSTM(units: 32)`.
    public convenience init(
        units: Int, activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros, unitForgetBias: Bool = true,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, seed: Int? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, recurrentActivation: recurrentActivation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            unitForgetBias: unitForgetBias, kernelRegularizer: kernelRegularizer,
            recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint,
            dropout: dropout, recurrentDropout: recurrentDropout, returnSequences: returnSequences,
            returnState: returnState, goBackwards: goBackwards, stateful: stateful, unroll: unroll,
            zeroOutputForMask: zeroOutputForMask, seed: seed, name: name, inputShape: inputShape)
    }

    /// The same, what is returned before the dropout: `LSTM(32, returnSequences: true, dropout: 0.2)`.
    @_disfavoredOverload
    public convenience init(
        _ units: Int, returnSequences: Bool, dropout: Double = 0, recurrentDropout: Double = 0,
        activation: any ActivationConvertible = .tanh,
        recurrentActivation: any ActivationConvertible = .sigmoid, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        recurrentInitializer: any InitializerConvertible = .orthogonal(),
        biasInitializer: any InitializerConvertible = .zeros, unitForgetBias: Bool = true,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, seed: Int? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            units, activation: activation, recurrentActivation: recurrentActivation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            unitForgetBias: unitForgetBias, kernelRegularizer: kernelRegularizer,
            recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint,
            dropout: dropout, recurrentDropout: recurrentDropout, returnSequences: returnSequences,
            returnState: returnState, goBackwards: goBackwards, stateful: stateful, unroll: unroll,
            zeroOutputForMask: zeroOutputForMask, seed: seed, name: name, inputShape: inputShape)
    }
}

extension Embedding {
    /// The same with names for the sizes: `Embedding(inputDim: 100, outputDim: 8)`.
    public convenience init(
        inputDim: Int, outputDim: Int,
        embeddingsInitializer: any InitializerConvertible = .randomUniform(),
        embeddingsRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        embeddingsConstraint: (any ConstraintConvertible)? = nil, maskZero: Bool = false,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            inputDim, outputDim, embeddingsInitializer: embeddingsInitializer,
            embeddingsRegularizer: embeddingsRegularizer, activityRegularizer: activityRegularizer,
            embeddingsConstraint: embeddingsConstraint, maskZero: maskZero, name: name,
            inputShape: inputShape)
    }
}

extension Dropout {
    /// `Dropout(rate: 0.5)`.
    public convenience init(
        rate: Double, noiseShape: [Int?]? = nil, seed: Int? = nil, name: String? = nil
    ) {
        self.init(rate, noiseShape: noiseShape, seed: seed, name: name)
    }
}

extension GaussianDropout {
    /// `GaussianDropout(rate: 0.5)`.
    public convenience init(rate: Double, seed: Int? = nil, name: String? = nil) {
        self.init(rate, seed: seed, name: name)
    }
}

extension AlphaDropout {
    /// `AlphaDropout(rate: 0.5)`.
    public convenience init(
        rate: Double, noiseShape: [Int?]? = nil, seed: Int? = nil, name: String? = nil
    ) {
        self.init(rate, noiseShape: noiseShape, seed: seed, name: name)
    }
}

extension GaussianNoise {
    /// `GaussianNoise(stddev: 0.1)`.
    public convenience init(stddev deviation: Double, seed: Int? = nil, name: String? = nil) {
        self.init(deviation, seed: seed, name: name)
    }
}

extension Reshape {
    /// `Reshape(targetShape: [4, 1])`.
    public convenience init(targetShape: [Int], name: String? = nil) {
        self.init(targetShape, name: name)
    }
}

extension Permute {
    /// `Permute(dims: [2, 1])`.
    public convenience init(dims dimensions: [Int], name: String? = nil) {
        self.init(dimensions, name: name)
    }
}

extension RepeatVector {
    /// `RepeatVector(n: 3)`.
    public convenience init(n count: Int, name: String? = nil) {
        self.init(count, name: name)
    }
}

extension LeakyReLU {
    /// `LeakyReLU(0.2)`.
    public convenience init(_ negativeSlope: Double, name: String? = nil) {
        self.init(negativeSlope: negativeSlope, name: name)
    }
}

extension ELU {
    /// `ELU(0.5)`.
    public convenience init(_ alpha: Double, name: String? = nil) {
        self.init(alpha: alpha, name: name)
    }
}

extension ReLU {
    /// `ReLU(6)`.
    public convenience init(
        _ maximum: Double, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil
    ) {
        self.init(maximum: maximum, negativeSlope: negativeSlope, threshold: threshold, name: name)
    }
}

extension ReLU {
    /// `ReLU(maxValue: 6)`.
    public convenience init(
        maxValue maximum: Double?, negativeSlope: Double = 0, threshold: Double = 0,
        name: String? = nil
    ) {
        self.init(maximum: maximum, negativeSlope: negativeSlope, threshold: threshold, name: name)
    }
}

extension UpSampling1D {
    /// `UpSampling1D(2)`.
    public convenience init(_ size: Int, name: String? = nil) {
        self.init(size: size, name: name)
    }
}

extension UpSampling2D {
    /// `UpSampling2D(2)`.
    public convenience init(
        _ size: any AxisConvertible, interpolation: any InterpolationConvertible = .nearest,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        self.init(size: size, interpolation: interpolation, dataFormat: dataFormat, name: name)
    }
}

extension UpSampling3D {
    /// `UpSampling3D(2)`.
    public convenience init(
        _ size: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(size: size, dataFormat: dataFormat, name: name)
    }
}

extension ZeroPaddingLayer {
    /// `ZeroPadding2D(1)`.
    public convenience init(
        _ padding: Borders, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(padding: padding, dataFormat: dataFormat, name: name)
    }
}

extension Cropping1D {
    /// `Cropping1D(1)`.
    public convenience init(_ cropping: Borders, name: String? = nil) {
        self.init(cropping: cropping, name: name)
    }
}

extension Cropping2D {
    /// `Cropping2D(1)`.
    public convenience init(
        _ cropping: Borders, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(cropping: cropping, dataFormat: dataFormat, name: name)
    }
}

extension Cropping3D {
    /// `Cropping3D(1)`.
    public convenience init(
        _ cropping: Borders, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.init(cropping: cropping, dataFormat: dataFormat, name: name)
    }
}

extension Rescaling {
    /// `Rescaling(scale: 1.0 / 255)`.
    public convenience init(scale: Double, offset: Double = 0, name: String? = nil) {
        self.init(scale, offset: offset, name: name)
    }
}

extension Concatenate {
    /// `Concatenate(1)`.
    public convenience init(_ axis: Int, name: String? = nil) {
        self.init(axis: axis, name: name)
    }
}

extension Activation {
    /// `Activation(activation: "relu")`.
    public convenience init(activation function: any ActivationConvertible, name: String? = nil) {
        self.init(function, name: name)
    }
}

extension Input {
    /// `Input([28, 28])`.
    public convenience init(
        _ shape: [Int?], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil
    ) {
        self.init(shape: shape, batchSize: batchSize, dtype: dtype, name: name)
    }
}

extension Input {
    /// `Input(3)`.
    public convenience init(
        _ extent: Int, batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil
    ) {
        self.init(shape: [extent], batchSize: batchSize, dtype: dtype, name: name)
    }
}

extension Input {
    /// `Input(shape: 3)`.
    public convenience init(
        shape extent: Int, batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil
    ) {
        self.init(shape: [extent], batchSize: batchSize, dtype: dtype, name: name)
    }
}

extension GlobalPoolingLayer {
    /// `GlobalAveragePooling2D(keepDims: true)`.
    public convenience init(
        dataFormat: any DataFormatConvertible = .channelsLast, keepDims: Bool, name: String? = nil
    ) {
        self.init(dataFormat: dataFormat, keepDimensions: keepDims, name: name)
    }
}

extension Layer {
    /// The same as `trainableWeights`, under Keras's other name.
    public final var trainableVariables: [Variable] { trainableWeights }
    /// The same as `nonTrainableWeights`, under Keras's other name.
    public final var nonTrainableVariables: [Variable] { nonTrainableWeights }
}
