import KeratinCore
import KeratinModels

extension History {
    /// Draws the loss and the metrics over the epochs into a file: a panel for each figure, with a line for training and one
    /// for validation. Epochs count from 1. NaN and infinities are gaps.
    ///
    ///     try model.fit(x, y, epochs: 20, validationSplit: 0.2).plot("history.svg")
    ///
    /// - Parameters:
    ///   - path: the file's name ends in `.svg`, or in `.png` or `.pdf` where `rsvg-convert` or `inkscape` is installed. It is
    ///     written whole or not at all; one that is there is replaced.
    ///   - title: a line above the panels; nil: none.
    ///   - logScale: whether equal heights are equal factors; numbers that are not positive are gaps then.
    /// - Throws: `KeratinError`: `invalidArgument` for another ending, `file` for a file that cannot be written, `unavailable`
    ///   if there is no program for the format.
    public func plot(_ path: String, title: String? = nil, logScale: Bool = false) throws {
        let file = try PictureFile(path)
        try file.write(svg: svg(title: title, logScale: logScale))
    }
}
