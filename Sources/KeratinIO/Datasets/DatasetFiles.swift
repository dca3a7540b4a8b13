import FoundationEssentials
import KeratinCore

/// Finds the files of a data set: in `$KERATIN_DATASETS`, then in `~/.keratin/datasets`, else downloads them
/// to the latter.
package struct DatasetFiles {
    package struct File {
        package let name: String
        /// nil: not known.
        package let byteCount: Int?
        /// Of the published file. Only downloads are held to it; a file that somebody put there may be packed differently.
        package let hash: FileHash
        /// The file's name at the address that it is downloaded from.
        package let remoteName: String

        package init(name: String, remoteName: String? = nil, byteCount: Int, sha256: String) {
            self.init(
                name: name, remoteName: remoteName, byteCount: byteCount, hash: .sha256(sha256))
        }

        package init(
            name: String, remoteName: String? = nil, byteCount: Int? = nil, hash: FileHash
        ) {
            self.name = name
            self.remoteName = remoteName ?? name
            self.byteCount = byteCount
            self.hash = hash
        }
    }

    /// The data set's folder below each of `roots`.
    let name: String
    /// The address of the folder that the files are downloaded from.
    let address: String
    /// Where to look, in order; downloads go to the last. None if there is no home folder.
    let roots: [String]
    /// The program that downloads.
    let program: String

    package init(name: String, address: String, roots: [String]? = nil, program: String = "curl") {
        self.name = name
        self.address = address
        self.roots = roots ?? Self.defaultRoots
        self.program = program
    }

    private static var defaultRoots: [String] {
        [environment("KERATIN_DATASETS"), UserFolders.home.map { "\($0)/.keratin/datasets" }]
            .compactMap(\.self)
    }

    /// The place of a file that is there.
    private func path(_ file: File) -> String? { path(file.name) }

    /// The place of a file or folder of the data set that is there.
    package func path(_ entry: String) -> String? {
        roots.map { "\($0)/\(name)/\(entry)" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Whether all files are there without a download.
    package func arePresent(_ files: [File]) -> Bool { files.allSatisfy { path($0) != nil } }

    /// The bytes of a file, and where it lies.
    /// - Throws: `KeratinError` that says what failed and what to do.
    package func read(_ file: File) throws -> (bytes: [UInt8], path: String) {
        guard let path = path(file) else { return try download(file) }
        return (try FileAccess.read(path), path)
    }

    private func download(_ file: File) throws -> (bytes: [UInt8], path: String) {
        guard let root = roots.last else {
            throw KeratinError(
                .file, "has no place: there is no home folder (HOME); set KERATIN_DATASETS",
                at: file.name)
        }
        let folder = "\(root)/\(name)"
        let source = "\(address)/\(file.remoteName)"
        let target = "\(folder)/\(file.name)"
        let advice = "get the file \(source) by other means and put it into \(folder)"
        try Download(program: program, place: folder).fetch(source, to: target, advice: advice) {
            partial in
            let count = try FileAccess.byteCount(partial)
            if let expected = file.byteCount, count != expected {
                throw KeratinError(
                    .download,
                    "\(source) gave \(count) bytes, expected \(expected); \(advice)",
                    at: file.name)
            }
            try file.hash.check(partial, from: source, advice: advice, at: file.name)
        }
        return (try FileAccess.read(target), target)
    }

    /// Unpacks a gzipped tar archive that holds one folder beside the archive, with the program tar. The archive is
    /// downloaded if it is not there.
    /// - Returns: the folder's place.
    /// - Throws: `KeratinError` that says what failed and what to do.
    package func unpack(_ archive: File, folder entry: String) throws -> String {
        let (_, path) = try read(archive)
        let folder = String(path.dropLast(archive.name.count + 1))
        let advice = "unpack it into \(folder) by other means"
        // A folder of its own, so that what is cut off is never taken for whole.
        let partial = "\(folder)/\(entry).\(Download.unique).part"
        do {
            try FileManager.default.createDirectory(
                atPath: partial, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: partial) }
            let status = try Download.run("tar", ["-xzf", path, "-C", partial], place: folder)
            guard status == 0 else {
                throw KeratinError(.file, "tar ended with code \(status); \(advice)", at: path)
            }
            try FileManager.default.moveItem(
                atPath: "\(partial)/\(entry)", toPath: "\(folder)/\(entry)")
        } catch let error as KeratinError {
            throw error
        } catch {
            throw KeratinError(
                .file, "cannot be unpacked to a folder \(entry): \(error); \(advice)", at: path)
        }
        return "\(folder)/\(entry)"
    }
}
