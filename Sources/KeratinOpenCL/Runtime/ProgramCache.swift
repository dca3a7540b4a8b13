import KeratinCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Compiled programs on disk, one file each, named by a hash of everything that they depend on.
///
/// The cache only saves time: a file that is missing, foreign or damaged, and a folder that cannot be
/// written, are the same as no cache. `KERATIN_CACHE=off` turns it off.
struct ProgramCache {
    /// How many programs this process has begun to store.
    private static let stores = Atomic<Int>(0)

    private let folder: String?
    let identity: String
    // "KERATIN1", the key and the binary's checksum stand before the binary.
    private static let magic: [UInt8] = Array("KERATIN1".utf8)

    /// - Parameter identity: device, driver and platform, with their versions.
    init(identity: String) {
        self.identity = identity
        folder = Self.folder()
    }

    var isOn: Bool { folder != nil }

    private static func folder() -> String? {
        if environment("KERATIN_CACHE") == "off" { return nil }
        return UserFolders.cache.map { $0 + "/keratin" }
    }

    func key(source: String, options: String) -> UInt64 {
        Self.hash(Array("\(identity)\u{0}\(options)\u{0}\(source)".utf8))
    }

    func load(_ key: UInt64) -> [UInt8]? {
        guard let folder, let bytes = readFile(path(folder, key)), bytes.count > 24,
            Array(bytes[0..<8]) == Self.magic, Self.integer(bytes[8..<16]) == key
        else { return nil }
        let binary = Array(bytes[24...])
        return Self.hash(binary) == Self.integer(bytes[16..<24]) ? binary : nil
    }

    /// Writes under another name and renames, so that no reader sees half a file.
    func store(_ key: UInt64, _ binary: [UInt8]) {
        guard let folder, !binary.isEmpty, UserFolders.make(folder) else { return }
        // A name of its own, since other processes and tasks may store the same program.
        let number = Self.stores.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = "\(path(folder, key)).\(getpid()).\(number)"
        guard let file = fopen(temporary, "wb") else { return }
        let bytes = Self.magic + Self.bytes(key) + Self.bytes(Self.hash(binary)) + binary
        let written = fwrite(bytes, 1, bytes.count, file)
        let closed = fclose(file)
        if written != bytes.count || closed != 0 || rename(temporary, path(folder, key)) != 0 {
            unlink(temporary)
        }
    }

    func remove(_ key: UInt64) {
        if let folder { unlink(path(folder, key)) }
    }

    private func path(_ folder: String, _ key: UInt64) -> String {
        "\(folder)/\(String(key, radix: 16)).clbin"
    }

    /// FNV-1a, 64 bits.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    private static func bytes(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
