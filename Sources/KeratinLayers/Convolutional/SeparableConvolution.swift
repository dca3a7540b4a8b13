import KeratinCore
import KeratinTensor

/// A depthwise convolution, then one of windows of a single cell that mixes the channels (Chollet, 2017).
///
/// Weights: depthwise_kernel (k…, in, multiplier), pointwise_kernel (1…, in·multiplier, filters), bias (filters).
public class SeparableConvolution: ConvolutionLayer, BuiltInLayer {
    private let filters: Int
    private let depthMultiplier: Int
    private let depthwiseSpecification: WeightSpecification
    private let pointwiseSpecification: WeightSpecification
    private var depthwiseKernel: Variable?
    private var pointwiseKernel: Variable?

    init(
        filters: Int, depthMultiplier: Int, depthwise: WeightSpecification,
        pointwise: WeightSpecification, arguments: ConvolutionArguments, name: String?
    ) {
        self.filters = filters
        self.depthMultiplier = depthMultiplier
        depthwiseSpecification = depthwise
        pointwiseSpecification = pointwise
        super.init(arguments, name: name)
    }

    /// - Parameters:
    ///   - filters: the channels of the result.
    ///   - depthMultiplier: how many channels the depthwise convolution makes of each.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
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
            filters: filters, depthMultiplier: depthMultiplier,
            depthwise: WeightSpecification(
                depthwiseInitializer, depthwiseRegularizer, depthwiseConstraint),
            pointwise: WeightSpecification(
                pointwiseInitializer, pointwiseRegularizer, pointwiseConstraint),
            arguments: ConvolutionArguments(
                kernelSize: kernelSize, strides: strides, padding: padding,
                dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
                useBias: useBias,
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint)),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
        sampleShape = inputShape
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            filters: try configuration.integer("filters"),
            depthMultiplier: try configuration.integer("depth_multiplier", default: 1),
            depthwise: try WeightSpecification(
                from: configuration, "depthwise", default: .glorotUniform),
            pointwise: try WeightSpecification(
                from: configuration, "pointwise", default: .glorotUniform),
            arguments: try ConvolutionArguments(from: configuration), name: configuration.name)
    }

    override var dilatesWithStrides: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "filters": .integer(filters), "depth_multiplier": .integer(depthMultiplier),
            ])
            .adding(depthwiseSpecification.config("depthwise"))
            .adding(pointwiseSpecification.config("pointwise"))
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        try requirePositive(filters, "filters")
        try requirePositive(depthMultiplier, "depthMultiplier")
        depthwiseKernel = try addWeight(
            name: "depthwise_kernel", shape: Shape(size + [channels, depthMultiplier]),
            depthwiseSpecification)
        let ones = [Int](repeating: 1, count: rank)
        pointwiseKernel = try addWeight(
            name: "pointwise_kernel", shape: Shape(ones + [channels * depthMultiplier, filters]),
            pointwiseSpecification)
        try buildBias(filters)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let y = try convolveDepthwise(channelsLast(input), built(depthwiseKernel).read())
        let ones = [Int](repeating: 1, count: rank)
        let point = Window(
            sizes: ones, strides: ones, padding: .valid,
            input: Array(y.shape.dimensions[1...rank]))
        return try finish(
            y.convolved(built(pointwiseKernel).read(), ConvolutionGeometry(window: point)))
    }
}

/// Separable convolution along one axis: inputs [batch, steps, channels].
public final class SeparableConv1D: SeparableConvolution { override class var rank: Int { 1 } }

/// Separable convolution of images: inputs [batch, rows, columns, channels].
public final class SeparableConv2D: SeparableConvolution {}
