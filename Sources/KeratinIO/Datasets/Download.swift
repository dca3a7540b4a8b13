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

/// A digest that a file is known by.
package enum FileHash: Hashable, Sendable {
    /// In hexadecimal, as the next one.
    case sha256(String)
    case md5(String)

    /// - Throws: `KeratinError` (`download`) if a file has another digest.
    func check(_ path: String, from source: String, advice: String, at place: String) throws {
        let (name, digest, expected) = try digests(path)
        guard digest == expected else {
            throw KeratinError(
                .download,
                "\(source) gave other bytes: \(name) \(digest), expected \(expected); \(advice)",
                at: place)
        }
    }

    /// Whether a file has this digest.
    func holds(_ path: String) throws -> Bool {
        let (_, digest, expected) = try digests(path)
        return digest == expected
    }

    private func digests(_ path: String) throws -> (name: String, digest: String, expected: String)
    {
        switch self {
        case .sha256(let expected):
            ("SHA-256", try SHA256.hex(file: path), expected.lowercased())
        case .md5(let expected): ("MD5", try MD5.hex(file: path), expected.lowercased())
        }
    }
}

/// Downloads files with the program curl, whole or not at all.
package struct Download {
    /// The program that downloads.
    var program = "curl"
    /// The folder that a user may put files into by other means.
    let place: String

    /// What no other task or process calls its files.
    static var unique: String {
        "\(getpid()).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    }

    /// Makes the folder of a file, and those above it.
    static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw KeratinError(.file, "cannot be made: \(error)", at: folder)
        }
    }

    /// Gets a file. On a terminal curl shows how far it is.
    /// - Parameters:
    ///   - source: the address: `https://…`, `file://…`.
    ///   - target: the path, in a folder that may have to be made. What stood there stays if anything fails.
    ///   - advice: what a user can do if it fails.
    ///   - check: looks at what came before it takes its place.
    /// - Throws: `KeratinError` that says what failed, and what `check` throws.
    func fetch(
        _ source: String, to target: String, advice: String, check: (String) throws -> Void
    ) throws {
        let name = target.split(separator: "/").last.map(String.init) ?? target
        try Self.makeFolder(place)
        // A name of its own, so that no two tasks or processes write to one file; renamed when it is whole.
        let partial = "\(target).\(Self.unique).part"
        defer { unlink(partial) }
        // A line that stands still for a minute is given up.
        let status = try Self.run(
            program,
            ["--fail", "--show-error", "--location", "--connect-timeout", "20"]
                + ["--speed-limit", "1", "--speed-time", "60"]
                + [Terminal.isInteractive && isatty(2) == 1 ? "--progress-bar" : "--silent"]
                + ["--output", partial, "--", source], place: place)
        guard status == 0 else {
            throw KeratinError(
                .download, "\(program) ended with code \(status) at \(source); \(advice)", at: name)
        }
        // curl makes no file where nothing came.
        guard FileAccess.exists(partial) else {
            throw KeratinError(.download, "nothing came from \(source); \(advice)", at: name)
        }
        try check(partial)
        guard rename(partial, target) == 0 else {
            throw KeratinError(
                .file, "cannot be written: \(String(cString: strerror(errno)))", at: target)
        }
    }

    /// Runs a program, found in PATH, and gives its exit code; −1 if a signal ended it.
    /// - Parameter place: the folder of the files that it is run for.
    static func run(_ program: String, _ arguments: [String], place: String) throws -> Int32 {
        var pid = pid_t()
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        let failure = posix_spawnp(&pid, program, nil, nil, &argv, environ)
        guard failure == 0 else {
            throw KeratinError(
                .download,
                "the program '\(program)' cannot be run (\(String(cString: strerror(failure)))); "
                    + "install it, or put the files into \(place)"
            )
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -1
    }
}
