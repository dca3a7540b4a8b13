import KeratinCore
import KeratinTensor

/// 2D convolution (cross-correlation). Weights: kernel (kh, kw, in/groups, filters), bias (filters).
public final class Conv2D: ConvolutionLayer {
    private let filters: Int
    private let groups: Int
    private let kernelInitializer: Initializer

    public init(
        _ filters: Int, kernelSize: Extents, strides: Extents = 1,
        padding: Window.Padding = .valid, dataFormat: DataFormat = .channelsLast,
        dilationRate: Extents = 1, groups: Int = 1, activation: ActivationFunction = .linear,
        useBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, name: String? = nil
    ) {
        self.filters = filters
        self.groups = groups
        self.kernelInitializer = kernelInitializer
        super.init(
            rank: 2, kernelSize: kernelSize, strides: strides, padding: padding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, biasInitializer: biasInitializer, name: name)
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        guard filters > 0, groups > 0, channels % groups == 0, filters % groups == 0 else {
            throw KeratinError(
                .invalidArgument,
                "groups \(groups) must divide the input's channels \(channels) and filters \(filters)"
            )
        }
        kernel = try addWeight(
            name: "kernel", shape: Shape(size + [channels / groups, filters]),
            initializer: kernelInitializer)
        try buildBias(filters)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let kernel else { throw KeratinError(.invalidState, "is not built") }
        return try convolve(input, filter: kernel.read(), groups: groups)
    }
}
