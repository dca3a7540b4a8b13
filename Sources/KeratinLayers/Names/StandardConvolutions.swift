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
