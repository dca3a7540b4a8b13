import KeratinCore
import KeratinTensor

/// The arguments that all convolution layers take.
struct ConvolutionArguments: Sendable {
    var kernelSize: Extents
    var strides: Extents
    var padding: Window.Padding
    var dataFormat: DataFormat
    var dilationRate: Extents
    var activation: ActivationFunction
    var useBias: Bool
    var bias: WeightSpecification
    /// What is wrong with the padding or the data format.
    let mistake: (any Error)?

    init(
        kernelSize: any AxisConvertible, strides: any AxisConvertible,
        padding: any PaddingConvertible, dataFormat: any DataFormatConvertible,
        dilationRate: any AxisConvertible, activation: (any ActivationConvertible)?, useBias: Bool,
        bias: WeightSpecification
    ) {
        self.kernelSize = Extents(kernelSize)
        self.strides = Extents(strides)
        let (border, format) = (
            Chosen(padding.padding, else: .valid),
            Chosen(dataFormat.dataFormat, else: .channelsLast)
        )
        self.padding = border.value
        self.dataFormat = format.value
        mistake = border.mistake ?? format.mistake
        self.dilationRate = Extents(dilationRate)
        self.activation = activation?.activationFunction ?? .linear
        self.useBias = useBias
        self.bias = bias
    }

    init(from configuration: Configuration) throws {
        self.init(
            kernelSize: try configuration.extents("kernel_size"),
            strides: try configuration.extents("strides", default: 1),
            padding: try configuration.padding(),
            dataFormat: try configuration.dataFormat(),
            dilationRate: try configuration.extents("dilation_rate", default: 1),
            activation: try configuration.object("activation", default: ActivationFunction.linear),
            useBias: try configuration.boolean("use_bias", default: true),
            bias: try WeightSpecification(from: configuration, "bias", default: .zeros))
    }

    func config(rank: Int) throws -> [String: ConfigValue] {
        [
            "kernel_size": ConfigValue(try kernelSize.resolved(rank: rank, "kernelSize")),
            "strides": ConfigValue(try strides.resolved(rank: rank, "strides")),
            "padding": .string(padding.rawValue),
            "data_format": .string(dataFormat.rawValue),
            "dilation_rate": ConfigValue(try dilationRate.resolved(rank: rank, "dilationRate")),
            "activation": try activation.serialized(), "use_bias": .boolean(useBias),
        ].adding(try bias.config("bias"))
    }

    /// The window over inputs of the given spatial extents.
    func window(input: [Int]) throws -> Window {
        let rank = input.count
        return Window(
            sizes: try kernelSize.resolved(rank: rank, "kernelSize"),
            strides: try strides.resolved(rank: rank, "strides"),
            dilations: try dilationRate.resolved(rank: rank, "dilationRate"), padding: padding,
            input: input)
    }
}
