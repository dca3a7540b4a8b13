import FoundationEssentials
import KeratinCore

/// The reviews of IMDB in files: `imdb_train.tsv.gz` and `imdb_test.tsv.gz`, or the folder `aclImdb` of the original
/// archive.
package struct IMDBFiles {
    /// A review, and whether it is positive.
    package struct Review: Hashable, Sendable {
        package let text: String
        package let isPositive: Bool
    }

    let source: DatasetFiles

    package init(roots: [String]? = nil, address: String = IMDBFiles.address) {
        source = DatasetFiles(name: "imdb", address: address, roots: roots)
    }

    package static let address = "https://ai.stanford.edu/~amaas/data/sentiment"

    private static let archive = DatasetFiles.File(
        name: "aclImdb_v1.tar.gz", byteCount: 84_125_825,
        sha256: "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe")

    private static let folder = "aclImdb"

    package static func table(_ part: String) -> String { "imdb_\(part).tsv.gz" }

    private var hasTables: Bool {
        ["train", "test"].allSatisfy { source.path(Self.table($0)) != nil }
    }

    /// Whether the reviews are there without a download.
    package var isPresent: Bool {
        hasTables || source.path(Self.folder) != nil || source.arePresent([Self.archive])
    }

    /// The reviews of "train" or "test".
    package func reviews(_ part: String) throws -> [Review] {
        if hasTables, let path = source.path(Self.table(part)) { return try readTable(path) }
        let folder =
            try source.path(Self.folder) ?? source.unpack(Self.archive, folder: Self.folder)
        return try readFolder("\(folder)/\(part)")
    }

    // MARK: Tables

    private func readTable(_ path: String) throws -> [Review] {
        let bytes = try Gzip.inflate(try FileAccess.read(path), limit: 1 << 29, name: path)
        return try Self.parse(bytes, at: path)
    }

    /// Lines of a label (1 positive, 0 negative), a rating, an identifier and the text, with tabs between them. Only a
    /// line feed ends a line: reviews hold other characters that Unicode counts as such.
    package static func parse(_ bytes: [UInt8], at path: String) throws -> [Review] {
        var reviews: [Review] = []
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            let place = "\(path), line \(index + 1)"
            let fields = line.split(separator: 9, maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, fields[0].count == 1, let label = fields[0].first,
                label == 48 || label == 49
            else {
                throw KeratinError(
                    .invalidData,
                    "has \(fields.count) fields, the first '\(String(decoding: fields[0].prefix(20), as: UTF8.self))', "
                        + "expected a label (0 or 1), a rating, an identifier and the text",
                    at: place)
            }
            reviews.append(
                Review(
                    text: try TextFile.text(Array(fields[3]), at: place), isPositive: label == 49))
        }
        guard !reviews.isEmpty else { throw KeratinError(.invalidData, "is empty", at: path) }
        return reviews
    }

    // MARK: Folders

    /// Files `neg/<number>_<rating>.txt` and `pos/…`, in the order of their numbers.
    private func readFolder(_ folder: String) throws -> [Review] {
        var files: [(number: Int, isPositive: Bool, path: String)] = []
        for (name, isPositive) in [("neg", false), ("pos", true)] {
            let path = "\(folder)/\(name)"
            let entries: [String]
            do {
                entries = try FileManager.default.contentsOfDirectory(atPath: path)
            } catch {
                throw KeratinError(.file, "cannot be listed: \(error)", at: path)
            }
            for entry in entries where entry.hasSuffix(".txt") {
                guard let number = Int(entry.prefix { $0 != "_" }) else {
                    throw KeratinError(
                        .invalidData, "is not named <number>_<rating>.txt", at: "\(path)/\(entry)")
                }
                files.append((number, isPositive, "\(path)/\(entry)"))
            }
        }
        guard !files.isEmpty else {
            throw KeratinError(.invalidData, "holds no reviews", at: folder)
        }
        files.sort { ($0.number, $0.isPositive ? 1 : 0) < ($1.number, $1.isPositive ? 1 : 0) }
        return try files.map {
            Review(text: try readText($0.path), isPositive: $0.isPositive)
        }
    }
}
