import KeratinCore
import KeratinTensor

// Transposed convolutions, adaptive pooling, and windows as columns.

extension ops {
    private typealias Config = [(name: String, value: OperationForm.Argument)]

    private static func written(_ extents: (any AxisConvertible)?) -> OperationForm.Argument {
        guard let axes = extents?.axes else { return .null }
        return axes.count == 1 ? .integer(axes[0]) : .init(axes)
    }

    /// The adjoint of a convolution: inputs [batch, spatial…, in], kernel (k…, out, in). `Conv2DTranspose` says how large the result is.
    public static func convTranspose(
        _ inputs: Tensor, _ kernel: Tensor, strides: any AxisConvertible = 1,
        padding: Window.Padding = .valid, outputPadding: (any AxisConvertible)? = nil,
        dataFormat: DataFormat = .channelsLast, dilationRate: any AxisConvertible = 1
    ) -> Tensor {
        let config: Config = [
            ("strides", written(strides)), ("padding", .text(padding.rawValue)),
            ("output_padding", written(outputPadding)),
            ("data_format", .text(dataFormat.rawValue)), ("dilation_rate", written(dilationRate)),
        ]
        return one("ConvTranspose", module: "nn", config, [inputs, kernel]) { tensors in
            let (x, kernel) = (
                try dataFormat.incoming(tensors[0]).cast(to: .float32), tensors[1]
            )
            guard x.rank >= 3, kernel.rank == x.rank,
                kernel.shape[x.rank - 1] == x.shape[x.rank - 1]
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "a kernel \(kernel.shape) does not fit inputs \(tensors[0].shape)")
            }
            let rank = x.rank - 2
            let cells = Array(x.shape.dimensions[1...rank])
            let steps = try Extents(strides).resolved(rank: rank, "strides")
            let extra = try outputPadding.map {
                try Extents($0).resolved(rank: rank, "outputPadding", minimum: 0)
            }
            if let extra, zip(extra, steps).contains(where: { $0 >= $1 }) {
                throw KeratinError(
                    .invalidArgument,
                    "outputPadding \(extra) must be less than strides \(steps) along each axis")
            }
            let (window, output) = try Window(
                sizes: Array(kernel.shape.dimensions.prefix(rank)), strides: steps,
                dilations: try Extents(dilationRate).resolved(rank: rank, "dilationRate"),
                padding: padding, input: cells
            ).transposed(padding, outputPadding: extra, input: cells)
            let shape = Shape([x.shape[0]] + output + [kernel.shape[rank]])
            let adjoint = ConvolutionInputGradient(
                ConvolutionGeometry(window: window), input: shape)
            return try dataFormat.outgoing(
                Tensor.fused(adjoint, [x, kernel.cast(to: .float32)]))
        }
    }

    /// The mean over as many windows of each spatial axis as are asked for: inputs [batch, spatial…, channels].
    public static func adaptiveAveragePool(
        _ inputs: Tensor, _ outputSize: any AxisConvertible,
        dataFormat: DataFormat = .channelsLast
    ) -> Tensor {
        adaptive("AdaptiveAveragePool", .average, inputs, outputSize, dataFormat)
    }

    /// The maximum over as many windows of each spatial axis as are asked for: inputs [batch, spatial…, channels].
    public static func adaptiveMaxPool(
        _ inputs: Tensor, _ outputSize: any AxisConvertible,
        dataFormat: DataFormat = .channelsLast
    ) -> Tensor {
        adaptive("AdaptiveMaxPool", .maximum, inputs, outputSize, dataFormat)
    }

    private static func adaptive(
        _ className: String, _ kind: Pooling.Kind, _ inputs: Tensor,
        _ outputSize: any AxisConvertible, _ format: DataFormat
    ) -> Tensor {
        let config: Config = [
            ("output_size", written(outputSize)), ("data_format", .text(format.rawValue)),
        ]
        return one(className, module: "nn", config, [inputs]) { tensors in
            var y = try format.incoming(tensors[0]).cast(to: .float32)
            guard y.rank >= 3, y.count > 0 else {
                throw KeratinError(
                    .shapeMismatch, "needs [batch, spatial…, channels], got \(tensors[0].shape)")
            }
            let sizes = try Extents(outputSize).resolved(rank: y.rank - 2, "outputSize")
            for (index, size) in sizes.enumerated().reversed() {
                let plan = AdaptiveWindows(kind, cells: y.shape[index + 1], count: size)
                y = try plan.pooled(
                    y, axis: index + 1, picks: Tensor(plan.picks.map { Int32($0) }))
            }
            return try format.outgoing(y)
        }
    }

    /// Windows of images as columns: [N, C, H, W] → [N, C·kernel, windows], as in PyTorch.
    public static func unfold(
        _ x: Tensor, _ kernelSize: any AxisConvertible, dilation: any AxisConvertible = 1,
        padding: any AxisConvertible = 0, stride: any AxisConvertible = 1
    ) -> Tensor {
        let config: Config = [
            ("kernel_size", written(kernelSize)), ("dilation", written(dilation)),
            ("padding", written(padding)), ("stride", written(stride)),
        ]
        return one("Unfold", module: "nn", config, [x]) { x in
            guard x[0].rank == 4 else {
                throw KeratinError(.shapeMismatch, "needs [N, C, H, W], got \(x[0].shape)")
            }
            let window = try columns(kernelSize, dilation, padding, stride)
            let images = x[0].cast(to: .float32).transposed([0, 2, 3, 1])
            let patches = Tensor.apply(.patches(window, padding: 0), [images])
            try patches.check()
            // [N, rows, columns, kernel, C].
            let shape = patches.shape
            return patches.transposed([0, 4, 3, 1, 2])
                .reshaped([shape[0], shape[4] * shape[3], shape[1] * shape[2]])
        }
    }

    /// Images of which these are the columns of windows, added where they lie over each other: [N, C·kernel, windows] → [N, C, H, W].
    public static func fold(
        _ x: Tensor, _ outputSize: any AxisConvertible, _ kernelSize: any AxisConvertible,
        dilation: any AxisConvertible = 1, padding: any AxisConvertible = 0,
        stride: any AxisConvertible = 1
    ) -> Tensor {
        let config: Config = [
            ("output_size", written(outputSize)), ("kernel_size", written(kernelSize)),
            ("dilation", written(dilation)), ("padding", written(padding)),
            ("stride", written(stride)),
        ]
        return one("Fold", module: "nn", config, [x]) { x in
            let window = try columns(kernelSize, dilation, padding, stride)
            let size = try Extents(outputSize).resolved(rank: 2, "outputSize")
            let count = try window.outputExtents(input: size)
            guard x[0].rank == 3, x[0].shape[1].isMultiple(of: window.count),
                x[0].shape[2] == count[0] * count[1]
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs [N, C·\(window.count), \(count[0] * count[1])], got \(x[0].shape)")
            }
            let (n, channels) = (x[0].shape[0], x[0].shape[1] / window.count)
            let patches = x[0].cast(to: .float32)
                .reshaped([n, channels, window.count, count[0], count[1]])
                .transposed([0, 3, 4, 2, 1])
            return Tensor.apply(.foldPatches(window, input: size), [patches])
                .transposed([0, 3, 1, 2])
        }
    }

    private static func columns(
        _ size: any AxisConvertible, _ dilation: any AxisConvertible,
        _ padding: any AxisConvertible, _ stride: any AxisConvertible
    ) throws -> Window {
        let border = try Extents(padding).resolved(rank: 2, "padding", minimum: 0)
        return Window(
            sizes: try Extents(size).resolved(rank: 2, "kernelSize"),
            strides: try Extents(stride).resolved(rank: 2, "stride"),
            dilations: try Extents(dilation).resolved(rank: 2, "dilation"),
            paddingLow: border, paddingHigh: border)
    }
}
