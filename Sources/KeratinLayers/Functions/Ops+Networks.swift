import KeratinCore
import KeratinTensor

// What layers compute, with weights as tensors.

extension ops {
    private typealias Config = [(name: String, value: OperationForm.Argument)]

    private static func written(_ extents: any AxisConvertible) -> OperationForm.Argument {
        extents.axes.count == 1 ? .integer(extents.axes[0]) : .init(extents.axes)
    }

    // MARK: Convolution

    /// x ⋆ kernel: inputs [batch, spatial…, in], kernel (k…, in/groups, out).
    public static func conv(
        _ inputs: Tensor, _ kernel: Tensor, strides: any AxisConvertible = 1,
        padding: Window.Padding = .valid, dataFormat: DataFormat = .channelsLast,
        dilationRate: any AxisConvertible = 1
    ) -> Tensor {
        let config = convolution(strides, padding, dataFormat, dilationRate)
        return one("Conv", module: "nn", config, [inputs, kernel]) { tensors in
            let (x, kernel) = (try dataFormat.incoming(tensors[0]), tensors[1])
            let channels = x.shape.dimensions.last ?? 0
            let own = kernel.rank >= 2 ? kernel.shape[kernel.rank - 2] : 0
            guard x.rank >= 3, kernel.rank == x.rank, own > 0, channels % own == 0 else {
                throw KeratinError(
                    .shapeMismatch,
                    "a kernel \(kernel.shape) does not fit inputs \(tensors[0].shape)")
            }
            return try dataFormat.outgoing(
                convolved(x, kernel, strides, padding, dilationRate, groups: channels / own))
        }
    }

    /// Each channel by itself: kernel (k…, in, multiplier).
    public static func depthwiseConv(
        _ inputs: Tensor, _ kernel: Tensor, strides: any AxisConvertible = 1,
        padding: Window.Padding = .valid, dataFormat: DataFormat = .channelsLast,
        dilationRate: any AxisConvertible = 1
    ) -> Tensor {
        let config = convolution(strides, padding, dataFormat, dilationRate)
        return one("DepthwiseConv", module: "nn", config, [inputs, kernel]) { tensors in
            let x = try dataFormat.incoming(tensors[0])
            return try dataFormat.outgoing(
                depthwise(x, tensors[1], strides, padding, dilationRate))
        }
    }

    /// Each channel by itself, then a product of the channels: kernels (k…, in, multiplier) and (1…, in·multiplier, out).
    public static func separableConv(
        _ inputs: Tensor, _ depthwiseKernel: Tensor, _ pointwiseKernel: Tensor,
        strides: any AxisConvertible = 1, padding: Window.Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any AxisConvertible = 1
    ) -> Tensor {
        let config = convolution(strides, padding, dataFormat, dilationRate)
        return one(
            "SeparableConv", module: "nn", config, [inputs, depthwiseKernel, pointwiseKernel]
        ) { tensors in
            let x = try dataFormat.incoming(tensors[0])
            let y = depthwise(x, tensors[1], strides, padding, dilationRate)
            return try dataFormat.outgoing(convolved(y, tensors[2], 1, .valid, 1, groups: 1))
        }
    }

    private static func convolution(
        _ strides: any AxisConvertible, _ padding: Window.Padding, _ format: DataFormat,
        _ dilations: any AxisConvertible
    ) -> Config {
        [
            ("strides", written(strides)), ("padding", .text(padding.rawValue)),
            ("data_format", .text(format.rawValue)), ("dilation_rate", written(dilations)),
        ]
    }

    private static func depthwise(
        _ x: Tensor, _ kernel: Tensor, _ strides: any AxisConvertible, _ padding: Window.Padding,
        _ dilations: any AxisConvertible
    ) -> Tensor {
        Tensor.carrying([x, kernel]) {
            let channels = x.shape.dimensions.last ?? 0
            guard x.rank >= 3, kernel.rank == x.rank, kernel.shape[kernel.rank - 2] == channels
            else {
                throw KeratinError(
                    .shapeMismatch, "a kernel \(kernel.shape) does not fit inputs \(x.shape)")
            }
            let shape =
                Array(kernel.shape.dimensions.dropLast(2)) + [
                    1, channels * kernel.shape[x.rank - 1],
                ]
            return convolved(
                x, kernel.reshaped(Shape(shape)), strides, padding, dilations, groups: channels)
        }
    }

