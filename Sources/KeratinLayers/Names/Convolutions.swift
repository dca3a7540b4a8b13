import KeratinCore
import KeratinTensor

// The arguments of convolutions by name, and in the other orders in which they are written.

extension StandardConvolution {
    /// The same with a name for the size: `Conv2D(32, kernelSize: 3)`.
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same with names for both: `Conv2D(filters: 32, kernelSize: 3)`.
    public convenience init(
        filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `Conv2D(32, 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the padding before the strides: `Conv2D(32, 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `Conv2D(32, kernelSize: 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the padding before the strides: `Conv2D(32, kernelSize: 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, groups: groups, activation: activation, useBias: useBias,
            kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
            activityRegularizer: activityRegularizer, kernelConstraint: kernelConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }
}

extension TransposedConvolution {
    /// The same with a name for the size: `Conv2DTranspose(32, kernelSize: 3)`.
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same with names for both: `Conv2DTranspose(filters: 32, kernelSize: 3)`.
    public convenience init(
        filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `Conv2DTranspose(32, 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the padding before the strides: `Conv2DTranspose(32, 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `Conv2DTranspose(32, kernelSize: 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }

    /// The same, the padding before the strides: `Conv2DTranspose(32, kernelSize: 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true, kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, outputPadding: outputPadding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, kernelInitializer: kernelInitializer,
            biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, biasConstraint: biasConstraint, name: name,
            inputShape: inputShape)
    }
}

extension SeparableConvolution {
    /// The same with a name for the size: `SeparableConv2D(32, kernelSize: 3)`.
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same with names for both: `SeparableConv2D(filters: 32, kernelSize: 3)`.
    public convenience init(
        filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `SeparableConv2D(32, 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the padding before the strides: `SeparableConv2D(32, 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation before the strides and the padding: `SeparableConv2D(32, kernelSize: 3, activation: "relu", padding: "same")`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, activation: any ActivationConvertible,
        strides: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the activation between the strides and the padding.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible,
        activation: any ActivationConvertible, padding: any PaddingConvertible,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }

    /// The same, the padding before the strides: `SeparableConv2D(32, kernelSize: 3, padding: "same", strides: 2)`.
    @_disfavoredOverload
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, padding: any PaddingConvertible,
        strides: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, depthMultiplier: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        pointwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, depthMultiplier: depthMultiplier, activation: activation,
            useBias: useBias, depthwiseInitializer: depthwiseInitializer,
            pointwiseInitializer: pointwiseInitializer, biasInitializer: biasInitializer,
            depthwiseRegularizer: depthwiseRegularizer, pointwiseRegularizer: pointwiseRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            depthwiseConstraint: depthwiseConstraint, pointwiseConstraint: pointwiseConstraint,
            biasConstraint: biasConstraint, name: name, inputShape: inputShape)
    }
}

extension ConvLSTM {
    /// The same with a name for the size: `ConvLSTM2D(32, kernelSize: 3)`.
    public convenience init(
        _ filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: any ActivationConvertible = .tanh,
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
        recurrentDropout: Double = 0, seed: Int? = nil, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        zeroOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, activation: activation,
            recurrentActivation: recurrentActivation, useBias: useBias,
            kernelInitializer: kernelInitializer, recurrentInitializer: recurrentInitializer,
            biasInitializer: biasInitializer, unitForgetBias: unitForgetBias,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            seed: seed, returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, zeroOutputForMask: zeroOutputForMask,
            name: name)
    }

    /// The same with names for both: `ConvLSTM2D(filters: 32, kernelSize: 3)`.
    public convenience init(
        filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: any ActivationConvertible = .tanh,
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
        recurrentDropout: Double = 0, seed: Int? = nil, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        zeroOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            filters, kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
            dilationRate: dilationRate, activation: activation,
            recurrentActivation: recurrentActivation, useBias: useBias,
            kernelInitializer: kernelInitializer, recurrentInitializer: recurrentInitializer,
            biasInitializer: biasInitializer, unitForgetBias: unitForgetBias,
            kernelRegularizer: kernelRegularizer, recurrentRegularizer: recurrentRegularizer,
            biasRegularizer: biasRegularizer, activityRegularizer: activityRegularizer,
            kernelConstraint: kernelConstraint, recurrentConstraint: recurrentConstraint,
            biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout,
            seed: seed, returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, zeroOutputForMask: zeroOutputForMask,
            name: name)
    }
}
