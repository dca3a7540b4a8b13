import FoundationEssentials
import KeratinCore
import KeratinTensor

/// Passengers of international airlines by month, 1949 to 1960, in thousands (Box and Jenkins, 1976).
public enum AirlinePassengers {
    /// The months, such as "1949-01", and how many thousand passengers each had: float32 [144].
    ///
    /// The file `airline-passengers.csv` comes from `$KERATIN_DATASETS/timeseries`, then
    /// `~/.keratin/datasets/timeseries`, then the repository of J. Brownlee.
    /// - Throws: `KeratinError` that says what failed and what to do; for a damaged file it names the line.
    public static func load() throws -> (months: [String], passengers: NDArray) {
        let (bytes, path) = try files.read(file)
        return try parse(bytes, at: path)
    }

    /// Whether the file is there without a download.
    public static var isPresent: Bool { files.arePresent([file]) }

    /// Lines of a month and a number, after a line of names.
    package static func parse(
        _ bytes: [UInt8], at path: String
    ) throws -> (months: [String], passengers: NDArray) {
        var months: [String] = []
        var passengers: [Float] = []
        let text = try TextFile.text(bytes, at: path)
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 2, let count = Float(fields[1]), count.isFinite else {
                throw KeratinError(
                    .invalidData, "line \(index + 1) is '\(line)', expected a month and a number",
                    at: path)
            }
            months.append(fields[0].filter { $0 != "\"" })
            passengers.append(count)
        }
        guard !passengers.isEmpty else {
            throw KeratinError(.invalidData, "holds no months", at: path)
        }
        return (months, NDArray(passengers))
    }

    private static var files: DatasetFiles {
        DatasetFiles(
            name: "timeseries",
            address: "https://raw.githubusercontent.com/jbrownlee/Datasets/master")
    }

    private static let file = DatasetFiles.File(
        name: "airline-passengers.csv", byteCount: 2180,
        sha256: "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621")
}
