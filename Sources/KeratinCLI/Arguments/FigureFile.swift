import Keratin
import KeratinIO
import KeratinTooling

/// A file of the figures of epochs: JSON, or comma-separated values with a row for each epoch.
struct FigureFile {
    let path: String

    /// - Throws: `KeratinError` for a name with another end.
    init(_ path: String) throws {
        guard path.hasSuffix(".json") || path.hasSuffix(".csv") else {
            throw KeratinError(
                .invalidArgument, "a history is written as .json or .csv, got the name '\(path)'")
        }
        self.path = path
    }

    func write(_ history: History) throws {
        guard path.hasSuffix(".csv") else {
            return try writeFile(FigureJSON.history(history.history), to: path)
        }
        let epochs = Table.Column("epoch", history.epoch.map { Double($0 + 1) })
        let figures = history.keys.map { Table.Column($0, history[$0] ?? []) }
        try Table([epochs] + figures).save(path)
    }
}
