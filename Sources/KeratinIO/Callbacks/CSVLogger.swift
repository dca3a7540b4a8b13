import KeratinCore
import KeratinLayers
import KeratinModels

/// Writes the figures of each epoch into a CSV file, a line for each, as the epochs end.
public final class CSVLogger: Callback, Holder {
    private let path: String
    private let separator: String
    private let append: Bool
    private var keys: [String]?
    private var file: GrowingFile?

    /// - Parameters:
    ///   - filename: the file. It is begun anew unless `append`.
    ///   - separator: between the values of a line.
    ///   - append: whether lines come behind those that are there.
    public init(_ filename: String, separator: String = ",", append: Bool = false) {
        path = filename
        self.separator = separator
        self.append = append
    }

    /// The path by its name.
    public convenience init(filename: String, separator: String = ",", append: Bool = false) {
        self.init(filename, separator: separator, append: append)
    }

    public override func onTrainBegin(logs: Logs) throws {
        keys = nil
        // A file that stands there is kept until there is something in its place.
        file = try GrowingFile(path, keeping: append ? .max : 0)
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        guard let file else { return }
        var lines = ""
        let names: [String]
        if let keys {
            names = keys
        } else {
            var found = logs.keys.sorted()
            // Epochs without a validation may come before those with one.
            if !found.contains(where: { $0.hasPrefix("val_") }) {
                found += found.map { "val_\($0)" }
            }
            names = found
            keys = found
            if try file.length() == 0 { lines = line(["epoch"] + found) }
        }
        lines += line(["\(epoch)"] + names.map { name in logs[name].map { "\($0)" } ?? "NA" })
        try file.append(Array(lines.utf8))
    }

    package func letGo() { file = nil }

    private func line(_ values: [String]) -> String {
        values.map { value in
            value.contains { "\"\r\n".contains($0) } || value.contains(separator)
                ? "\""
                    + value.split(separator: "\"", omittingEmptySubsequences: false)
                    .joined(separator: "\"\"") + "\"" : value
        }.joined(separator: separator) + "\r\n"
    }

    public override func getState() throws -> [String: ConfigValue]? {
        guard let file else { return nil }
        return [
            "length": .integer(try file.length()),
            "keys": keys.map { .list($0.map { .string($0) }) } ?? .null,
        ]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        // Lines of epochs that are run again are written again.
        file = try GrowingFile(path, keeping: state["length"]?.asInteger ?? 0)
        guard case .list(let names) = state["keys"] else { return }
        keys = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }
}
