import KeratinCore
import KeratinModels
import KeratinTensor

/// Draws how often each class was taken for each into a file: a row for each true class, the cells the fuller the larger the part.
///
///     try plotConfusionMatrix(ConfusionMatrix(y, model.predict(x)), "confusion.svg")
///
/// - Parameters:
///   - path: the file's name ends in `.svg`, or in `.png` or `.pdf` where `rsvg-convert` or `inkscape` is installed. It is
///     written whole or not at all; one that is there is replaced.
///   - title: a line above; nil: none.
/// - Throws: `KeratinError` for a file as `History.plot` does.
public func plotConfusionMatrix(
    _ matrix: ConfusionMatrix, _ path: String, title: String? = nil
) throws {
    try PictureFile(path).write(svg: matrix.svg(title: title))
}

/// The same of labels and predictions; see `ConfusionMatrix`.
///
///     try plotConfusionMatrix(y, model.predict(x), "confusion.svg", classNames: CIFAR10.classNames)
/// - Throws: `KeratinError` for arrays that do not fit, and for a file as `History.plot` does; `BackendError` from the device.
public func plotConfusionMatrix(
    _ labels: Tensor, _ predictions: Tensor, _ path: String,
    classNames: [String] = [], title: String? = nil
) throws {
    let file = try PictureFile(path)
    let matrix = try ConfusionMatrix(labels, predictions, classNames: classNames)
    try file.write(svg: matrix.svg(title: title))
}
