import Keratin
import KeratinIO
import KeratinTooling

/// A file of the figures of epochs: JSON, comma-separated values with a row for each epoch, or a picture.
struct FigureFile {
    let path: String
    /// nil for a file of numbers.
    private let picture: PictureFile?

    /// - Throws: `KeratinError` for a name with another end, and for a picture that could not be written.
    init(_ path: String) throws {
        self.path = path
        if path.hasSuffix(".json") || path.hasSuffix(".csv") {
            picture = nil
            return
        }
        guard [".svg", ".png", ".pdf"].contains(where: path.hasSuffix) else {
            throw KeratinError(
                .invalidArgument,
                "a history is written as .json, .csv, .svg, .png or .pdf, got the name '\(path)'")
        }
        picture = try PictureFile(path)
    }

    func write(_ history: History) throws {
        if let picture { return try picture.write(svg: history.svg()) }
        guard path.hasSuffix(".csv") else {
            return try writeFile(FigureJSON.history(history.history), to: path)
        }
        let epochs = Table.Column("epoch", history.epoch.map { Double($0 + 1) })
        let figures = history.keys.map { Table.Column($0, history[$0] ?? []) }
        try Table([epochs] + figures).save(path)
    }
}
