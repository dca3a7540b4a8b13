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

/// The digest by which `getFile` recognises a file.
public enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// SHA-256 for 64 digits, MD5 for 32.
    case auto
    /// SHA-256.
    case sha256
    /// MD5, which tells damaged files but no forged ones.
    case md5
}

/// The kinds of archives that `getFile` unpacks.
public enum ArchiveFormat: String, Hashable, Sendable, CaseIterable {
    /// What the file's first bytes say.
    case auto
    /// `.tar`, `.tar.gz`, `.tar.bz2` and whatever else the program tar takes.
    case tar
    /// `.zip`.
    case zip
}

/// The place of a file from the network, which is downloaded if it is not there yet.
///
/// ```swift
/// let path = try getFile(origin: "https://example.org/flowers.tgz", fileHash: "…", extract: true)
/// ```
///
/// The program curl downloads, and shows on a terminal how far it is. A file that is there with another digest is downloaded again; nothing
/// takes its place before it is whole and has the digest.
/// - Parameters:
///   - fname: the file's name, without folders; nil: the last part of the address.
///   - origin: the address: `https://…`, `file:///…`.
///   - untar: the same as `extract`, of a tar archive.
///   - md5Hash: the MD5 digest, for old programs; `fileHash` goes before it.
///   - fileHash: the digest of the file in hexadecimal; nil: whatever comes.
///   - cacheSubdir: the folder below `cacheDir`, or one with a path of its own.
///   - hashAlgorithm: what `fileHash` is.
///   - extract: whether the file is an archive that is unpacked.
///   - archiveFormat: what kind of archive it is.
///   - cacheDir: nil: `~/.keratin`.
///   - forceDownload: whether the file is downloaded in any case.
/// - Returns: the file's path; that of the folder in which an archive was unpacked, as in Keras: the name up to its first point and
///   `_extracted`, or without `fname` the address's last part.
/// - Throws: `KeratinError` that says what failed and what to do.
@discardableResult
public func getFile(
    _ fname: String? = nil, origin: String, untar: Bool = false, md5Hash: String? = nil,
    fileHash: String? = nil, cacheSubdir: String = "datasets", hashAlgorithm: HashAlgorithm = .auto,
    extract: Bool = false, archiveFormat: ArchiveFormat = .auto, cacheDir: String? = nil,
    forceDownload: Bool = false
) throws -> String {
    let place = "getFile"
    let name = try fileName(fname, origin)
    let hash =
        try fileHash.map { try FileHash($0, hashAlgorithm) }
        ?? md5Hash.map { try FileHash($0, .md5) }
    let folder = try cacheFolder(cacheDir, cacheSubdir)
    let wantsFolder = extract || untar
    // Where the archive lies and where it is unpacked, by Keras's rule.
    var target = "\(folder)/\(name)"
    var unpacked = target
    if wantsFolder {
        if fname != nil, let stem = name.firstIndex(of: ".") {
            unpacked = "\(folder)/\(name[..<stem])_extracted"
        } else {
            target += "_archive"
        }
    }
    var isNew = forceDownload || !FileAccess.exists(target)
    if !isNew, let hash, try !hash.holds(target) {
        InteractiveLogging.message(
            "\(target) has another digest than the one that is wanted, and is downloaded again.")
        isNew = true
    }
    if isNew {
        InteractiveLogging.message("Downloading data from \(origin)")
        let advice = "get the file by other means and put it there as \(target)"
        try Download(place: folder).fetch(origin, to: target, advice: advice) { partial in
            try hash?.check(partial, from: origin, advice: advice, at: place)
        }
    }
    guard wantsFolder else { return target }
    if isNew || !FileAccess.exists(unpacked) {
        try Archive(path: target).unpack(
            untar ? .tar : archiveFormat, to: unpacked, replacing: isNew)
    }
    return unpacked
}

private func fileName(_ name: String?, _ origin: String) throws -> String {
    func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: "getFile")
    }
    if let name, !name.isEmpty {
        guard !name.contains("/"), name != ".", name != ".." else {
            throw refused(
                "fname is a name without folders, got '\(name)'; cacheDir and cacheSubdir say the folder"
            )
        }
        return name
    }
    // The last part of the address's path, without a query and a fragment.
    let address = origin.prefix { $0 != "?" && $0 != "#" }
    let path = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last, !last.isEmpty, last != ".", last != ".." else {
        throw refused("the address '\(origin)' ends with no file's name: give it as fname")
    }
    return String(last)
}

private func cacheFolder(_ cacheDir: String?, _ subfolder: String) throws -> String {
    let base: String
    if let cacheDir {
        base = try UserFolders.expanded(cacheDir)
    } else if subfolder.hasPrefix("/") {
        base = ""
    } else if let home = UserFolders.home {
        base = "\(home)/.keratin"
    } else {
        throw KeratinError(
            .file, "there is no home folder (HOME); say the folder as cacheDir", at: "getFile")
    }
    if subfolder.hasPrefix("/") { return subfolder }
    return subfolder.isEmpty ? base : "\(base)/\(subfolder)"
}

extension FileHash {
    /// - Throws: `KeratinError` for what is no digest of the algorithm.
    init(_ digits: String, _ algorithm: HashAlgorithm) throws {
        let isMD5 = algorithm == .md5 || (algorithm == .auto && digits.utf8.count != 64)
        guard digits.utf8.count == (isMD5 ? 32 : 64),
            digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
        else {
            throw KeratinError(
                .invalidArgument,
                "a digest has 64 (SHA-256) or 32 (MD5) hexadecimal digits, got '\(digits)'",
                at: "getFile")
        }
        self = isMD5 ? .md5(digits) : .sha256(digits)
    }
}
