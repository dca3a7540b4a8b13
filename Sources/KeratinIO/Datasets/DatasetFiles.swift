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
/// there.
struct DatasetFiles {
    /// The folder's name.
    let name: String
    /// The address of the folder that the files are downloaded from.
    let address: String

    struct File {
        let name: String
        let byteCount: Int
    }

    /// The bytes of a file.
    /// - Throws: `KeratinError` that says where was looked and what to do.
    func read(_ file: File) throws -> [UInt8] {
        let folders = DatasetFiles.folders.map { "\($0)/\(name)" }
        for folder in folders {
            let path = "\(folder)/\(file.name)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            do {
                return Array(try Data(contentsOf: URL(filePath: path)))
            } catch {
                throw KeratinError(.file, "cannot be read: \(error)", at: path)
            }
        }
        return try download(file, into: folders[folders.count - 1])
    }

    /// `$KERATIN_DATASETS` if it is set, and `~/.keratin/datasets`, where downloads go.
    private static var folders: [String] {
        let home = environment("HOME") ?? "."
        return [environment("KERATIN_DATASETS"), "\(home)/.keratin/datasets"].compactMap { $0 }
    }

    /// Whether all files are there without a download.
    static func arePresent(_ name: String, _ files: [File]) -> Bool {
        files.allSatisfy { file in
            folders.contains {
                FileManager.default.fileExists(atPath: "\($0)/\(name)/\(file.name)")
            }
        }
    }

    private func download(_ file: File, into folder: String) throws -> [UInt8] {
        let source = "\(address)/\(file.name)"
        let target = "\(folder)/\(file.name)"
        let advice =
            "put the file into $KERATIN_DATASETS/\(name) or ~/.keratin/datasets/\(name) yourself"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw KeratinError(.file, "cannot be made: \(error)", at: folder)
        }
        let partial = "\(target).\(getpid()).part"
        defer { unlink(partial) }
        let status = try run(
            "curl", ["--fail", "--silent", "--show-error", "--location", "--max-time", "600",
                "--output", partial, source])
        guard status == 0 else {
            throw KeratinError(
                .download, "curl ended with code \(status) at \(source); \(advice)", at: file.name)
        }
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: partial)))
        } catch {
            throw KeratinError(.download, "nothing came from \(source); \(advice)", at: file.name)
        }
        guard bytes.count == file.byteCount else {
            throw KeratinError(
                .download,
                "\(source) gave \(bytes.count) bytes, expected \(file.byteCount); \(advice)",
                at: file.name)
        }
        guard rename(partial, target) == 0 else {
            throw KeratinError(.file, "cannot be written", at: target)
        }
        return bytes
    }

    /// Runs a program found in PATH and gives its exit code.
    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        var pid = pid_t()
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        guard posix_spawnp(&pid, program, nil, nil, &argv, environ) == 0 else {
            throw KeratinError(.download, "the program '\(program)' is missing; install it")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -1
    }
}
