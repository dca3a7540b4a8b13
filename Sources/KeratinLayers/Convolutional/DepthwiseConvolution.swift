import KeratinCore
import KeratinTensor

/// A convolution of each channel by itself. Weights: kernel (k…, in, multiplier), bias (in·multiplier); channel
/// c·multiplier + m of the result comes from input channel c.
public class DepthwiseConvolution: ConvolutionLayer, BuiltInLayer {
    private let depthMultiplier: Int
    private let kernelSpecification: WeightSpecification
    private var kernel: Variable?

    init(
        depthMultiplier: Int, kernel: WeightSpecification, arguments: ConvolutionArguments,
        name: String?
    ) {
        self.depthMultiplier = depthMultiplier
        kernelSpecification = kernel
        super.init(arguments, name: name)
    }

    /// - Parameters:
    ///   - kernelSize: the cells of the window along each axis.
    ///   - depthMultiplier: how many channels are made of each.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        depthMultiplier: Int = 1, dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, activation: (any ActivationConvertible)? = nil,
        useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        self.init(
            depthMultiplier: depthMultiplier,
            kernel: WeightSpecification(
                depthwiseInitializer, depthwiseRegularizer, depthwiseConstraint),
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
            depthMultiplier: try configuration.integer("depth_multiplier", default: 1),
            kernel: try WeightSpecification(
                from: configuration, "depthwise", default: .glorotUniform),
            arguments: try ConvolutionArguments(from: configuration), name: configuration.name)
    }

    override var dilatesWithStrides: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding(["depth_multiplier": .integer(depthMultiplier)])
            .adding(kernelSpecification.config("depthwise"))
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        try requirePositive(depthMultiplier, "depthMultiplier")
        kernel = try addWeight(
            name: "kernel", shape: Shape(size + [channels, depthMultiplier]), kernelSpecification)
        try buildBias(channels * depthMultiplier)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try finish(convolveDepthwise(channelsLast(input), built(kernel).read()))
    }
}

extension ConvolutionLayer {
    /// Each channel by itself, with a kernel (k…, in, multiplier).
    func convolveDepthwise(_ x: Tensor, _ kernel: Tensor) throws -> Tensor {
        // It lies in memory as the filter (k…, 1, in·multiplier) of a convolution with a group a channel.
        let channels = kernel.shape[rank]
        let shape = Shape(
            kernel.shape.dimensions.prefix(rank) + [1, channels * kernel.shape[rank + 1]])
        return try convolve(x, filter: kernel.reshaped(shape), groups: channels)
    }
}

/// Depthwise convolution along one axis: inputs [batch, steps, channels].
public final class DepthwiseConv1D: DepthwiseConvolution { override class var rank: Int { 1 } }

/// Depthwise convolution of images: inputs [batch, rows, columns, channels].
public final class DepthwiseConv2D: DepthwiseConvolution {}
