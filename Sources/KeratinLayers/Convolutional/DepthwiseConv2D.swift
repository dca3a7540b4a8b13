import KeratinCore
import KeratinTensor

/// A 2D convolution of each channel by itself. Weights: kernel (kh, kw, in, multiplier), bias
/// (in·multiplier); output channel c·multiplier + m comes from input channel c.
public final class DepthwiseConv2D: ConvolutionLayer {
    private let depthMultiplier: Int
    private let depthwiseInitializer: Initializer

    public init(
        _ kernelSize: Extents, strides: Extents = 1, padding: Window.Padding = .valid,
        depthMultiplier: Int = 1, dataFormat: DataFormat = .channelsLast,
        dilationRate: Extents = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        name: String? = nil
    ) {
        self.depthMultiplier = depthMultiplier
        self.depthwiseInitializer = depthwiseInitializer
        super.init(
            rank: 2, kernelSize: kernelSize, strides: strides, padding: padding,
            dataFormat: dataFormat, dilationRate: dilationRate, activation: activation,
            useBias: useBias, biasInitializer: biasInitializer, name: name)
    }

    public override func build(inputShape: [Int?]) throws {
        let (size, channels) = try buildGeometry(inputShape)
        guard depthMultiplier > 0 else {
            throw KeratinError(
                .invalidArgument, "depthMultiplier must be positive, got \(depthMultiplier)")
        }
        kernel = try addWeight(
            name: "kernel", shape: Shape(size + [channels, depthMultiplier]),
            initializer: depthwiseInitializer)
        try buildBias(channels * depthMultiplier)
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let kernel else { throw KeratinError(.invalidState, "is not built") }
        // (k…, in, multiplier) lies in memory as (k…, 1, in·multiplier) of a convolution with a group a channel.
        let channels = kernel.shape[rank]
        let shape = Shape(
            kernel.shape.dimensions.prefix(rank) + [1, channels * depthMultiplier])
        return try convolve(input, filter: kernel.read().reshaped(shape), groups: channels)
    }
}
