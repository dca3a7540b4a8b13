import FoundationEssentials
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the files of a data set: in `$KERATIN_DATASETS`, then in `~/.keratin/datasets`, else downloads them
/// to the latter.
package struct DatasetFiles {
    package struct File {
        package let name: String
        package let byteCount: Int
        /// Of the published file, in hexadecimal. Only downloads are held to it; a file that somebody put
        /// there may be packed differently.
        package let sha256: String
        /// The file's name at the address that it is downloaded from.
        package let remoteName: String

        package init(name: String, remoteName: String? = nil, byteCount: Int, sha256: String) {
            self.name = name
            self.remoteName = remoteName ?? name
            self.byteCount = byteCount
            self.sha256 = sha256
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

    /// What no other task or process calls its files.
    private static var unique: String {
        "\(getpid()).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
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
        do {
            return (Array(try Data(contentsOf: URL(filePath: path))), path)
        } catch {
            throw KeratinError(.file, "cannot be read: \(error)", at: path)
        }
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
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw KeratinError(.file, "cannot be made: \(error)", at: folder)
        }
        // A name of its own, so that no two tasks or processes write to one file; renamed when it is whole.
        let partial = "\(target).\(Self.unique).part"
        defer { unlink(partial) }
        let status = try run(
            program,
            [
                "--fail", "--silent", "--show-error", "--location", "--connect-timeout", "20",
                "--max-time", "600",
                "--output", partial, source,
            ])
        guard status == 0 else {
            throw KeratinError(
                .download, "\(program) ended with code \(status) at \(source); \(advice)",
                at: file.name)
        }
        guard let data = try? Data(contentsOf: URL(filePath: partial)) else {
            throw KeratinError(.download, "nothing came from \(source); \(advice)", at: file.name)
        }
        let bytes = Array(data)
        guard bytes.count == file.byteCount else {
            throw KeratinError(
                .download,
                "\(source) gave \(bytes.count) bytes, expected \(file.byteCount); \(advice)",
                at: file.name)
        }
        let digest = SHA256.hex(bytes)
        guard digest == file.sha256 else {
            throw KeratinError(
                .download,
                "\(source) gave other bytes: SHA-256 \(digest), expected \(file.sha256); \(advice)",
                at: file.name)
        }
        guard rename(partial, target) == 0 else {
            throw KeratinError(
                .file, "cannot be written: \(String(cString: strerror(errno)))", at: target)
        }
        return (bytes, target)
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
        let partial = "\(folder)/\(entry).\(Self.unique).part"
        do {
            try FileManager.default.createDirectory(
                atPath: partial, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: partial) }
            let status = try run("tar", ["-xzf", path, "-C", partial])
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

    /// Runs a program, found in PATH, and gives its exit code.
    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        var pid = pid_t()
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        let failure = posix_spawnp(&pid, program, nil, nil, &argv, environ)
        guard failure == 0 else {
            throw KeratinError(
                .download,
                "the program '\(program)' cannot be run (\(String(cString: strerror(failure)))); "
                    + "install it, or put the files into \(roots.last ?? "$KERATIN_DATASETS")/\(name)"
            )
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -1
    }
}
