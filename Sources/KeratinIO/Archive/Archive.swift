import FoundationEssentials
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An archive of files, which is unpacked whole or not at all: tar archives with the program tar, zip archives here.
struct Archive {
    let path: String

    /// Unpacks it into a folder.
    /// - Parameter replacing: whether a folder that is there makes room.
    /// - Throws: `KeratinError` (`file`) for what is no such archive, is damaged, or cannot be written.
    func unpack(_ format: ArchiveFormat, to folder: String, replacing: Bool) throws {
        // A folder of its own, so that what is cut off is never taken for whole.
        let partial = "\(folder).\(Download.unique).part"
        try Download.makeFolder(partial)
        defer { try? FileManager.default.removeItem(atPath: partial) }
        if try isZip(format) { try unzip(to: partial) } else { try untar(to: partial) }
        let old = "\(folder).\(Download.unique).old"
        let hasOld = FileAccess.exists(folder)
        if hasOld, replacing {
            guard rename(folder, old) == 0 else { throw failure(folder) }
        } else if hasOld {
            return  // Another process was faster.
        }
        guard rename(partial, folder) == 0 else {
            let error = failure(folder)
            if hasOld { rename(old, folder) }
            throw error
        }
        if hasOld { try? FileManager.default.removeItem(atPath: old) }
    }

    private func isZip(_ format: ArchiveFormat) throws -> Bool {
        switch format {
        case .zip: return true
        case .tar: return false
        case .auto:
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path) }
            defer { close(descriptor) }
            var start = [UInt8](repeating: 0, count: 4)
            return systemRead(descriptor, &start, 4) == 4 && Zip.recognizes(start)
        }
    }

    private func untar(to folder: String) throws {
        let status = try Download.run("tar", ["-xf", path, "-C", folder], place: folder)
        guard status == 0 else {
            throw KeratinError(
                .file, "is no archive that can be unpacked: tar ended with code \(status)", at: path
            )
        }
    }

    private func unzip(to folder: String) throws {
        do {
            guard try ZipArchive.file(path).isZip() else {
                throw KeratinError(.file, "is no zip archive: its signature is missing")
            }
            // Data sets are archives of many small files. What stands before a damaged one goes with the folder.
            try Zip.visit(path: path, memberLimit: 10_000_000) { try place($0, in: folder) }
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }

    private func place(_ member: Zip.Member, in folder: String) throws {
        // Reading has refused names that lead out of the archive.
        let target = "\(folder)/\(member.name)"
        guard !member.name.hasSuffix("/") else { return try Download.makeFolder(target) }
        if let slash = target.lastIndex(of: "/") {
            try Download.makeFolder(String(target[..<slash]))
        }
        try write(member.bytes, to: target)
    }

    /// Writes a file of a folder that takes its place as a whole: nobody sees it before, so that it needs no name of its own.
    private func write(_ bytes: [UInt8], to target: String) throws {
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(target) }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { buffer in
            try FileAccess.write(buffer, to: descriptor) { failure(target) }
        }
    }

    private func failure(_ place: String) -> KeratinError {
        KeratinError(
            .file, "cannot be read or written: \(String(cString: strerror(errno)))", at: place)
    }
}
