import KeratinCore
import KeratinTensor

// Images of another size.

extension ops.image {
    /// Images of another size.
    ///
    /// Whole numbers stay whole: they are rounded, and kept in the range of their element type.
    /// - Parameters:
    ///   - images: [rows, columns, channels] or [batch, rows, columns, channels].
    ///   - size: the new rows and columns.
    ///   - interpolation: nearest, bilinear, bicubic, lanczos3, lanczos5 or area.
    ///   - antialias: whether every old pixel counts when an image gets smaller. Nearest and area do not heed it.
    ///   - cropToAspectRatio: takes the largest middle part that has the new shape, so that nothing is distorted.
    ///   - padToAspectRatio: fills up around the image to the new shape, so that nothing is distorted.
    ///   - fillMode: `.constant` is the only one that Keras has here.
    ///   - fillValue: what is filled up with.
    ///   - dataFormat: where the channels are.
    public static func resize(
        _ images: Tensor, _ size: [Int], interpolation: any InterpolationConvertible = .bilinear,
        antialias: Bool = false, cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([images]) {
            let resizing = try ImageResizing(
                size, interpolation.interpolation(), antialias: antialias,
                crops: cropToAspectRatio, pads: padToAspectRatio, fillMode.fillMode(), fillValue)
            let config: Config = [
                ("size", .init(size)), ("interpolation", .text(resizing.interpolation.rawValue)),
                ("antialias", .boolean(antialias)),
                ("crop_to_aspect_ratio", .boolean(cropToAspectRatio)),
                ("pad_to_aspect_ratio", .boolean(padToAspectRatio)),
                ("fill_mode", .text("constant")), ("fill_value", .init(fillValue)),
            ]
            return one("Resize", config, [images], dataFormat: dataFormat) { images, _ in
                try resizing.resized(images).saturated(to: images.dtype)
            }
        }
    }

    /// The same, the size as a pair: `ops.image.resize(x, (180, 180))`.
    public static func resize(
        _ images: Tensor, _ size: (Int, Int),
        interpolation: any InterpolationConvertible = .bilinear, antialias: Bool = false,
        cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        resize(
            images, [size.0, size.1], interpolation: interpolation, antialias: antialias,
            cropToAspectRatio: cropToAspectRatio, padToAspectRatio: padToAspectRatio,
            fillMode: fillMode, fillValue: fillValue, dataFormat: dataFormat)
    }

    /// The same with a name for the size: `ops.image.resize(x, size: [180, 180])`.
    public static func resize(
        _ images: Tensor, size: [Int], interpolation: any InterpolationConvertible = .bilinear,
        antialias: Bool = false, cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        resize(
            images, size, interpolation: interpolation, antialias: antialias,
            cropToAspectRatio: cropToAspectRatio, padToAspectRatio: padToAspectRatio,
            fillMode: fillMode, fillValue: fillValue, dataFormat: dataFormat)
    }

    /// A tensor stretched and moved along some of its axes: place p of an axis goes to p·scale + translation, where pixel centres lie at
    /// halves.
    ///
    /// - Parameters:
    ///   - images: a tensor of any rank.
    ///   - outputShape: the extents of the result, of which those of other axes than `spatialDims` are as before.
    ///   - scale: a number for each of the `spatialDims`; positive.
    ///   - translation: likewise, in new pixels.
    ///   - spatialDims: the axes.
    ///   - method: linear (bilinear, trilinear), cubic (bicubic, tricubic), lanczos3 or lanczos5.
    ///   - antialias: whether every old pixel counts where an axis gets shorter.
    public static func scaleAndTranslate(
        _ images: Tensor, outputShape: [Int], scale: [Double], translation: [Double],
        spatialDims: [Int], method: String, antialias: Bool = true
    ) -> Tensor {
        let config: Config = [
            ("spatial_dims", .init(spatialDims)), ("method", .text(method)),
            ("antialias", .boolean(antialias)),
        ]
        let arguments: [OperationForm.Argument] = [
            .tensor(0), .init(outputShape), .list(scale.map { .init($0) }),
            .list(translation.map { .init($0) }),
        ]
        return ops.one("ScaleAndTranslate", module: "image", config, arguments: arguments, [images])
        { inputs in
            let x = inputs[0]
            let kernel = try kernel(method)
            guard outputShape.count == x.rank, scale.count == spatialDims.count,
                translation.count == spatialDims.count,
                scale.allSatisfy({ $0 > 1e-6 && $0 < 1e6 }),
                translation.allSatisfy({ abs($0) < 1e9 }),
                outputShape.allSatisfy({ (1...ImageResizing.largest).contains($0) })
            else {
                throw KeratinError(
                    .invalidArgument,
                    "needs an extent for each axis of \(x.shape), and a positive scale and a translation for each of the axes \(spatialDims)"
                )
            }
            var y = x.cast(to: .float32)
            for (index, dimension) in spatialDims.enumerated() {
                let axis = try x.shape.resolve(axis: dimension)
                let weights = AxisResampling(
                    y.shape[axis], outputShape[axis], scale: scale[index],
                    translation: translation[index], kernel: kernel, antialias: antialias)
                y = try y.resampled(weights, axis: axis)
            }
            return y.saturated(to: x.dtype)
        }
    }

