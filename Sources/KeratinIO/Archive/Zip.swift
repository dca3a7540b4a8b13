import CZip
import KeratinCore

/// Zip archives in memory, through libzip.
///
/// Reading refuses what no honest archive holds: names that lead out of the archive, names that stand twice, encrypted
/// members, members that swell a hundred times beyond 256 MiB, and checksums that do not match. Writing stores members
/// as they are, in the given order, dated 1 January 1980, so that equal members give equal bytes.
package struct Zip: Sendable {
    package struct Member: Sendable {
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Sizes up to this are read whatever they were compressed from.
    private static let harmlessSize: UInt64 = 1 << 28
    private static let largestRatio: UInt64 = 100

    /// Whether bytes begin as zip archives do.
    package static func recognizes(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    // MARK: Reading

    /// The members of an archive, in its order.
    ///
    /// - Parameters:
    ///   - memberLimit: more members than this are refused.
    ///   - wanted: which members' bytes are needed; others are checked by name only and come empty.
    /// - Throws: `KeratinError` for an archive that is damaged or holds what is refused.
    package static func read(
        _ bytes: [UInt8], memberLimit: Int = 10_000, wanted: (String) -> Bool = { _ in true }
    ) throws -> [Member] {
        // libzip takes no bytes at all for an archive without members.
        guard recognizes(bytes) else {
            throw KeratinError(.file, "is no zip archive: its signature is missing")
        }
        var members: [Member] = []
        try bytes.withUnsafeBytes { buffer in
            try visit(buffer.count, memberLimit, wanted) { library, error in
                library.createBuffer(buffer.baseAddress, zip_uint64_t(buffer.count), 0, error)
            } body: {
                members.append($0)
            }
        }
        return members
    }

    /// The members of an archive on disk, of which no more is read than is needed.
    package static func read(
        path: String, memberLimit: Int = 10_000, wanted: (String) -> Bool
    ) throws -> [Member] {
        var members: [Member] = []
        try visit(path: path, memberLimit: memberLimit, wanted: wanted) { members.append($0) }
        return members
    }

    /// Walks over the members of an archive on disk, of which one is in memory at a time.
    /// - Parameter body: takes each member in, before those behind it are checked.
    /// - Throws: as `read`; what `body` throws.
    static func visit(
        path: String, memberLimit: Int = 10_000, wanted: (String) -> Bool = { _ in true },
        body: (Member) throws -> Void
    ) throws {
        let path = try UserFolders.expanded(path)
        let size = try FileAccess.byteCount(path)
        try visit(
            size, memberLimit, wanted,
            source: { library, error in
                // To the end of the file.
                library.createFile(path, 0, -1, error)
            }, body: body)
    }

    /// - Parameter size: the archive's, in bytes.
    private static func visit(
        _ size: Int, _ memberLimit: Int, _ wanted: (String) -> Bool,
        source make: (ZipFunctions, UnsafeMutablePointer<zip_error_t>) -> OpaquePointer?,
        body: (Member) throws -> Void
    ) throws {
        let library = try ZipFunctions.shared.get()
        var error = zip_error_t()
        library.initializeError(&error)
        defer { library.finishError(&error) }
        guard let source = make(library, &error) else { throw failure(library, &error) }
        let flags = Int32(ZIP_RDONLY) | Int32(ZIP_CHECKCONS)
        guard let archive = library.open(source, flags, &error) else {
            library.freeSource(source)
            throw failure(library, &error)
        }
        defer { library.discard(archive) }
        try visit(library, archive, size, memberLimit, wanted, body)
    }

    private static func visit(
        _ library: ZipFunctions, _ archive: OpaquePointer, _ archiveSize: Int,
        _ memberLimit: Int, _ wanted: (String) -> Bool, _ body: (Member) throws -> Void
    ) throws {
        let count = Int(library.entryCount(archive, 0))
        guard count >= 0, count <= memberLimit else {
            throw KeratinError(.file, "the archive claims \(count) members")
        }
        var names: Set<String> = []
        var total: UInt64 = 0
        for index in 0..<count {
            var entry = zip_stat_t()
            guard library.status(archive, zip_uint64_t(index), 0, &entry) == 0,
                let pointer = entry.name
            else { throw KeratinError(.file, "member \(index) of the archive is damaged") }
            let name = String(cString: pointer)
            try check(name: name)
            guard names.insert(name).inserted else {
                throw KeratinError(.file, "the archive holds '\(name)' twice")
            }
            guard entry.encryption_method == UInt16(ZIP_EM_NONE) else {
                throw KeratinError(.file, "'\(name)' in the archive is encrypted")
            }
            guard wanted(name) else {
                try body(Member(name: name, bytes: []))
                continue
            }
            // The sizes are what the archive claims; no sum of them may overflow.
            guard entry.size < 1 << 36, entry.comp_size < 1 << 36,
                isHarmless(entry.size, from: entry.comp_size)
            else {
                throw KeratinError(
                    .file,
                    "'\(name)' in the archive swells from \(entry.comp_size) to \(entry.size) bytes, which is refused"
                )
            }
            total += entry.size
            guard isHarmless(total, from: UInt64(archiveSize)) else {
                throw KeratinError(
                    .file,
                    "the archive of \(archiveSize) bytes swells to \(total), which is refused")
            }
            try body(
                Member(
                    name: name, bytes: try read(library, archive, index, name, Int(entry.size))))
        }
    }

    private static func isHarmless(_ size: UInt64, from compressed: UInt64) -> Bool {
        size <= harmlessSize || size / largestRatio <= compressed
    }

    /// Names must stay inside the archive.
    private static func check(name: String) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isInside =
            !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\") && !name.contains(":")
            && !name.contains("\0")
            && !parts.contains("..")
        guard isInside else {
            throw KeratinError(
                .file, "the archive's member '\(name)' leads out of it, which is refused")
        }
    }

    private static func read(
        _ library: ZipFunctions, _ archive: OpaquePointer, _ index: Int, _ name: String, _ size: Int
    ) throws -> [UInt8] {
        func message() -> String {
            library.archiveMessage(archive).map { String(cString: $0) } ?? ""
        }
        guard let entry = library.openEntry(archive, zip_uint64_t(index), 0) else {
            throw KeratinError(.file, "'\(name)' in the archive cannot be read: \(message())")
        }
        defer { _ = library.closeEntry(entry) }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, position in
            // One read beyond the end makes the library check the sum.
            while true {
                var spare: UInt8 = 0
                let count =
                    position < size
                    ? library.readEntry(
                        entry, buffer.baseAddress! + position, zip_uint64_t(size - position))
                    : library.readEntry(entry, &spare, 1)
                if count == 0, position == size { return }
                guard count > 0, position + Int(count) <= size else {
                    throw KeratinError(
                        .file,
                        "'\(name)' in the archive is damaged: its length or checksum is wrong")
                }
                position += Int(count)
            }
        }
    }

    private static func failure(
        _ library: ZipFunctions, _ error: inout zip_error_t
    ) -> KeratinError {
        let message = library.errorMessage(&error).map { String(cString: $0) } ?? "no message"
        return KeratinError(.file, "the archive cannot be opened: \(message)")
    }

    // MARK: Writing

    /// An archive without members is its closing record alone; libzip writes no file then.
    private static let empty: [UInt8] = [0x50, 0x4B, 0x05, 0x06] + [UInt8](repeating: 0, count: 18)

    /// The bytes of an archive with these members.
    /// - Throws: `KeratinError` for names that stand twice or that reading would refuse.
    package static func write(_ members: [Member]) throws -> [UInt8] {
        for member in members { try check(name: member.name) }
        if members.isEmpty { return empty }
        let library = try ZipFunctions.shared.get()
        var error = zip_error_t()
        library.initializeError(&error)
        defer { library.finishError(&error) }
        guard let target = library.createBuffer(nil, 0, 0, &error) else {
            throw failure(library, &error)
        }
        defer { library.freeSource(target) }
        // The archive gives up its hold when it is closed; the bytes are read after that.
        library.keepSource(target)
        guard let archive = library.open(target, Int32(ZIP_TRUNCATE), &error) else {
            library.freeSource(target)
            throw failure(library, &error)
        }
        func refused() -> KeratinError {
            let message =
                library.archiveMessage(archive).map { String(cString: $0) } ?? "no message"
            library.discard(archive)
            return KeratinError(.file, "the archive cannot be written: \(message)")
        }
        // The members' bytes must stay where they are until the archive is closed.
        let copies = members.map { member in
            let copy = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(member.bytes.count, 1), alignment: 1)
            copy.copyBytes(from: member.bytes)
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        for (member, copy) in zip(members, copies) {
            guard
                let source = library.addBuffer(
                    archive, copy.baseAddress, zip_uint64_t(member.bytes.count), 0)
            else { throw refused() }
            let index = library.addEntry(
                archive, member.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
            guard index >= 0 else {
                library.freeSource(source)
                throw refused()
            }
            // 1 January 1980, the first day that an archive can name.
            guard library.setCompression(archive, zip_uint64_t(index), Int32(ZIP_CM_STORE), 0) == 0,
                library.setTime(archive, zip_uint64_t(index), 0, 33, 0) == 0
            else { throw refused() }
        }
        guard library.close(archive) == 0 else { throw refused() }
        return try contents(library, target)
    }

    private static func contents(_ library: ZipFunctions, _ source: OpaquePointer) throws -> [UInt8]
    {
        guard library.openSource(source) == 0 else {
            throw KeratinError(.file, "the archive that was written cannot be read back")
        }
        defer { _ = library.closeSource(source) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = library.readSource(source, &part, zip_uint64_t(part.count))
            guard count >= 0 else {
                throw KeratinError(.file, "the archive that was written cannot be read back")
            }
            if count == 0 { return bytes }
            bytes += part.prefix(Int(count))
        }
    }
}
