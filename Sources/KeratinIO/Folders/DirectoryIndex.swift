import FoundationEssentials
import KeratinCore
import KeratinModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the labels of files in a folder are.
public enum DirectoryLabels: Hashable, Sendable, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral
{
    /// The numbers of the subfolders, in the order of their names.
    case inferred
    /// One for each file, in the order of the files' paths.
    case numbers([Int])
    /// A word that means nothing here, of which whoever uses it tells.
    case unknown(String)

    /// "inferred".
    public init(stringLiteral value: String) {
        self = value == "inferred" ? .inferred : .unknown(value)
    }
    /// One label for each file, in the order of the files' paths.
    public init(arrayLiteral elements: Int...) { self = .numbers(elements) }
}

/// The files of some kinds in a folder, with their labels, by the rules of Keras's `index_directory`.
struct DirectoryIndex {
    /// In order.
    var paths: [String]
    /// One for each path; nil: no labels.
    var labels: [Int]?
    /// nil: no labels.
    var classNames: [String]?

    /// - Parameters:
    ///   - suffixes: the ends of the files' names, in lower case.
    ///   - classNames: which subfolders, in which order; nil: all, by their names.
    ///   - followLinks: whether folders that are symbolic links are looked into.
    /// - Throws: `KeratinError` for a folder that cannot be read, a class without files, and labels that do not fit.
    init(
        _ directory: String, labels: DirectoryLabels?, suffixes: [String],
        classNames wanted: [String]?, followLinks: Bool, at place: String
    ) throws {
        let root = try UserFolders.expanded(directory)
        func refused(_ message: String) -> KeratinError {
            KeratinError(.invalidArgument, message, at: place)
        }
        guard labels == .inferred else {
            guard wanted == nil else {
                throw refused("classNames are for labels that are inferred from subfolders")
            }
            paths = try Self.files(below: root, suffixes, followLinks)
            switch labels {
            case .numbers(let numbers):
                guard numbers.count == paths.count else {
                    throw refused(
                        "\(directory) holds \(paths.count) files, got \(numbers.count) labels")
                }
                self.labels = numbers
                classNames = Set(numbers).sorted().map { "\($0)" }
            case .unknown(let word):
                throw refused("labels are 'inferred', numbers, or nil, got '\(word)'")
            default: break
            }
            return
        }
        let folders = try Self.entries(root).filter {
            !$0.hasPrefix(".") && Self.isFolder("\(root)/\($0)")
        }
        if let wanted {
            guard Set(wanted).isSubset(of: folders), Set(wanted).count == wanted.count else {
                throw refused(
                    "classNames must be different subfolders of \(directory), which are \(folders), got \(wanted)"
                )
            }
        }
        let names = wanted ?? folders
        paths = []
        var numbers: [Int] = []
        for (number, name) in names.enumerated() {
            let files = try Self.files(below: "\(root)/\(name)", suffixes, followLinks)
            guard !files.isEmpty else {
                throw KeratinError(
                    .invalidData,
                    "the class '\(name)' has no files (\(suffixes.joined(separator: ", ")))",
                    at: directory)
            }
            paths += files
            numbers += Array(repeating: number, count: files.count)
        }
        self.labels = numbers
        classNames = names
    }

    /// Reorders the files as NumPy's `RandomState` of this seed does.
    mutating func shuffle(seed: Int, at place: String) throws {
        var generator = try LegacyRandomState(seed: seed, at: place)
        let order = generator.permutation(paths.count)
        paths = order.map { paths[$0] }
        labels = labels.map { labels in order.map { labels[$0] } }
    }

    /// Some of the files.
    func part(_ range: Range<Int>) -> DirectoryIndex {
        var part = self
        part.paths = Array(paths[range])
        part.labels = labels.map { Array($0[range]) }
        return part
    }

    // MARK: The folders

    /// As Python orders texts: by code points, which is the order of UTF-8's bytes.
    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    private static func entries(_ folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted(by: precedes)
        } catch {
            throw KeratinError(
                .file, isFolder(folder) ? "cannot be listed: \(error)" : "is no folder", at: folder)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// The files below a folder: folders in the order of their paths, files of each by name.
    private static func files(
        below folder: String, _ suffixes: [String], _ followLinks: Bool
    ) throws -> [String] {
        var files: [(folder: String, names: [String])] = []
        func walk(_ folder: String, _ above: Set<String>) throws {
            guard let resolved = realpath(folder, nil) else {
                throw KeratinError(
                    .file, "cannot be read: \(String(cString: strerror(errno)))", at: folder)
            }
            let place = String(cString: resolved)
            free(resolved)
            // A link to a folder above it has no end.
            guard !above.contains(place) else { return }
            var names: [String] = []
            for entry in try entries(folder) {
                let path = "\(folder)/\(entry)"
                if isFolder(path) {
                    if followLinks || !isLink(path) { try walk(path, above.union([place])) }
                } else if suffixes.contains(where: { entry.lowercased().hasSuffix($0) }) {
                    names.append(entry)
                }
            }
            files.append((folder, names))
        }
        try walk(folder, [])
        return files.sorted { precedes($0.folder, $1.folder) }.flatMap { folder, names in
            names.map { "\(folder)/\($0)" }
        }
    }
}