    private static func kernel(_ method: String) throws -> AxisResampling.Kernel {
        switch method {
        case "linear", "bilinear", "trilinear": .triangle
        case "cubic", "bicubic", "tricubic": .cubic
        case "lanczos3": .lanczos(3)
        case "lanczos5": .lanczos(5)
        default:
            throw unknownName(
                method, among: ["linear", "cubic", "lanczos3", "lanczos5"], what: "method")
        }
    }
}

/// What `ops.image.resize` and the layer `Resizing` do.
struct ImageResizing {
    /// No image has more rows or columns.
    static let largest = 1 << 16

    let interpolation: Interpolation
    private let size: [Int]
    private let antialias: Bool
    private let crops: Bool
    private let pads: Bool
    private let fillValue: Double

    /// - Throws: `KeratinError` for arguments that do not go together.
    init(
        _ size: [Int], _ interpolation: Interpolation = .bilinear, antialias: Bool = false,
        crops: Bool = false, pads: Bool = false, _ fillMode: FillMode = .constant,
        _ fillValue: Double = 0
    ) throws {
        guard size.count == 2, size.allSatisfy({ (1...ImageResizing.largest).contains($0) }) else {
            throw KeratinError(
                .invalidArgument,
                "the size must be rows and columns, each in 1...\(ImageResizing.largest), got \(size)"
            )
        }
        guard fillMode == .constant else {
            throw KeratinError(
                .invalidArgument, "fillMode must be constant, got '\(fillMode.rawValue)'")
        }
        guard !(crops && pads) else {
            throw KeratinError(
                .invalidArgument,
                "only one of cropToAspectRatio and padToAspectRatio can be true")
        }
        self.size = size
        self.interpolation = interpolation
        self.antialias = antialias
        self.crops = crops
        self.pads = pads
        self.fillValue = fillValue
    }

    /// Images [batch, rows, columns, channels]; whole numbers come out as float32, except of the nearest pixels.
    func resized(_ images: Tensor) throws -> Tensor {
        var x = images
        guard x.shape[1] > 0, x.shape[2] > 0 else {
            throw KeratinError(.shapeMismatch, "an image without pixels cannot be resized")
        }
        if crops { x = cropped(x) }
        if pads { x = padded(x) }
        if interpolation != .nearest { x = x.cast(to: .float32) }
        for axis in 1...2 where x.shape[axis] != size[axis - 1] {
            x = try x.resampled(
                AxisResampling(
                    x.shape[axis], size[axis - 1], interpolation, antialias: antialias), axis: axis)
        }
        return x
    }

    /// The rows and columns that an image has or would have if it had the new shape.
    private func fitting(_ rows: Int, _ columns: Int) -> (rows: Int, columns: Int) {
        (
            Int(Float(columns * size[0]) / Float(size[1])),
            Int(Float(rows * size[1]) / Float(size[0]))
        )
    }

    private func cropped(_ x: Tensor) -> Tensor {
        let (rows, columns) = (x.shape[1], x.shape[2])
        let fitting = fitting(rows, columns)
        let (height, width) = (
            max(min(rows, fitting.rows), 1), max(min(columns, fitting.columns), 1)
        )
        let (top, left) = ((rows - height) / 2, (columns - width) / 2)
        return x.slice(
            starts: [0, top, left, 0],
            limits: [x.shape[0], top + height, left + width, x.shape[3]])
    }

    private func padded(_ x: Tensor) -> Tensor {
        let (rows, columns) = (x.shape[1], x.shape[2])
        let fitting = fitting(rows, columns)
        let (top, left) = (
            (max(rows, fitting.rows) - rows) / 2, (max(columns, fitting.columns) - columns) / 2
        )
        return x.padded(low: [0, top, left, 0], high: [0, top, left, 0], value: fillValue)
    }
}

extension Tensor {
    /// The tensor with an axis made of weighted sums of its places: by picking where few places count, else by a product with the matrix of
    /// weights.
    func resampled(_ weights: AxisResampling, axis: Int) throws -> Tensor {
        let size = weights.rows.count
        func picked(_ tap: Int) -> Tensor {
            let columns = weights.rows.map {
                Int32(tap < $0.count ? $0[tap].column : $0.first?.column ?? 0)
            }
            return gatherClamped(Tensor(columns, shape: [size]), axis: axis)
        }
        if weights.isSelection { return picked(0) }
        if (1...4).contains(weights.width) {
            var extents = [Int](repeating: 1, count: rank)
            extents[axis] = size
            let terms = (0..<weights.width).map { tap in
                let parts = weights.rows.map { Float(tap < $0.count ? $0[tap].weight : 0) }
                return picked(tap) * Tensor(parts, shape: Shape(extents))
            }
            return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
        }
        guard size * weights.count <= 1 << 26 else {
            throw KeratinError(
                .unavailable,
                "this interpolation from \(weights.count) to \(size) pixels would need a matrix of more than 2²⁶ weights"
            )
        }
        let matrix = Tensor(weights.matrix.map { Float($0) }, shape: [size, weights.count])
        // The axis goes last, where one product does all lines.
        var order = Array(0..<rank)
        order.append(order.remove(at: axis))
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        let lines = transposed(order)
        var shape = lines.shape
        shape[rank - 1] = size
        let flat = lines.reshaped([lines.count / Swift.max(weights.count, 1), weights.count])
        return flat.matmul(matrix, transposeLeft: false, transposeRight: true)
            .reshaped(shape).transposed(inverse)
    }
}
