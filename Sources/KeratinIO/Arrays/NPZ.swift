import KeratinCore
import KeratinTensor

/// Named arrays in NumPy's `.npz` format: a zip archive of NPY files (`numpy.savez`, `numpy.savez_compressed`).
///
/// Stored and deflated members are read; members are written stored, in order. Equal arrays give equal bytes.
public struct NPZ: Sendable {
    /// In the archive's order.
    package var members: [(name: String, array: RawArray)]

    private static let suffix = ".npy"

    package init(_ members: [(name: String, array: RawArray)]) { self.members = members }

    /// Named arrays, for writing.
    /// - Throws: the error that one of them carries.
    public init(_ arrays: [(name: String, array: Tensor)]) throws {
        self.init(try arrays.map { ($0.name, RawArray(try $0.array.hostArray())) })
    }

    /// Named arrays, for writing: `try NPZ(["x": x, "y": y]).save("data.npz")`.
    /// - Throws: the error that one of them carries.
    public init(_ arrays: KeyValuePairs<String, Tensor>) throws {
        try self.init(arrays.map { (name: $0.key, array: $0.value) })
    }

    /// The names of the arrays, in order, without the members' `.npy`.
    public var names: [String] { members.map(\.name) }

    /// The array of a name, converted as `Tensor(npy:)` does.
    /// - Throws: `KeratinError` if there is none (it suggests the nearest name), or for an integer beyond 32 bits.
    public func array(_ name: String) throws -> Tensor {
        guard let member = members.first(where: { $0.name == name }) else {
            throw unknownName(name, among: names, what: "array")
        }
        return Tensor(try HostArray(member.array, named: name))
    }

    /// All arrays, in order, converted as `Tensor(npy:)` does.
    /// - Throws: `KeratinError` for an integer beyond 32 bits.
    public func arrays() throws -> [(name: String, array: Tensor)] {
        try members.map { ($0.name, Tensor(try HostArray($0.array, named: $0.name))) }
    }

    /// - Throws: `KeratinError` (`file`) that names the file and what is wrong with it.
    public init(file path: String) throws {
        do {
            try self.init(bytes: FileAccess.read(path))
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }

    /// - Throws: `KeratinError` (`file`) if the bytes are no zip archive or a damaged one, or if a member is no NPY
    ///   file of numbers.
    public init(bytes: [UInt8]) throws {
        guard Zip.recognizes(bytes) else {
            throw KeratinError(.file, "is no NPZ file: it does not begin as zip archives do")
        }
        members = try Zip.read(bytes).map { member in
            guard member.name.hasSuffix(Self.suffix) else {
                throw KeratinError(
                    .file, "the member '\(member.name)' of the NPZ file is no NPY file")
            }
            do {
                let name = String(member.name.dropLast(Self.suffix.count))
                return (name, try NPY.read(member.bytes))
            } catch let error as KeratinError {
                throw KeratinError(
                    .file, "the member '\(member.name)' of the NPZ file: \(error.message)")
            }
        }
    }

    /// Writes a file, whole or not at all.
    /// - Throws: `KeratinError` (`file`) that names the file and the system's reason; see `bytes()`.
    public func write(to path: String) throws { try FileAccess.write(bytes(), to: path) }

    /// The arrays in a file of NumPy or of `save`.
    /// - Throws: `KeratinError` (`file`) that names the file and what is wrong with it.
    public static func load(_ path: String) throws -> NPZ { try NPZ(file: path) }

    /// Writes a file, whole or not at all.
    /// - Throws: `KeratinError` for a name that does not end in `.npz`; see `write(to:)`.
    public func save(_ path: String) throws {
        guard path.hasSuffix(".npz") else {
            throw KeratinError(
                .invalidArgument,
                "archives of arrays are saved as .npz files, got the name '\(path)'")
        }
        try write(to: path)
    }

    /// The bytes of a file.
    /// - Throws: `KeratinError` (`file`) for a name that stands twice or that no archive can hold.
    public func bytes() throws -> [UInt8] {
        try Zip.write(
            members.map { Zip.Member(name: $0.name + Self.suffix, bytes: try NPY.write($0.array)) })
    }
}
