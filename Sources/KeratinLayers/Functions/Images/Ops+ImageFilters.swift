import KeratinCore
import KeratinTensor

// Each pixel and its neighbours.

extension ops.image {
    /// Blurred images: each pixel becomes a weighted mean of its neighbours. Beyond the edges lie zeros.
    ///
    /// - Parameters:
    ///   - images: one image, or a batch.
    ///   - kernelSize: how many rows and columns count.
    ///   - sigma: the deviations of the weights along columns and rows, in pixels.
    public static func gaussianBlur(
        _ images: Tensor, kernelSize: any AxisConvertible = [3, 3], sigma: [Double] = [1, 1],
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        let sizes = kernelSize.axes.count == 1 ? kernelSize.axes + kernelSize.axes : kernelSize.axes
        let config: Config = [
            ("kernel_size", .init(sizes)), ("sigma", .list(sigma.map { .init($0) })),
        ]
        return one("GaussianBlur", config, [images], dataFormat: dataFormat) { images, _ in
            guard sigma.count == 2, sigma.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw KeratinError(
                    .invalidArgument, "sigma must be two positive numbers, got \(sigma)")
            }
            return try GaussianKernel.blurred(
                images.cast(to: .float32), sizes: sizes, sigma: sigma.map { Tensor($0) }
            ).cast(to: images.dtype)
        }
    }

    /// How steep images are: along rows and along columns, by Sobel's filters. Images [batch, rows, columns, channels] give float32
    /// [batch, rows, columns, channels, 2]; with channels first the 2 stands last, too.
    public static func sobelEdges(
        _ images: Tensor, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([images]) {
            let format = try dataFormat.dataFormat()
            let config: Config = [("data_format", .text(format.rawValue))]
            return ops.one("SobelEdges", module: "image", config, [images]) { inputs in
                guard inputs[0].rank == 4 else {
                    throw KeratinError(
                        .shapeMismatch, "expects a batch of images (rank 4), got \(inputs[0].shape)"
                    )
                }
                let x = try ImageBatch(inputs[0], format).images.cast(to: .float32)
                let wide = ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode: "reflect")
                let smooth = Tensor([1, 2, 1] as [Float], shape: [3])
                let steep = Tensor([-1, 0, 1] as [Float], shape: [3])
                let edges = try [(steep, smooth), (smooth, steep)].map { rows, columns in
                    try GaussianKernel.blurred(wide, rows: rows, columns: columns, .valid)
                        .expandingDimension(at: 4)
                }
                let both = Tensor.concatenate(edges, axis: 4)
                return format == .channelsFirst ? both.transposed([0, 3, 1, 2, 4]) : both
            }
        }
    }

    /// How alike images are to the eye (structural similarity, Wang et al., 2004): 1 for equal ones. One number for two images, [batch] for
    /// two batches.
    ///
    /// - Parameters:
    ///   - image1: one image, or a batch, of at least `filterSize` rows and columns.
    ///   - image2: as many of the same shape.
    ///   - maxVal: the range of the pixels, such as 255.
    ///   - filterSize: over how many rows and columns statistics are taken.
    ///   - filterSigma: the deviation of the weights in it.
    ///   - k1: keeps the comparison of means from dividing by 0.
    ///   - k2: keeps the comparison of deviations from dividing by 0.
    public static func ssim(
        _ image1: Tensor, _ image2: Tensor, maxVal: Double = 1, filterSize: Int = 11,
        filterSigma: Double = 1.5, k1: Double = 0.01, k2: Double = 0.03,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([image1, image2]) {
            let format = try dataFormat.dataFormat()
            let config: Config = [
                ("max_val", .init(maxVal)), ("filter_size", .integer(filterSize)),
                ("filter_sigma", .init(filterSigma)), ("k1", .init(k1)), ("k2", .init(k2)),
                ("data_format", .text(format.rawValue)),
            ]
            return ops.one("SSIM", module: "image", config, [image1, image2]) { inputs in
                guard inputs[0].shape == inputs[1].shape else {
                    throw KeratinError(
                        .shapeMismatch,
                        "needs two images of one shape, got \(inputs[0].shape) and \(inputs[1].shape)"
                    )
                }
                guard filterSize > 0, filterSize <= 4096, filterSigma > 0 else {
                    throw KeratinError(
                        .invalidArgument, "filterSize and filterSigma must be positive")
                }
                let x = try ImageBatch(inputs[0], format).images.cast(to: .float32)
                let y = try ImageBatch(inputs[1], format).images.cast(to: .float32)
                guard x.shape[1] >= filterSize, x.shape[2] >= filterSize else {
                    throw KeratinError(
                        .shapeMismatch,
                        "images \(inputs[0].shape) are smaller than the filter of \(filterSize) pixels"
                    )
                }
                let kernel = GaussianKernel.weights(filterSize, sigma: Tensor(filterSigma))
                func mean(_ x: Tensor) throws -> Tensor {
                    try GaussianKernel.blurred(x, rows: kernel, columns: kernel, .valid)
                }
                let (c1, c2) = (k1 * maxVal * k1 * maxVal, k2 * maxVal * k2 * maxVal)
                let (meanX, meanY) = (try mean(x), try mean(y))
                let (squareX, squareY, product) = (meanX * meanX, meanY * meanY, meanX * meanY)
                let varianceX = try mean(x * x) - squareX
                let varianceY = try mean(y * y) - squareY
                let covariance = try mean(x * y) - product
                let similarity =
                    (product * 2 + c1) * (covariance * 2 + c2)
                    / ((squareX + squareY + c1) * (varianceX + varianceY + c2))
                let result = similarity.mean(axes: [1, 2, 3])
                return (inputs[0].rank == 3 ? result.squeezed([0]) : result)
                    .cast(to: inputs[0].dtype)
            }
        }
    }
}

