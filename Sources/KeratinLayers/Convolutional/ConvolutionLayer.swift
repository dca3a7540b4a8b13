import KeratinCore
import KeratinTensor

/// What the convolution layers have in common: arguments, geometry, bias and activation.
public class ConvolutionLayer: Layer {
    let rank: Int
    private let kernelSize: Extents
    private let strides: Extents
    private let padding: Window.Padding
    let dataFormat: DataFormat
    private let dilationRate: Extents
    private let activation: ActivationFunction
    private let useBias: Bool
    private let biasInitializer: Initializer
    var kernel: Variable?
    private var bias: Variable?

    init(
        rank: Int, kernelSize: Extents, strides: Extents, padding: Window.Padding,
        dataFormat: DataFormat, dilationRate: Extents, activation: ActivationFunction,
        useBias: Bool, biasInitializer: Initializer, name: String?
    ) {
        self.rank = rank
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dataFormat = dataFormat
        self.dilationRate = dilationRate
        self.activation = activation
        self.useBias = useBias
        self.biasInitializer = biasInitializer
        super.init(name: name)
    }

    /// The kernel's extents and the input's channels; checks the arguments.
    func buildGeometry(_ inputShape: [Int?]) throws -> (kernel: [Int], channels: Int) {
        try activation.validate()
        let shape = dataFormat.incoming(inputShape)
        guard shape.count == rank + 2, let channels = shape[rank + 1] else {
            throw KeratinError(
                .shapeMismatch,
                "expects rank \(rank + 2) with known channels, got \(describe(inputShape))")
        }
        let strides = try strides.resolved(rank: rank, "strides")
        let dilations = try dilationRate.resolved(rank: rank, "dilationRate")
        guard strides.allSatisfy({ $0 == 1 }) || dilations.allSatisfy({ $0 == 1 }) else {
            throw KeratinError(
                .invalidArgument,
                "strides \(strides) and dilations \(dilations) cannot both exceed 1")
        }
        return (try kernelSize.resolved(rank: rank, "kernelSize"), channels)
    }

    func buildBias(_ filters: Int) throws {
        if useBias {
            bias = try addWeight(name: "bias", shape: [filters], initializer: biasInitializer)
        }
    }

    /// The convolution of an input with a filter (k…, in/groups, out).
    func convolve(_ input: Tensor, filter: Tensor, groups: Int) throws -> Tensor {
        let x = try dataFormat.incoming(input)
        guard x.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        let window = Window(
            sizes: try kernelSize.resolved(rank: rank, "kernelSize"),
            strides: try strides.resolved(rank: rank, "strides"),
            dilations: try dilationRate.resolved(rank: rank, "dilationRate"), padding: padding,
            input: Array(x.shape.dimensions[1...rank]))
        var y = try x.convolved(filter, ConvolutionGeometry(window: window, groups: groups))
        if let bias { y = try y + bias.read() }
        return try activation(dataFormat.outgoing(y))
    }
}
