import KeratinCore
import KeratinLayers
import KeratinModels

/// How the tree of a weights file is read: in this process, or as the tool does it in one of its own.
package enum WeightsFile {
    /// What of a file is needed.
    package enum Part: String, Sendable {
        /// The model's weights.
        case model
        /// What the optimizer keeps too.
        case all
    }

    /// The process that reads, if there is one.
    @TaskLocal package static var process: HDF5Process?

    static let memberName = "model.weights.h5"

    /// Begins to read a file, in a process of its own if there is one; the result waits for it.
    /// - Parameter file: the file's bytes, if they are known; they are used up.
    static func start(
        _ path: String, _ part: Part, _ file: FileBytes? = nil
    ) throws -> () throws -> HDF5Group {
        guard let process else {
            return { try readHere(path, part, file?.take()) }
        }
        _ = file?.take()
        guard !FileAccess.isStream(path) else {
            throw KeratinError(
                .file,
                "is a pipe, and models and weights are read by a process of its own: save it as a file first",
                at: path)
        }
        let reading = try process.start(path, part)
        return { try reading.finish() }
    }

    /// The tree of a file.
    package static func read(_ path: String, _ part: Part = .all) throws -> HDF5Group {
        try start(path, part)()
    }

    /// Whether a file on disk is HDF5.
    static func isHDF5(_ path: String) -> Bool {
        guard FileAccess.isOrdinary(path), let start = try? FileAccess.prefix(path, 8) else {
            return false
        }
        return HDF5Reader.recognizes(start)
    }

    /// The tree of a file.
    /// - Parameter file: its bytes, if they are known; they are used up.
    static func read(_ path: String, _ file: FileBytes?) throws -> HDF5Group {
        try start(path, .all, file)()
    }

    /// The tree of a `.weights.h5` file, or of the weights inside a `.keras` file, read in this process.
    /// - Parameter known: the file's bytes; nil: they are read.
    package static func readHere(
        _ path: String, _ part: Part = .all, _ known: consuming [UInt8]? = nil
    ) throws -> HDF5Group {
        do {
            let (source, name) = try source(path, known)
            return try HDF5Reader.read(source, name: name, skipping: skipped(part))
                .withoutBackslashes
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
    }

    /// Encodes the same tree, with the names that the file has, while it is read.
    static func sendHere(
        _ path: String, _ part: Part,
        to write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        do {
            let (source, name) = try source(path, nil)
            try HDF5Reader.send(source, name: name, skipping: skipped(part), to: write)
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
    }

    /// Children of the root that are not needed.
    private static func skipped(_ part: Part) -> Set<String> {
        part == .all ? [] : ["optimizer", "optimizer_weights"]
    }

    /// Where the weights of a file lie, and what errors call that.
    private static func source(
        _ path: String, _ known: consuming [UInt8]?
    ) throws -> (source: HDF5Source, name: String) {
        if known == nil, isHDF5(path) { return (.file(path), path) }
        if known == nil, FileAccess.isOrdinary(path), try ZipArchive.file(path).isZip() {
            if let part = try StoredMember.find(memberName, in: path) {
                return (.part(part), memberName)
            }
            return (.bytes(try member(of: .file(path))), memberName)
        }
        var bytes = try known ?? FileAccess.read(path)
        known = nil
        guard Zip.recognizes(bytes) else { return (.bytes(bytes), path) }
        let weights = try member(of: .bytes(bytes))
        bytes = []
        return (.bytes(weights), memberName)
    }
}

extension WeightsFile {
    /// The weights inside a `.keras` file.
    private static func member(of archive: ZipArchive) throws -> [UInt8] {
        let members = try archive.members { $0 == memberName }
        guard let weights = members.first(where: { $0.name == memberName }) else {
            throw KeratinError(.file, "has no \(memberName) in it")
        }
        return weights.bytes
    }
}

/// The bytes of a file, which whoever needs them last takes away.
final class FileBytes {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

extension HDF5Group {
    /// Keras on Windows wrote backslashes into names where slashes make groups.
    var withoutBackslashes: HDF5Group { hasBackslashes ? split : self }

    private var hasBackslashes: Bool {
        children.contains { child in
            if child.name.utf8.contains(UInt8(ascii: "\\")) { return true }
            if case .group(let group) = child.node { return group.hasBackslashes }
            return false
        }
    }

    private var split: HDF5Group {
        var result = HDF5Group()
        result.attributes = attributes
        for child in children {
            let parts = child.name.split(separator: "\\").map(String.init)
            var node = child.node
            if case .group(let group) = node { node = .group(group.split) }
            guard let last = parts.last else { continue }
            result.withGroup(parts.dropLast()[...]) { group in
                if case .group(let new) = node, case .group(let old)? = group[last] {
                    group[last] = .group(old.merged(with: new))
                } else {
                    group[last] = node
                }
            }
        }
        return result
    }

    private func merged(with other: HDF5Group) -> HDF5Group {
        var result = self
        for child in other.children {
            if case .group(let new) = child.node, case .group(let old)? = result[child.name] {
                result[child.name] = .group(old.merged(with: new))
            } else {
                result[child.name] = child.node
            }
        }
        return result
    }
}