/// Weights of a normal distribution, and filters that are products of one for rows and one for columns.
enum GaussianKernel {
    /// The weights of `count` pixels in a row, which sum to 1: [count].
    static func weights(_ count: Int, sigma: Tensor) -> Tensor {
        let x =
            (Tensor(indicesAlong: 0, shape: [count], dtype: .float32) - Double(count - 1) / 2)
            / sigma
        let weights = (x * x * -0.5).exp()
        return weights / weights.sum(axes: nil)
    }

    /// Images [batch, rows, columns, channels], float32, blurred as Keras does it.
    ///
    /// - Parameter sigma: along columns, along rows.
    static func blurred(_ images: Tensor, sizes: [Int], sigma: [Tensor]) throws -> Tensor {
        guard sizes.count == 2, sizes.allSatisfy({ (1...4096).contains($0) }) else {
            throw KeratinError(
                .invalidArgument, "kernelSize must be two numbers in 1...4096, got \(sizes)")
        }
        let x = weights(sizes[0], sigma: sigma[0])
        let y = weights(sizes[1], sigma: sigma[1])
        if sizes[0] == sizes[1] { return try blurred(images, rows: y, columns: x) }
        // Keras lays out the weights row by row for the other shape, and reads them as this one.
        let flat = y.reshaped([sizes[1], 1]) * x.reshaped([1, sizes[0]])
        return try filtered(images, flat.reshaped([sizes[0], sizes[1]]), .same)
    }

    /// Images [batch, rows, columns, channels], float32, filtered along rows and columns.
    static func blurred(
        _ images: Tensor, rows: Tensor, columns: Tensor, _ padding: Window.Padding = .same
    ) throws -> Tensor {
        let down = try filtered(images, rows.reshaped([rows.count, 1]), padding)
        return try filtered(down, columns.reshaped([1, columns.count]), padding)
    }

    /// Each channel of images by itself with a kernel [rows, columns].
    static func filtered(
        _ images: Tensor, _ kernel: Tensor, _ padding: Window.Padding
    ) throws -> Tensor {
        let channels = images.shape[3]
        let (rows, columns) = (kernel.shape[0], kernel.shape[1])
        let window = Window(
            sizes: [rows, columns], strides: [1, 1], dilations: [1, 1], padding: padding,
            input: [images.shape[1], images.shape[2]])
        let filter = kernel.reshaped([rows, columns, 1, 1])
            .broadcast(to: [rows, columns, 1, channels])
        return images.convolved(filter, ConvolutionGeometry(window: window, groups: channels))
    }
}
