import KeratinCore
import KeratinTensor

/// A convolution whose every place has a kernel of its own: activation(Σ patch·kernel[place] + bias[place]). Keras had it until
/// tf.keras 2.15; Keras 3 dropped it, and so cannot open what it is saved in.
///
/// Input [batch, spatial…, in], result [batch, spatial…, filters] (channels second if `dataFormat` says so). Weights: kernel, bias
/// (places…, filters). The kernel's shape depends on `implementation`, what is computed does not:
/// 1: (places, cells of the window · in, filters); 2: one weight for each cell of the input and each of the result, of which those that a
/// window does not cover are taken for 0; 3: a vector of those that one covers, by the result's cells.
public class LocallyConnected: SpatialLayer, BuiltInLayer {
    private let filters: Int
    private let implementation: Int
    private let arguments: ConvolutionArguments
    private let kernelSpecification: WeightSpecification
    private var kernel: Variable?
    private var bias: Variable?
    private var windows: LocalWindows?
    /// What tells the cells of a dense kernel: a mask, or where in the vector its numbers lie.
    private var table: HostConstant?

    init(
        filters: Int, implementation: Int, kernel: WeightSpecification,
        arguments: ConvolutionArguments, name: String?
    ) {
        self.filters = filters
        self.implementation = implementation
        self.arguments = arguments
        kernelSpecification = kernel
        super.init(dataFormat: arguments.dataFormat, name: name)
        note(arguments.mistake)
    }

    /// - Parameters:
    ///   - filters: the channels of the result.
    ///   - kernelSize: the cells of the window along each axis.
    ///   - padding: `.valid`, or, with the implementations 2 and 3, `.same`.
    ///   - implementation: how the kernel is stored: 1, 2 or 3.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public convenience init(
        _ filters: Int, _ kernelSize: any AxisConvertible, strides: any AxisConvertible = 1,
        padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = .glorotUniform,
        biasInitializer: any InitializerConvertible = .zeros,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, implementation: Int = 1,
        name: String? = nil, inputShape: [Int?]? = nil
    ) {
        self.init(
            filters: filters, implementation: implementation,
            kernel: WeightSpecification(kernelInitializer, kernelRegularizer, kernelConstraint),
            arguments: ConvolutionArguments(
                kernelSize: kernelSize, strides: strides, padding: padding,
                dataFormat: dataFormat, dilationRate: 1, activation: activation,
                useBias: useBias,
                bias: WeightSpecification(biasInitializer, biasRegularizer, biasConstraint)),
            name: name)
        self.activityRegularizer = activityRegularizer?.regularizer
        sampleShape = inputShape
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            filters: try configuration.integer("filters"),
            implementation: try configuration.integer("implementation", default: 1),
            kernel: try WeightSpecification(
                from: configuration, "kernel", default: .glorotUniform),
            arguments: try ConvolutionArguments(from: configuration), name: configuration.name)
    }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding(arguments.config(rank: rank))
        config["dilation_rate"] = nil
        return
            try config
            .adding([
                "filters": .integer(filters), "implementation": .integer(implementation),
                "activity_regularizer": activityRegularizer.serialized(),
            ])
            .adding(kernelSpecification.config("kernel"))
    }

    public override func build(inputShape: [Int?]) throws {
        try arguments.activation.validate()
        let extents = try channelsLast(inputShape)[1...].compactMap { $0 }
        guard extents.count == rank + 1, let channels = extents.last else {
            throw KeratinError(
                .shapeMismatch,
                "the extents of a sample must be known, got \(describe(inputShape))")
        }
        guard filters > 0, (1...3).contains(implementation) else {
            throw KeratinError(
                .invalidArgument,
                "filters must be positive and implementation 1, 2 or 3, got \(filters) and \(implementation)"
            )
        }
        let isSame = arguments.padding == .same
        guard arguments.padding == .valid || isSame && implementation > 1 else {
            throw KeratinError(
                .invalidArgument,
                "padding must be 'valid', or 'same' with implementation 2 or 3, got '\(arguments.padding.rawValue)' with \(implementation)"
            )
        }
        let windows = try LocalWindows(
            input: Array(extents.dropLast()),
            size: arguments.kernelSize.resolved(rank: rank, "kernelSize"),
            strides: arguments.strides.resolved(rank: rank, "strides"), isSame: isSame)
        self.windows = windows
        let shape = try kernelShape(windows, channels)
        kernel = try addWeight(name: "kernel", shape: shape, kernelSpecification)
        if arguments.useBias {
            bias = try addWeight(
                name: "bias", shape: Shape(windows.output + [filters]), arguments.bias)
        }
    }

    /// - Throws: `KeratinError` if it has more numbers than can be counted.
    private func kernelShape(_ windows: LocalWindows, _ channels: Int) throws -> Shape {
        let isFirst = dataFormat == .channelsFirst
        let dense =
            isFirst
            ? [channels] + windows.input + [filters] + windows.output
            : windows.input + [channels] + windows.output + [filters]
        let cells = windows.size.reduce(1, *)
        let local = [windows.count, Shape([cells, channels]).count, filters]
        guard Shape(implementation == 1 ? local : dense).count <= 1 << 40 else {
            throw KeratinError(.invalidArgument, "the kernel has more numbers than memory holds")
        }
        switch implementation {
        case 1: return Shape(local)
        case 2:
            table = HostConstant(mask(windows), shape: maskShape(windows))
            return Shape(dense)
        default:
            let (places, count) = places(windows, channels)
            table = HostConstant(
                places,
                shape: [
                    windows.input.reduce(1, *) * channels, windows.count * filters,
                ])
            return [count]
        }
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let kernel = try built(self.kernel)
        let windows = try built(self.windows)
        let expected = windows.input
        guard input.rank == rank + 2, Array(input.shape.dimensions[spatialAxes]) == expected else {
            throw KeratinError(
                .shapeMismatch,
                "was built for \(expected) cells, got \(input.shape)")
        }
        var y =
            try implementation == 1 ? local(input, kernel, windows) : dense(input, kernel, windows)
        if let bias {
            // With the channels first tf.keras reads the numbers in another order; it does not transpose them.
            let shape =
                dataFormat == .channelsFirst
                ? [1, filters] + windows.output
                : [1] + windows.output + [filters]
            y = try y + bias.read().reshaped(Shape(shape))
        }
        return try arguments.activation(y)
    }

    private func resultShape(_ batch: Int, _ windows: LocalWindows) -> Shape {
        Shape(
            dataFormat == .channelsFirst
                ? [batch, filters] + windows.output : [batch] + windows.output + [filters])
    }

    /// A product for each place.
    private func local(
        _ input: Tensor, _ kernel: Variable, _ windows: LocalWindows
    ) throws -> Tensor {
        let batch = input.shape[0]
        let patches = windows.patches(try channelsLast(input))
        // Places come first, and a patch's numbers are in the order of the data format.
        let turned = patches.transposed(
            dataFormat == .channelsFirst ? [1, 0, 3, 2] : [1, 0, 2, 3]
        ).reshaped([windows.count, batch, kernel.shape[1]])
        let y = try turned.matmul(kernel.read()).transposed([1, 0, 2])
            .reshaped(Shape([batch] + windows.output + [filters]))
        return try dataFormat.outgoing(y)
    }

    /// One product of all cells.
    private func dense(
        _ input: Tensor, _ kernel: Variable, _ windows: LocalWindows
    ) throws -> Tensor {
        let table = try built(self.table).read()
        let batch = input.shape[0]
        let cells = input.shape.dimensions.dropFirst().reduce(1, *)
        let matrix: Tensor
        if implementation == 2 {
            matrix = try (kernel.read() * table).reshaped([cells, windows.count * filters])
        } else {
            // The last number stands for all that no window covers.
            let numbers = Tensor.concatenate([try kernel.read(), Tensor([0])], axis: 0)
            matrix = numbers.gatherClamped(table.cast(to: .int32))
        }
        return input.reshaped([batch, cells]).matmul(matrix).reshaped(resultShape(batch, windows))
    }

    public override func unbuild() {
        super.unbuild()
        kernel = nil
        bias = nil
        windows = nil
        table = nil
    }
}

