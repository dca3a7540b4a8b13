import KeratinCore
import KeratinLayers
import KeratinTensor

/// Writes pictures side by side with boxes that are right and boxes that a model found (Keras's
/// `visualization.plot_bounding_box_gallery`).
///
/// - Parameters:
///   - images: [pictures, height, width, channels].
///   - path: see `plotImageGallery`.
///   - boundingBoxFormat: the format of all boxes.
///   - yTrue: "boxes", "labels" and perhaps "confidences", as in `drawBoundingBoxes`.
///   - yPred: the same of a model.
///   - trueColor: red, green and blue of the right ones.
///   - predColor: those of the model.
///   - classMapping: names of classes for both.
///   - groundTruthMapping: names for the right ones alone.
///   - predictionMapping: names for the model's alone.
///   - legend: whether a line tells the colours.
/// - Throws: `KeratinError`, see `drawBoundingBoxes` and `plotImageGallery`.
public func plotBoundingBoxGallery(
    _ images: any TensorConvertible, _ path: String,
    boundingBoxFormat: any BoundingBoxFormatConvertible,
    yTrue: [String: any TensorConvertible]? = nil, yPred: [String: any TensorConvertible]? = nil,
    valueRange: (Double, Double) = (0, 255), trueColor: [Int] = [0, 188, 212],
    predColor: [Int] = [255, 235, 59], lineThickness: Int = 2, fontScale: Double = 1,
    classMapping: [Int: String] = [:], groundTruthMapping: [Int: String]? = nil,
    predictionMapping: [Int: String]? = nil, legend: Bool = false, rows: Int? = nil,
    cols: Int? = nil, scale: Double = 2, dpi: Int = 60,
    dataFormat: any DataFormatConvertible = .channelsLast
) throws {
    var drawn = try DrawnImages.channelsLast(
        images.tensor, dataFormat, at: "plotBoundingBoxGallery")
    let sets = [
        (yTrue, trueColor, groundTruthMapping ?? classMapping),
        (yPred, predColor, predictionMapping ?? classMapping),
    ]
    var range = valueRange
    for (boxes, color, names) in sets {
        guard let boxes else { continue }
        drawn = try drawBoundingBoxes(
            drawn, boxes, boundingBoxFormat: boundingBoxFormat, classMapping: names, color: color,
            lineThickness: lineThickness, fontScale: fontScale)
        range = (0, 255)
    }
    try plotImageGallery(
        drawn, path, rows: rows, cols: cols, valueRange: range, scale: scale, dpi: dpi,
        legend: legend ? [("Ground Truth", trueColor), ("Prediction", predColor)] : [])
}

/// Writes pictures one below the other, beside each the classes of its pixels that are right and those that a model found (Keras's
/// `visualization.plot_segmentation_mask_gallery`).
///
/// - Parameters:
///   - images: [pictures, height, width, 3], 0…255.
///   - path: see `plotImageGallery`.
///   - numClasses: see `drawSegmentationMasks`, as `colorMapping`, `alpha`, `blend` and `ignoreIndex`.
///   - yTrue: the right classes, [pictures, height, width] or with an axis of one channel; fractions are dropped.
///   - yPred: those of a model.
/// - Throws: `KeratinError`, see `drawSegmentationMasks` and `plotImageGallery`.
public func plotSegmentationMaskGallery(
    _ images: any TensorConvertible, _ path: String, numClasses: Int,
    valueRange: (Double, Double) = (0, 255), yTrue: (any TensorConvertible)? = nil,
    yPred: (any TensorConvertible)? = nil, colorMapping: [Int: [Int]]? = nil,
    blend: Bool = true, alpha: Double = 0.8, ignoreIndex: Int = -1, scale: Double = 2,
    dpi: Int = 60, dataFormat: any DataFormatConvertible = .channelsLast
) throws {
    let place = "plotSegmentationMaskGallery"
    let pictures = try DrawnImages.channelsLast(images.tensor, dataFormat, at: place)
    var columns = [pictures.cast(to: .float32)]
    for y in [yTrue, yPred] {
        guard let y = y?.tensor else { continue }
        let masks = y.rank == 4 ? try DrawnImages.channelsLast(y, dataFormat, at: place) : y
        columns.append(
            try drawSegmentationMasks(
                pictures, masks.cast(to: .int32), numClasses: numClasses,
                colorMapping: colorMapping, alpha: alpha, blend: blend, ignoreIndex: ignoreIndex
            ).cast(to: .float32))
    }
    let extents = pictures.shape.dimensions
    // A picture and what is drawn on it follow each other.
    let all = ops.stack(columns, axis: 1)
        .reshaped(Shape([extents[0] * columns.count] + extents.dropFirst()))
    try plotImageGallery(
        all, path, rows: extents[0], cols: columns.count, valueRange: valueRange, scale: scale,
        dpi: dpi)
}
