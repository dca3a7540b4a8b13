import KeratinCore
import KeratinTensor

/// How the convolutions of a ConvLSTM lie over their inputs.
struct ConvLSTMGeometry: Sendable {
    /// The number of spatial axes.
    var rank: Int
    var filters: Int
    var kernelSize: Extents
    var strides: Extents
    var padding: Window.Padding
    var dataFormat: DataFormat
    var dilationRate: Extents
    /// What is wrong with the padding or the data format.
    let mistake: (any Error)?

    init(
        rank: Int, filters: Int, kernelSize: any AxisConvertible, strides: any AxisConvertible,
        padding: any PaddingConvertible, dataFormat: any DataFormatConvertible,
        dilationRate: any AxisConvertible
    ) {
        self.rank = rank
        self.filters = filters
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
    }

    init(from configuration: Configuration, rank: Int) throws {
        self.init(
            rank: rank, filters: try configuration.integer("filters"),
            kernelSize: try configuration.extents("kernel_size"),
            strides: try configuration.extents("strides", default: 1),
            padding: try configuration.padding(), dataFormat: try configuration.dataFormat(),
            dilationRate: try configuration.extents("dilation_rate", default: 1))
    }

    func config() throws -> [String: ConfigValue] {
        if let mistake { throw mistake }
        return [
            "filters": .integer(filters),
            "kernel_size": ConfigValue(try kernelSize.resolved(rank: rank, "kernelSize")),
            "strides": ConfigValue(try strides.resolved(rank: rank, "strides")),
            "padding": .string(padding.rawValue), "data_format": .string(dataFormat.rawValue),
            "dilation_rate": ConfigValue(try dilationRate.resolved(rank: rank, "dilationRate")),
        ]
    }

    /// The kernel's extents.
    /// - Throws: `KeratinError` for arguments that do not fit each other.
    func checked() throws -> [Int] {
        if let mistake { throw mistake }
        guard filters > 0 else {
            throw KeratinError(.invalidArgument, "filters must be positive, got \(filters)")
        }
        guard padding != .causal else {
            throw KeratinError(
                .invalidArgument, "padding must be one of 'valid', 'same', got 'causal'")
        }
        let strides = try strides.resolved(rank: rank, "strides")
        let dilations = try dilationRate.resolved(rank: rank, "dilationRate")
        guard strides.allSatisfy({ $0 == 1 }) || dilations.allSatisfy({ $0 == 1 }) else {
            throw KeratinError(
                .invalidArgument,
                "strides \(strides) and dilations \(dilations) cannot both exceed 1")
        }
        return try kernelSize.resolved(rank: rank, "kernelSize")
    }

    /// The window over inputs of given extents.
    func inputWindow(_ spatial: [Int]) throws -> Window {
        Window(
            sizes: try kernelSize.resolved(rank: rank, "kernelSize"),
            strides: try strides.resolved(rank: rank, "strides"),
            dilations: try dilationRate.resolved(rank: rank, "dilationRate"), padding: padding,
            input: spatial)
    }

    /// The window over hidden states, whose extents stay as they are.
    func stateWindow(_ spatial: [Int]) throws -> Window {
        Window(
            sizes: try kernelSize.resolved(rank: rank, "kernelSize"),
            strides: [Int](repeating: 1, count: rank), padding: .same, input: spatial)
    }
}

/// The step of the ConvLSTM layers (Shi et al., 2015): that of `LSTMCell` with convolutions in place of the products.
///
/// Inputs [batch, spatial…, in]; states h and c, [batch, result…, filters] each. Weights: kernel (k…, in, 4·filters),
/// recurrent_kernel (k…, filters, 4·filters), bias (4·filters); blocks i, f, c, o.
final class ConvLSTMCell: GatedCell {
    override class var gateCount: Int { 4 }
    let geometry: ConvLSTMGeometry
    private var rank: Int { geometry.rank }
    private var filters: Int { geometry.filters }
    /// The spatial extents of the states, once the cell is built.
    private var stateExtents: [Int] = []

    init(_ geometry: ConvLSTMGeometry, _ arguments: RecurrentArguments) {
        self.geometry = geometry
        super.init(arguments, name: "conv_lstm_cell")
    }

    override var drawsMasksForEachGate: Bool { true }

    /// As the user sees them, in the data format.
    override var stateSizes: [Shape] {
        let size = Shape(
            geometry.dataFormat == .channelsLast
                ? stateExtents + [filters] : [filters] + stateExtents)
        return [size, size]
    }

