import KeratinCore
import KeratinModels
import KeratinTensor

/// Draws what a model of two inputs says all over the samples' plane, and the samples on it, into a file: the probability of
/// a single output in bands of colour with a line at one half, or the areas of the classes of several outputs.
///
///     let (x, y) = try makeMoons(1_000, noise: 0.1)
///     try plotDecisionBoundary(model, x, y, "moons.svg")
///
/// - Parameters:
///   - model: takes [samples, 2].
///   - x: samples [samples, 2].
///   - y: class numbers [samples] or [samples, 1], or one-hot [samples, classes].
///   - path: the file's name ends in `.svg`, or in `.png` or `.pdf` where `rsvg-convert` or `inkscape` is installed. It is
///     written whole or not at all; one that is there is replaced.
///   - steps: the model is asked at `steps` × `steps` places.
///   - padding: what is shown around the samples, as a part of their range.
///   - title: a line above; nil: none.
///   - classNames: what the legend calls the classes; empty: by their numbers.
/// - Throws: `KeratinError` for a model that does not take [samples, 2] or predicts NaN, for samples and labels that do not fit,
///   for arguments out of range, and for a file as `History.plot` does; `BackendError` from the device.
public func plotDecisionBoundary(
    _ model: Model, _ x: Tensor, _ y: Tensor, _ path: String, steps: Int = 100,
    padding: Double = 0.1, title: String? = nil, classNames: [String] = []
) throws {
    let file = try PictureFile(path)
    try file.write(
        svg: try decisionBoundarySVG(
            model, x, y, steps: steps, padding: padding, title: title, classNames: classNames))
}
