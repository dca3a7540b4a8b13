import KeratinCore
import KeratinTensor

// Parts of images, and what is put around them.

extension ops.image {
    /// Images without rows and columns at their edges. Of the cropping at both ends and the target along an axis two are given, the third
    /// follows.
    public static func cropImages(
        _ images: Tensor, topCropping: Int? = nil, leftCropping: Int? = nil,
        bottomCropping: Int? = nil, rightCropping: Int? = nil, targetHeight: Int? = nil,
        targetWidth: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        let config = edges(
            "cropping", topCropping, leftCropping, bottomCropping, rightCropping, targetHeight,
            targetWidth)
        return one("CropImages", config, [images], dataFormat: dataFormat) { images, _ in
            let rows = try kept(
                images.shape[1], topCropping, bottomCropping, targetHeight, "rows", sign: -1)
            let columns = try kept(
                images.shape[2], leftCropping, rightCropping, targetWidth, "columns", sign: -1)
            return images.slice(
                starts: [0, rows.low, columns.low, 0],
                limits: [
                    images.shape[0], images.shape[1] - rows.high, images.shape[2] - columns.high,
                    images.shape[3],
                ])
        }
    }

    /// Images with zeros around them. Of the padding at both ends and the target along an axis two are given, the third follows.
    public static func padImages(
        _ images: Tensor, topPadding: Int? = nil, leftPadding: Int? = nil,
        bottomPadding: Int? = nil, rightPadding: Int? = nil, targetHeight: Int? = nil,
        targetWidth: Int? = nil, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        let config = edges(
            "padding", topPadding, leftPadding, bottomPadding, rightPadding, targetHeight,
            targetWidth)
        return one("PadImages", config, [images], dataFormat: dataFormat) { images, _ in
            let rows = try kept(
                images.shape[1], topPadding, bottomPadding, targetHeight, "rows", sign: 1)
            let columns = try kept(
                images.shape[2], leftPadding, rightPadding, targetWidth, "columns", sign: 1)
            return images.padded(
                low: [0, rows.low, columns.low, 0], high: [0, rows.high, columns.high, 0])
        }
    }

    private static func edges(
        _ what: String, _ top: Int?, _ left: Int?, _ bottom: Int?, _ right: Int?, _ height: Int?,
        _ width: Int?
    ) -> Config {
        [
            ("top_\(what)", top), ("left_\(what)", left), ("bottom_\(what)", bottom),
            ("right_\(what)", right), ("target_height", height), ("target_width", width),
        ].map { (name: $0.0, value: $0.1.map { .integer($0) } ?? .null) }
    }

    /// What is taken off or put on at both ends of an axis.
    private static func kept(
        _ extent: Int, _ low: Int?, _ high: Int?, _ target: Int?, _ what: String, sign: Int
    ) throws -> (low: Int, high: Int) {
        let given = [low, high, target].compactMap { $0 }
        guard given.count == 2, given.allSatisfy({ (0...Extents.largest).contains($0) }) else {
            throw KeratinError(
                .invalidArgument,
                "two of both ends and the target must be given for the \(what), none of them negative"
            )
        }
        let change = target.map { sign * ($0 - extent) } ?? 0
        let ends = (low: low ?? change - (high ?? 0), high: high ?? change - (low ?? 0))
        guard ends.low >= 0, ends.high >= 0, extent + sign * (ends.low + ends.high) >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "\(extent) \(what) cannot become \(target.map(String.init) ?? "fewer than none") that way"
            )
        }
        return ends
    }

    /// Blocks of images, laid out as channels: [batch, rows, columns, size·size·channels], where rows and columns count the blocks.
    ///
    /// - Parameters:
    ///   - images: one image, or a batch; with three sizes a volume [x, y, z, channels], or a batch of them.
    ///   - size: the rows and columns of a block.
    ///   - strides: how far blocks lie apart; nil: side by side.
    ///   - dilationRate: how far the pixels of a block lie apart.
    ///   - padding: whether zeros are put around the images, so that blocks begin at every stride.
    public static func extractPatches(
        _ images: Tensor, _ size: any AxisConvertible, strides: (any AxisConvertible)? = nil,
        dilationRate: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        blocks(
            images, size.axes.count == 1 ? size.axes + size.axes : size.axes, strides,
            dilationRate, padding, dataFormat)
    }

    /// Blocks of volumes [x, y, z, channels] or batches of them, laid out as channels; see `extractPatches`.
    public static func extractPatches3d(
        _ volumes: Tensor, _ size: any AxisConvertible, strides: (any AxisConvertible)? = nil,
        dilationRate: any AxisConvertible = 1, padding: any PaddingConvertible = .valid,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        blocks(
            volumes,
            size.axes.count == 1 ? [Int](repeating: size.axes[0], count: 3) : size.axes, strides,
            dilationRate, padding, dataFormat)
    }

    private static func blocks(
        _ x: Tensor, _ sizes: [Int], _ strides: (any AxisConvertible)?,
        _ dilations: any AxisConvertible, _ padding: any PaddingConvertible,
        _ dataFormat: any DataFormatConvertible
    ) -> Tensor {
        Tensor.carrying([x]) {
            let (format, padding) = (try dataFormat.dataFormat(), try padding.padding())
            let config: Config = [
                ("size", .init(sizes)), ("strides", .init(axis: strides)),
                ("dilation_rate", .init(axis: dilations)), ("padding", .text(padding.rawValue)),
                ("data_format", .text(format.rawValue)),
            ]
            return ops.one("ExtractPatches", module: "image", config, [x]) { inputs in
                let rank = sizes.count
                guard rank == 2 || rank == 3,
                    inputs[0].rank == rank + 1 || inputs[0].rank == rank + 2
                else {
                    throw KeratinError(
                        .shapeMismatch, "blocks of \(sizes) do not fit \(inputs[0].shape)")
                }
                let isSingle = inputs[0].rank == rank + 1
                let x = try format.incoming(
                    isSingle ? inputs[0].expandingDimension(at: 0) : inputs[0])
                let window = Window(
                    sizes: try Extents(sizes).resolved(rank: rank, "size"),
                    strides: try Extents(strides ?? sizes).resolved(rank: rank, "strides"),
                    dilations: try Extents(dilations).resolved(rank: rank, "dilationRate"),
                    padding: padding, input: Array(x.shape.dimensions[1...rank]))
                let cells = Tensor.apply(.patches(window, padding: 0), [x])
                try cells.check()
                let shape = cells.shape.dimensions
                let flat = cells.reshaped(
                    Shape(shape.dropLast(2) + [shape[rank + 1] * shape[rank + 2]]))
                let result = try format.outgoing(flat)
                return isSingle ? result.squeezed([0]) : result
            }
        }
    }
}
