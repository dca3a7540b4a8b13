import KeratinCore
import KeratinTensor

/// The adjoint of a convolution: each input cell adds the kernel, times its value, to the result.
///
/// Input [batch, spatial…, in], result [batch, spatial…, filters]. Weights: kernel (k…, filters, in), bias
/// (filters). With K = (k − 1)·dilation + 1 the result's extent along an axis of n cells is
/// (n − 1)·stride + max(K, stride) for `valid` padding and n·stride for `same`; with `outputPadding` p it is
/// (n − 1)·stride + K + p and (n − 1)·stride + (K mod 2) + p.
public class TransposedConvolution: ConvolutionLayer, BuiltInLayer {
    private let filters: Int
    private let outputPadding: Extents?
    private let kernelSpecification: WeightSpecification
    private var kernel: Variable?

    init(
        filters: Int, outputPadding: (any AxisConvertible)?, kernel: WeightSpecification,
        arguments: ConvolutionArguments, name: String?
    ) {
        self.filters = filters
        self.outputPadding = outputPadding.map { Extents($0) }
        kernelSpecification = kernel
        super.init(arguments, name: name)
    }

    /// - Parameters:
    ///   - filters: the channels of the result.
    ///   - outputPadding: cells added at the end of each axis, fewer than the stride; nil: as said above.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast,
        dilationRate: any AxisConvertible = 1,
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
            filters: filters, outputPadding: outputPadding,
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
            outputPadding: try configuration.optionalExtents("output_padding"),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            arguments: try ConvolutionArguments(from: configuration), name: configuration.name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig()
            .adding([
                "filters": .integer(filters),
                "output_padding": resolvedOutputPadding().map { ConfigValue($0) } ?? .null,
            ])
            .adding(kernelSpecification.config("kernel"))
    }

    private func resolvedOutputPadding() throws -> [Int]? {
        try outputPadding?.resolved(rank: rank, "outputPadding", minimum: 0)
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        try requirePositive(filters, "filters")
        let strides = try arguments.strides.resolved(rank: rank, "strides")
        if let extra = try resolvedOutputPadding(),
            zip(extra, strides).contains(where: { $0 >= $1 })
        {
            throw KeratinError(
                .invalidArgument,
                "outputPadding \(extra) must be less than strides \(strides) along each axis")
        }
        kernel = try addWeight(
            name: "kernel", shape: Shape(size + [filters, channels]), kernelSpecification)
        try buildBias(filters)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = try channelsLast(input)
        let cells = Array(x.shape.dimensions[1...rank])
        let (window, output) = try arguments.window(input: cells)
            .transposed(arguments.padding, outputPadding: resolvedOutputPadding(), input: cells)
        let shape = Shape([x.shape[0]] + output + [filters])
        let adjoint = ConvolutionInputGradient(ConvolutionGeometry(window: window), input: shape)
        return try finish(Tensor.fused(adjoint, [x, built(kernel).read()]))
    }
}

/// Transposed convolution along one axis: inputs [batch, steps, channels].
public final class Conv1DTranspose: TransposedConvolution { override class var rank: Int { 1 } }

/// Transposed convolution of images: inputs [batch, rows, columns, channels].
public final class Conv2DTranspose: TransposedConvolution {}

/// Transposed convolution of volumes: inputs [batch, x, y, z, channels].
public final class Conv3DTranspose: TransposedConvolution { override class var rank: Int { 3 } }