    override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(geometry.config())
    }

    override func build(inputShape: [Int?]) throws {
        let size = try geometry.checked()
        let shape = geometry.dataFormat.incoming(inputShape)
        let spatial = shape[1...rank].compactMap { $0 }
        guard spatial.count == rank, let channels = shape[rank + 1] else {
            throw KeratinError(
                .shapeMismatch,
                "needs known extents and channels of each step, got \(describe(inputShape))")
        }
        stateExtents = try geometry.inputWindow(spatial).outputExtents(input: spatial)
        try buildWeights(
            kernel: Shape(size + [channels, 4 * filters]),
            recurrentKernel: Shape(size + [filters, 4 * filters]), bias: [4 * filters])
    }

    /// Computes channels-last.
    package override func run(
        _ sequence: Tensor, states: [Tensor], mask: Tensor?, _ options: SequenceOptions
    ) throws -> SequenceResult {
        guard geometry.dataFormat == .channelsFirst else {
            return try super.run(sequence, states: states, mask: mask, options)
        }
        let steps = try self.steps(
            over: moved(sequence, from: 2, to: sequence.rank - 1), training: options.training)
        let result = try SequenceLoop(
            steps, outputSize: Shape(stateExtents + [filters]), mask: mask, options
        ).run(states: states.map { try geometry.dataFormat.incoming($0) })
        let output =
            options.returnsSequences
            ? try moved(result.output, from: result.output.rank - 1, to: 2)
            : try geometry.dataFormat.outgoing(result.output)
        return SequenceResult(
            output: output, states: try result.states.map { try geometry.dataFormat.outgoing($0) })
    }

    private func moved(_ x: Tensor, from: Int, to: Int) throws -> Tensor {
        var axes = Array(0..<x.rank)
        axes.insert(axes.remove(at: from), at: to)
        return x.transposed(axes)
    }

    /// For channels-last sequences.
    override func steps(over sequence: Tensor, training: Bool) throws -> CellSteps {
        let recurrentKernel = try readRecurrentKernel()
        let masks = try recurrentMasks(
            Shape([sequence.shape[0]] + stateExtents + [filters]), training: training)
        let convolution = ConvolutionGeometry(window: try geometry.stateWindow(stateExtents))
        let activation = arguments.activation
        let gateActivation = arguments.recurrentActivation ?? .sigmoid
        return CellSteps(inputs: try convolved(sequence, training: training)) { row, states in
            let (hidden, carry) = (states[0], states[1])
            let inner =
                try masks.map { masks in
                    try Tensor.concatenate(
                        (0..<4).map { gate in
                            try (hidden * masks[gate]).convolved(
                                self.gate(gate, of: recurrentKernel), convolution)
                        })
                } ?? hidden.convolved(recurrentKernel, convolution)
            let z = row + inner
            let i = try gateActivation(self.gate(0, of: z))
            let f = try gateActivation(self.gate(1, of: z))
            let next = try f * carry + i * activation(self.gate(2, of: z))
            let output = try gateActivation(self.gate(3, of: z)) * activation(next)
            return (output, [output, next])
        }
    }

    /// The convolution of the inputs of all steps: [batch, steps, spatial…, in] → [batch, steps, result…, 4·filters].
    private func convolved(_ sequence: Tensor, training: Bool) throws -> Tensor {
        let kernel = try readKernel()
        let extents = sequence.shape.dimensions
        guard sequence.rank == rank + 3, extents[rank + 2] == kernel.shape[rank] else {
            throw KeratinError(
                .shapeMismatch,
                "expects sequences of rank \(rank + 3) with \(kernel.shape[rank]) channels, got \(sequence.shape)"
            )
        }
        let window = try geometry.inputWindow(Array(extents[2..<(rank + 2)]))
        let convolution = ConvolutionGeometry(window: window)
        func product(_ x: Tensor, _ kernel: Tensor) throws -> Tensor {
            x.reshaped(Shape([extents[0] * extents[1]] + extents[2...]))
                .convolved(kernel, convolution)
        }
        let masks = try inputMasks(
            Shape([extents[0], 1] + extents[2...]), training: training)
        var y =
            try masks.map { masks in
                try Tensor.concatenate(
                    (0..<4).map { try product(sequence * masks[$0], gate($0, of: kernel)) })
            } ?? product(sequence, kernel)
        if let bias = try readBias() { y = y + bias }
        return y.reshaped(Shape([extents[0], extents[1]] + y.shape.dimensions.dropFirst()))
    }

    /// The part of a gate along the last axis.
    private func gate(_ index: Int, of x: Tensor) throws -> Tensor {
        var starts = [Int](repeating: 0, count: x.rank)
        var limits = x.shape.dimensions
        (starts[x.rank - 1], limits[x.rank - 1]) = (index * filters, (index + 1) * filters)
        return x.slice(starts: starts, limits: limits)
    }
}