extension LocallyConnected {
    /// 1 where a place sees a cell.
    private func mask(_ windows: LocalWindows) -> [Double] {
        var mask = [Double](repeating: 0, count: windows.input.reduce(1, *) * windows.count)
        windows.visit { place, cell in mask[cell * windows.count + place] = 1 }
        return mask
    }

    private func maskShape(_ windows: LocalWindows) -> Shape {
        Shape(
            dataFormat == .channelsFirst
                ? [1] + windows.input + [1] + windows.output
                : windows.input + [1] + windows.output + [1])
    }

    /// Where in the vector the weight of each cell of the input and the result lies, and how many there are. The vector is in the order
    /// of the result's cells, then of the input's.
    private func places(
        _ windows: LocalWindows, _ channels: Int
    ) -> (places: [Double], count: Int) {
        let isFirst = dataFormat == .channelsFirst
        let cells = windows.input.reduce(1, *)
        let (rows, columns) = (cells * channels, windows.count * filters)
        var seen = [[Int]](repeating: [], count: columns)
        windows.visit { place, cell in
            for filter in 0..<filters {
                let column = isFirst ? filter * windows.count + place : place * filters + filter
                for channel in 0..<channels {
                    seen[column].append(
                        isFirst ? channel * cells + cell : cell * channels + channel)
                }
            }
        }
        let count = seen.reduce(0) { $0 + $1.count }
        var places = [Double](repeating: Double(count), count: rows * columns)
        var number = 0
        for (column, list) in seen.enumerated() {
            for row in list.sorted() {
                places[row * columns + column] = Double(number)
                number += 1
            }
        }
        return (places, count)
    }
}

/// Kernels of their own for the steps of a sequence: inputs [batch, steps, channels].
public final class LocallyConnected1D: LocallyConnected { override class var rank: Int { 1 } }

/// Kernels of their own for the places of an image: inputs [batch, rows, columns, channels].
public final class LocallyConnected2D: LocallyConnected {}
