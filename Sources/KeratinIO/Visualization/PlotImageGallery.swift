import KeratinCore
import KeratinLayers
import KeratinTensor

/// Writes pictures side by side into one file, with what they are and what a model takes them for (Keras's
/// `visualization.plot_image_gallery`).
///
/// ```swift
/// try plotImageGallery(images, "gallery.png", yTrue: labels, yPred: classes, labelMap: [0: "cat", 1: "dog"])
/// ```
///
/// All pictures are shown; Keras leaves out those that do not fill its last column.
/// - Parameters:
///   - images: [pictures, height, width, channels] with 1, 3 or 4 channels.
///   - path: as in `saveImage`: `.png`, `.jpg`, `.webp`.
///   - yTrue: the class of each picture, [pictures].
///   - yPred: the class that a model gives it.
///   - labelMap: the names of the classes; others are "Unknown".
///   - rows: rows of pictures; nil: as many as makes a square, or nearly one.
///   - cols: pictures in a row; nil: as many as are needed.
///   - valueRange: what is black and what is white.
///   - scale: the width of a picture in inches of `dpi` pixels. Pictures are enlarged by whole factors, and never made smaller.
///   - legend: colours with names, in one line below all.
///   - dataFormat: the order of the axes of `images`.
/// - Throws: `KeratinError` if shapes do not fit together, an argument is out of range, or the file cannot be written.
public func plotImageGallery(
    _ images: any TensorConvertible, _ path: String, yTrue: (any TensorConvertible)? = nil,
    yPred: (any TensorConvertible)? = nil, labelMap: [Int: String]? = nil, rows: Int? = nil,
    cols: Int? = nil, valueRange: (Double, Double) = (0, 255), scale: Double = 2, dpi: Int = 60,
    legend: [(String, [Int])] = [], dataFormat: any DataFormatConvertible = .channelsLast
) throws {
    let place = "plotImageGallery"
    let target = try ImageTarget(path, nil, nil, at: place)
    guard valueRange.0.isFinite, valueRange.1.isFinite, valueRange.0 < valueRange.1,
        scale > 0, scale <= 100, (1...1000).contains(dpi), rows ?? 1 > 0, cols ?? 1 > 0
    else {
        throw KeratinError(
            .invalidArgument,
            "needs a valueRange from below to above, scale above 0, dpi 1…1000, rows and cols above 0",
            at: place)
    }
    let span = valueRange.1 - valueRange.0
    // uint8, so that dark pictures are not taken for those of 0…1.
    let images = ((images.tensor.cast(to: .float32) - valueRange.0) * (255 / span))
        .clipped(0, 255).cast(to: .uint8)
    let drawn = try DrawnImages(images, dataFormat, at: place)
    let count = drawn.canvases.count
    let titles = try GalleryTitles(yTrue, yPred, labelMap, count, at: place)
    let gallery = Gallery(
        drawn, titles: titles.lines, rows: rows, columns: cols,
        width: Int(scale * Double(dpi)))
    let names = try legend.map { ($0.0, try Canvas.color($0.1, at: place)) }
    try target.write(try gallery.picture(legend: names))
}

/// What stands above pictures.
private struct GalleryTitles {
    /// Lines for each picture; as many for all.
    let lines: [[String]]

    init(
        _ yTrue: (any TensorConvertible)?, _ yPred: (any TensorConvertible)?,
        _ names: [Int: String]?, _ count: Int, at place: String
    ) throws {
        var lines = [[String]](repeating: [], count: count)
        for (word, y) in [("Label", yTrue), ("Pred", yPred)] {
            guard let y = y?.tensor else { continue }
            guard let names else {
                throw KeratinError(
                    .invalidArgument, "yTrue and yPred need a labelMap with names of classes",
                    at: place)
            }
            let classes = try y.cast(to: .float32).floats()
            guard y.rank == 1, classes.count == count else {
                throw KeratinError(
                    .shapeMismatch, "there are \(count) pictures, but classes of \(y.shape)",
                    at: place)
            }
            for (index, number) in classes.enumerated() {
                lines[index].append(
                    "\(word): \(Int(exactly: number).flatMap { names[$0] } ?? "Unknown")")
            }
        }
        self.lines = lines
    }
}

/// Pictures in rows and columns.
private struct Gallery {
    private static let gap = 4
    private static let dot = 1
    private static let line = 10
    private static let ink: [UInt8] = [32, 32, 32]

    private let images: DrawnImages
    private let titles: [[String]]
    private let rows: Int
    private let columns: Int
    private let factor: Int

    init(_ images: DrawnImages, titles: [[String]], rows: Int?, columns: Int?, width: Int) {
        self.images = images
        self.titles = titles
        let count = images.canvases.count
        let high =
            rows ?? columns.map { (count - 1) / $0 + 1 }
            ?? Int(Double(count).squareRoot().rounded(.up))
        self.rows = Swift.min(high, count)
        self.columns = Swift.min(columns ?? (count - 1) / self.rows + 1, count)
        factor = Swift.max(1, width / images.width)
    }

    func picture(legend: [(String, [UInt8])]) throws -> PixelImage {
        let (cellWidth, cellHeight) = (images.width * factor, images.height * factor)
        let above = (titles.map(\.count).max() ?? 0) * Self.line
        let width = columns * (cellWidth + Self.gap) + Self.gap
        let (stepX, stepY) = (cellWidth + Self.gap, cellHeight + above + Self.gap)
        let height = rows * stepY + Self.gap + (legend.isEmpty ? 0 : 2 * Self.line)
        try PixelImage.check(width, height, bytesPerPixel: 3, most: .max)
        var page = Canvas(
            width: width, height: height, channels: 3,
            pixels: [UInt8](repeating: 255, count: width * height * 3))
        for (number, image) in images.canvases.prefix(rows * columns).enumerated() {
            let left = Self.gap + number % columns * stepX
            let top = Self.gap + number / columns * stepY
            for (index, text) in titles[number].enumerated() {
                let room = Swift.max(1, (cellWidth + Self.gap) / (PixelFont.advance * Self.dot))
                page.write(
                    String(text.prefix(room)), left: left, top: top + index * Self.line,
                    dot: Self.dot, Self.ink)
            }
            let colors = try PixelImage(
                width: image.width, height: image.height, channels: image.channels,
                pixels: image.pixels
            ).converted(to: .rgb).pixels
            for row in 0..<image.height {
                for column in 0..<image.width {
                    let pixel = (row * image.width + column) * 3
                    let (x, y) = (left + column * factor, top + above + row * factor)
                    page.fill(
                        x...(x + factor - 1), y...(y + factor - 1),
                        Array(colors[pixel..<(pixel + 3)]))
                }
            }
        }
        var x = Self.gap
        for (name, color) in legend {
            let y = rows * stepY + Self.gap
            page.fill(x...(x + 8), y...(y + 8), color)
            page.write(name, left: x + 14, top: y + 1, dot: Self.dot, Self.ink)
            x += 14 + (name.count + 2) * PixelFont.advance
        }
        return PixelImage(width: width, height: height, channels: 3, pixels: page.pixels)
    }
}
