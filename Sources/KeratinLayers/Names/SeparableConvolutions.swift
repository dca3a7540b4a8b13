import KeratinCore
import KeratinTensor

// The arguments of convolutions of each channel by name, and in the other orders in which they are written.

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
