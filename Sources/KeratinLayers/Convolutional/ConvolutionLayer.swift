import KeratinCore
import KeratinTensor

/// What the convolution layers have in common: arguments, geometry, bias and activation.
public class ConvolutionLayer: SpatialLayer {
    let arguments: ConvolutionArguments
    private var bias: Variable?

    init(_ arguments: ConvolutionArguments, name: String?) {
        self.arguments = arguments
        super.init(dataFormat: arguments.dataFormat, name: name)
        note(arguments.mistake)
    }

    /// Which paddings the layer knows.
    var paddings: [Window.Padding] { [.valid, .same] }
    /// Whether strides and dilations may both exceed 1; Keras allows it where each channel is by itself.
    var dilatesWithStrides: Bool { false }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(arguments.config(rank: rank))
            .adding(["activity_regularizer": activityRegularizer.serialized()])
    }

    /// The kernel's extents and the input's channels; checks the arguments.
    func buildGeometry(_ inputShape: [Int?]) throws -> (kernel: [Int], channels: Int) {
        try arguments.activation.validate()
        guard let channels = try channelsLast(inputShape)[rank + 1] else {
            throw KeratinError(
                .shapeMismatch, "the number of channels must be known, got \(describe(inputShape))")
        }
        guard paddings.contains(arguments.padding) else {
            let words = paddings.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw KeratinError(
                .invalidArgument,
                "padding must be one of \(words), got '\(arguments.padding.rawValue)'")
        }
        let size = try arguments.kernelSize.resolved(rank: rank, "kernelSize")
        let strides = try arguments.strides.resolved(rank: rank, "strides")
        let dilations = try arguments.dilationRate.resolved(rank: rank, "dilationRate")
        guard
            dilatesWithStrides || strides.allSatisfy({ $0 == 1 })
                || dilations.allSatisfy({ $0 == 1 })
        else {
            throw KeratinError(
                .invalidArgument,
                "strides \(strides) and dilations \(dilations) cannot both exceed 1")
        }
        return (size, channels)
    }

    func buildBias(_ filters: Int) throws {
        if arguments.useBias {
            bias = try addWeight(name: "bias", shape: [filters], arguments.bias)
        }
    }

    /// - Throws: `KeratinError` if the number is not positive.
    func requirePositive(_ value: Int, _ what: String) throws {
        guard value > 0 else {
            throw KeratinError(.invalidArgument, "\(what) must be positive, got \(value)")
        }
    }

    /// The convolution of a channels-last input with a filter (k…, in/groups, out).
    func convolve(_ x: Tensor, filter: Tensor, groups: Int) throws -> Tensor {
        let window = try arguments.window(input: Array(x.shape.dimensions[1...rank]))
        return x.convolved(filter, ConvolutionGeometry(window: window, groups: groups))
    }

    /// Bias and activation, in the layer's data format. The activation comes last: a softmax is over the last axis
    /// of what the layer gives.
    func finish(_ y: Tensor) throws -> Tensor {
        let biased = try bias.map { try y + $0.read() } ?? y
        return try arguments.activation(dataFormat.outgoing(biased))
    }
}