    private static func convolved(
        _ x: Tensor, _ kernel: Tensor, _ strides: any AxisConvertible, _ padding: Window.Padding,
        _ dilations: any AxisConvertible, groups: Int
    ) -> Tensor {
        Tensor.carrying([x, kernel]) {
            let rank = x.rank - 2
            let window = Window(
                sizes: Array(kernel.shape.dimensions.prefix(rank)),
                strides: try Extents(strides).resolved(rank: rank, "strides"),
                dilations: try Extents(dilations).resolved(rank: rank, "dilationRate"),
                padding: padding,
                input: Array(x.shape.dimensions[1...rank]))
            return x.cast(to: .float32).convolved(
                kernel, ConvolutionGeometry(window: window, groups: groups))
        }
    }

    // MARK: Pooling

    /// The maximum over windows of each channel.
    public static func maxPool(
        _ inputs: Tensor, poolSize: any AxisConvertible, strides: (any AxisConvertible)? = nil,
        padding: Window.Padding = .valid, dataFormat: DataFormat = .channelsLast
    ) -> Tensor {
        pooled("MaxPool", .maximum, inputs, poolSize, strides, padding, dataFormat)
    }

    /// The mean over windows of each channel; cells of the padding do not count.
    public static func averagePool(
        _ inputs: Tensor, poolSize: any AxisConvertible, strides: (any AxisConvertible)? = nil,
        padding: Window.Padding = .valid, dataFormat: DataFormat = .channelsLast
    ) -> Tensor {
        pooled("AveragePool", .average, inputs, poolSize, strides, padding, dataFormat)
    }

    private static func pooled(
        _ className: String, _ kind: Pooling.Kind, _ inputs: Tensor,
        _ poolSize: any AxisConvertible,
        _ strides: (any AxisConvertible)?, _ padding: Window.Padding, _ format: DataFormat
    ) -> Tensor {
        let config: Config = [
            ("pool_size", written(poolSize)), ("strides", strides.map(written) ?? .null),
            ("padding", .text(padding.rawValue)), ("data_format", .text(format.rawValue)),
        ]
        return one(className, module: "nn", config, [inputs]) { tensors in
            let x = try format.incoming(tensors[0]).cast(to: .float32)
            guard x.rank >= 3 else {
                throw KeratinError(
                    .shapeMismatch, "needs [batch, spatial…, channels], got \(tensors[0].shape)")
            }
            let rank = x.rank - 2
            let window = Window(
                sizes: try Extents(poolSize).resolved(rank: rank, "poolSize"),
                strides: try Extents(strides ?? poolSize).resolved(rank: rank, "strides"),
                padding: padding, input: Array(x.shape.dimensions[1...rank]))
            return try format.outgoing(Tensor.fused(Pooling(kind, window), [x]))
        }
    }

    // MARK: Normalization

    /// Brought to mean 0 and variance 1 over axes, then scaled and moved.
    public static func layerNormalization(
        _ x: Tensor, gamma: Tensor? = nil, beta: Tensor? = nil,
        axis: any AxisConvertible = -1, epsilon: Double = 1e-7
    ) -> Tensor {
        let config: Config = [("axis", .init(axis: axis)), ("epsilon", .init(epsilon))]
        let (inputs, arguments) = optional(x, [gamma, beta])
        return one("LayerNorm", module: "nn", config, arguments: arguments, inputs) { inputs in
            let x = inputs[0].cast(to: .float32)
            let axes = try axis.axes.map { try x.shape.resolve(axis: $0) }
            let (difference, variance) = try x.centered(axes: axes)
            var y = difference * (variance + epsilon).unary(.rsqrt)
            var rest = inputs.dropFirst()
            if gamma != nil { y = y * rest.removeFirst().along(axes, of: x.shape) }
            if beta != nil { y = y + rest.removeFirst().along(axes, of: x.shape) }
            return y
        }
    }

    /// Divided by the root of the mean square over axes, then scaled.
    public static func rmsNormalization(
        _ x: Tensor, scale: Tensor? = nil, axis: any AxisConvertible = -1, epsilon: Double = 1e-7
    ) -> Tensor {
        let config: Config = [("axis", .init(axis: axis)), ("epsilon", .init(epsilon))]
        let (inputs, arguments) = optional(x, [scale])
        return one("RMSNorm", module: "nn", config, arguments: arguments, inputs) { inputs in
            let x = inputs[0].cast(to: .float32)
            let axes = try axis.axes.map { try x.shape.resolve(axis: $0) }
            let squares = x.square().mean(axes: axes, keepDimensions: true)
            let y = x * (squares + epsilon).unary(.rsqrt)
            guard scale != nil else { return y }
            return y * inputs[1].along(axes, of: x.shape)
        }
    }

