import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the table of a device lies: beside the compiled programs, one file a device, driver and family of kernels.
///
/// `KERATIN_TUNING=off` leaves it alone, and so does `KERATIN_CACHE=off`.
struct TuningFile {
    let path: String?
    private let identity: String

    /// - Parameter identity: of device, driver and platform, with their versions.
    init(identity: String, family: KernelFamily) {
        self.identity = "\(identity)|\(family.rawValue)"
        let isOff = environment("KERATIN_CACHE") == "off" || environment("KERATIN_TUNING") == "off"
        let name = String(ProgramCache.hash(Array(self.identity.utf8)), radix: 16)
        path = isOff ? nil : UserFolders.cache.map { "\($0)/keratin/\(name).tuning" }
    }

    /// What is there; a file that is damaged, foreign or no file at all is told of once and not used.
    func load() -> ProductTuning {
        guard let path else { return .none }
        var status = stat()
        guard stat(path, &status) == 0 else { return .none }
        // Neither a pipe that never ends nor a file that does not fit is read.
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= ProductTuning.mostBytes,
            let bytes = readFile(path), let text = String(validating: bytes, as: UTF8.self),
            let tuning = ProductTuning(text: text, identity: identity)
        else {
            warnOnce(
                "\(path) is no whole table of this device and is not used: `keratin-bench tune` makes a new one"
            )
            return .none
        }
        return tuning
    }

    /// Writes under another name and renames, so that no reader sees half a file.
    func store(_ tuning: ProductTuning) throws(BackendError) {
        guard let path, let slash = path.lastIndex(of: "/") else {
            throw .invalidArgument(
                "there is no folder to keep the table in: KERATIN_CACHE or KERATIN_TUNING is off, or neither XDG_CACHE_HOME nor HOME is set"
            )
        }
        let folder = String(path[..<slash])
        let temporary = "\(path).\(getpid())"
        guard UserFolders.make(folder), let file = fopen(temporary, "wb") else {
            throw .invalidArgument("\(folder) cannot be written to")
        }
        let bytes = Array(tuning.text(identity: identity).utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        let closed = fclose(file)
        if written != bytes.count || closed != 0 || rename(temporary, path) != 0 {
            unlink(temporary)
            throw .invalidArgument("\(path) cannot be written")
        }
    }
}
