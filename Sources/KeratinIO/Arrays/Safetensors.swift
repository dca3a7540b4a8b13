import KeratinCore
import KeratinTensor

/// Named arrays in Hugging Face's safetensors format: a length, a JSON header of that length, the numbers.
///
/// Reading takes F16, BF16, F32, F64, I8 to I64, U8 to U64 and BOOL. A file must be free of gaps, overlaps and repeated
/// names, as the format demands. Equal arrays and metadata give equal bytes.
public struct Safetensors: Sendable {
    /// In the header's order.
    package var tensors: [(name: String, array: RawArray)]
    /// Free text that the file carries beside the arrays.
    public var metadata: [String: String]

    /// The format's limit, so that a damaged length cannot ask for more.
    private static let longestHeader = 100_000_000

    package init(_ tensors: [(name: String, array: RawArray)], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Named arrays, for writing.
    /// - Throws: the error that one of them carries.
    public init(
        _ arrays: [(name: String, array: Tensor)], metadata: [String: String] = [:]
    ) throws {
        self.init(
            try arrays.map { ($0.name, RawArray(try $0.array.hostArray())) }, metadata: metadata)
    }

    /// The names of the arrays, in order.
    public var names: [String] { tensors.map(\.name) }

    /// The array of a name, converted as `Tensor(npy:)` does.
    /// - Throws: `KeratinError` if there is none (it suggests the nearest name), or for an integer beyond 32 bits.
    public func array(_ name: String) throws -> Tensor {
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            throw unknownName(name, among: names, what: "array")
        }
        return Tensor(try HostArray(tensor.array, named: name))
    }

    /// All arrays, in order, converted as `Tensor(npy:)` does.
    /// - Throws: `KeratinError` for an integer beyond 32 bits.
    public func arrays() throws -> [(name: String, array: Tensor)] {
        try tensors.map { ($0.name, Tensor(try HostArray($0.array, named: $0.name))) }
    }

    // MARK: Reading

    /// - Throws: `KeratinError` (`file`) that names the file and what is wrong with it.
    public init(file path: String) throws {
        do {
            try self.init(bytes: FileAccess.read(path))
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }

    /// - Throws: `KeratinError` (`file`) if the bytes are no safetensors file, damaged or cut off.
    public init(bytes: [UInt8]) throws {
        guard bytes.count >= 8 else {
            throw KeratinError(.file, "is no safetensors file: it has \(bytes.count) bytes")
        }
        let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.longestHeader) else {
            throw KeratinError(
                .file,
                "is no safetensors file: it claims a header of \(length) bytes, more than \(Self.longestHeader)"
            )
        }
        let start = 8 + Int(length)
        guard bytes.count >= start else {
            throw KeratinError(
                .file,
                "the safetensors header is cut off: \(length) bytes are claimed, \(bytes.count - 8) are there"
            )
        }
        guard length > 0, bytes[8] == UInt8(ascii: "{") else {
            throw KeratinError(.file, "is no safetensors file: its header does not begin with '{'")
        }
        let header = try SafetensorsHeader(json: bytes[8..<start])
        metadata = header.metadata
        try Self.checkLayout(header, bytes.count - start)
        tensors = try header.entries.map { name, entry in
            (name, try Self.array(name, entry, bytes[start...]))
        }
    }

    /// The tensors must fill the data without gaps and overlaps.
    private static func checkLayout(_ header: SafetensorsHeader, _ byteCount: Int) throws {
        func failure(_ name: String, _ message: String) -> KeratinError {
            KeratinError(.file, "the tensor '\(name)' in the safetensors file \(message)")
        }
        for (name, entry) in header.entries {
            let range = entry.offsets
            guard range.count == 2, range[0] >= 0, range[0] <= range[1], range[1] <= byteCount
            else {
                throw failure(name, "lies at \(range), outside of the \(byteCount) bytes of data")
            }
        }
        var position = 0
        for (name, entry) in header.entries.sorted(by: {
            ($0.entry.offsets[0], $0.entry.offsets[1]) < ($1.entry.offsets[0], $1.entry.offsets[1])
        }) {
            guard entry.offsets[0] == position else {
                let kind = entry.offsets[0] < position ? "overlaps another" : "lies behind a gap"
                throw failure(
                    name, "\(kind): it begins at \(entry.offsets[0]), expected \(position)")
            }
            position = entry.offsets[1]
        }
        guard position == byteCount else {
            throw KeratinError(
                .file,
                "the safetensors file holds \(byteCount) bytes of data, but its tensors take \(position)"
            )
        }
    }

    private static func array(
        _ name: String, _ entry: SafetensorsHeader.Entry, _ data: ArraySlice<UInt8>
    ) throws -> RawArray {
        guard let type = SafetensorsHeader.type(entry.dtype) else {
            throw KeratinError(
                .file, "the tensor '\(name)' is of type \(entry.dtype), which cannot be read")
        }
        let range = (data.startIndex + entry.offsets[0])..<(data.startIndex + entry.offsets[1])
        do {
            return try RawArray(type, shape: entry.shape, bytes: Array(data[range]))
        } catch let error as KeratinError {
            throw KeratinError(.file, "the tensor '\(name)': \(error.message)")
        }
    }

    // MARK: Writing

    /// Writes a file, whole or not at all.
    /// - Throws: `KeratinError` (`file`) that names the file and the system's reason; see `bytes()`.
    public func write(to path: String) throws { try FileAccess.write(bytes(), to: path) }

    /// The bytes of a file. Wider numbers lie before narrower ones, so that all are aligned.
    /// - Throws: `KeratinError` (`file`) for a name that stands twice or is the metadata's.
    public func bytes() throws -> [UInt8] {
        var header = SafetensorsHeader()
        header.metadata = metadata
        var seen: Set<String> = [SafetensorsHeader.metadataKey]
        for (name, array) in tensors {
            guard seen.insert(name).inserted else {
                throw KeratinError(
                    .file, "a safetensors file cannot hold the name '\(name)' twice")
            }
            header.entries.append(
                (
                    name,
                    .init(
                        dtype: SafetensorsHeader.name(array.type), shape: array.shape, offsets: [])
                ))
        }
        // Swift's sort is stable, which keeps the bytes the same each time.
        let layout = tensors.indices.sorted {
            tensors[$0].array.type.byteCount > tensors[$1].array.type.byteCount
        }
        var data: [UInt8] = []
        data.reserveCapacity(tensors.reduce(0) { $0 + $1.array.bytes.count })
        for index in layout {
            let start = data.count
            data += tensors[index].array.bytes
            header.entries[index].entry.offsets = [start, data.count]
        }
        var text = try header.json()
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        guard text.count <= Self.longestHeader else {
            throw KeratinError(
                .file,
                "a safetensors header has at most \(Self.longestHeader) bytes, got \(text.count)")
        }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
    }
}
