import KeratinCore
import KeratinTensor

/// activation(x ⋆ kernel + bias): cross-correlation, as all of deep learning calls convolution.
///
/// Input [batch, spatial…, in], result [batch, spatial…, filters] (channels second if `dataFormat` says so).
/// Weights: kernel (k…, in/groups, filters), bias (filters). Along each axis the result's extent is
/// ⌊(n − ((k − 1)·dilation + 1)) / stride⌋ + 1 for `valid` padding and ⌈n / stride⌉ for the others.
public class StandardConvolution: ConvolutionLayer, BuiltInLayer {
    private let filters: Int
    private let groups: Int
    private let kernelSpecification: WeightSpecification
    private var kernel: Variable?

    init(
        filters: Int, groups: Int, kernel: WeightSpecification, arguments: ConvolutionArguments,
        name: String?
    ) {
        self.filters = filters
        self.groups = groups
        kernelSpecification = kernel
        super.init(arguments, name: name)
    }

    /// - Parameters:
    ///   - filters: the channels of the result.
    ///   - kernelSize: the cells of the window along each axis.
    ///   - padding: `.valid`, `.same`, or, of one axis only, `.causal`.
    ///   - dilationRate: the distance between the cells of the window; not together with strides.
    ///   - groups: parts of the channels that are convolved by themselves.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil,
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
            filters: filters, groups: groups,
            kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
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
            groups: try configuration.integer("groups", default: 1),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            arguments: try ConvolutionArguments(from: configuration), name: configuration.name)
    }

    override var paddings: [Window.Padding] {
        rank == 1 ? [.valid, .same, .causal] : [.valid, .same]
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding(["filters": .integer(filters), "groups": .integer(groups)])
            .adding(kernelSpecification.config("kernel"))
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        try requirePositive(filters, "filters")
        guard groups > 0, channels % groups == 0, filters % groups == 0 else {
            throw KeratinError(
                .invalidArgument,
                "groups \(groups) must divide the input's channels \(channels) and filters \(filters)"
            )
        }
        kernel = try addWeight(
            name: "kernel", shape: Shape(size + [channels / groups, filters]), kernelSpecification)
        try buildBias(filters)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try finish(convolve(channelsLast(input), filter: built(kernel).read(), groups: groups))
    }
}

/// Convolution along one axis, such as time: inputs [batch, steps, channels].
public final class Conv1D: StandardConvolution { override class var rank: Int { 1 } }

/// Convolution of images: inputs [batch, rows, columns, channels].
public final class Conv2D: StandardConvolution {}

/// Convolution of volumes: inputs [batch, x, y, z, channels].
public final class Conv3D: StandardConvolution { override class var rank: Int { 3 } }