    /// (x − mean) / √(variance + epsilon), scaled and moved; all vectors along an axis.
    public static func batchNormalization(
        _ x: Tensor, mean: Tensor, variance: Tensor, axis: Int, offset: Tensor? = nil,
        scale: Tensor? = nil, epsilon: Double = 1e-3
    ) -> Tensor {
        let config: Config = [("axis", .integer(axis)), ("epsilon", .init(epsilon))]
        var (inputs, arguments) = (
            [x, mean, variance], [0, 1, 2].map { OperationForm.Argument.tensor($0) }
        )
        for tensor in [offset, scale] {
            arguments.append(tensor == nil ? .null : .tensor(inputs.count))
            if let tensor { inputs.append(tensor) }
        }
        return one("BatchNorm", module: "nn", config, arguments: arguments, inputs) { inputs in
            let x = inputs[0].cast(to: .float32)
            let axes = [try x.shape.resolve(axis: axis)]
            var rest = inputs.dropFirst().map { $0.along(axes, of: x.shape) }[...]
            let mean = rest.removeFirst()
            var factor = (rest.removeFirst() + epsilon).unary(.rsqrt)
            let moved = offset == nil ? nil : rest.removeFirst()
            if scale != nil { factor = factor * rest.removeFirst() }
            let y = (x - mean) * factor
            return moved.map { y + $0 } ?? y
        }
    }

    /// A tensor with others that may be missing, and how files write them: without those at the end.
    private static func optional(
        _ x: Tensor, _ others: [Tensor?]
    ) -> ([Tensor], [OperationForm.Argument]) {
        var (inputs, arguments) = ([x], [OperationForm.Argument.tensor(0)])
        for tensor in others {
            arguments.append(tensor == nil ? .null : .tensor(inputs.count))
            if let tensor { inputs.append(tensor) }
        }
        return (inputs, arguments)
    }

    // MARK: Losses of each sample

    /// The cross-entropy of each element with a probability (or a logit).
    public static func binaryCrossentropy(
        _ target: Tensor, _ output: Tensor, fromLogits: Bool = false
    ) -> Tensor {
        one(
            "BinaryCrossentropy", module: "nn", [("from_logits", .boolean(fromLogits))],
            [target, output]
        ) { inputs in
            // Element by element: Keras's operation does not take the mean.
            let wide = inputs.map { $0.expandingDimension(at: -1) }
            return try Loss.binaryCrossentropy(fromLogits: fromLogits).perSample(wide[0], wide[1])
        }
    }

    /// The cross-entropy of each sample's distribution over an axis with probabilities (or logits).
    public static func categoricalCrossentropy(
        _ target: Tensor, _ output: Tensor, fromLogits: Bool = false, axis: Int = -1
    ) -> Tensor {
        let config: Config = [("from_logits", .boolean(fromLogits)), ("axis", .integer(axis))]
        return one("CategoricalCrossentropy", module: "nn", config, [target, output]) {
            try Loss.categoricalCrossentropy(fromLogits: fromLogits, axis: axis)
                .perSample($0[0], $0[1])
        }
    }

    /// The cross-entropy of each sample's class with probabilities (or logits) over an axis.
    public static func sparseCategoricalCrossentropy(
        _ target: Tensor, _ output: Tensor, fromLogits: Bool = false, axis: Int = -1
    ) -> Tensor {
        let config: Config = [("from_logits", .boolean(fromLogits)), ("axis", .integer(axis))]
        return one("SparseCategoricalCrossentropy", module: "nn", config, [target, output]) {
            try Loss.sparseCategoricalCrossentropy(fromLogits: fromLogits, axis: axis)
                .perSample($0[0], $0[1])
        }
    }
}

extension Tensor {
    /// A weight over some axes of a shape, reshaped so that it is broadcast along the others.
    fileprivate func along(_ axes: [Int], of shape: Shape) -> Tensor {
        Tensor.carrying([self]) {
            let wanted = axes.sorted().map { shape[$0] }
            guard count == wanted.reduce(1, *) else {
                throw KeratinError(
                    .shapeMismatch, "a weight \(self.shape) does not fit axes of extents \(wanted)")
            }
            return reshaped(shape.keeping(axes))
        }
    }
}
