import CHDF5
import KeratinCore

/// Reads HDF5 files into values, or to a visitor.
///
/// Only hard links and arrays stored in the file itself are followed; soft and external links, external and virtual arrays
/// are refused. libhdf5 1.10 itself is known to crash or hang on some damaged files, which no check of ours can
/// prevent inside the process: read files from strangers in a process of their own (`HDF5Process`), as the
/// `keratin` tool does.
package struct HDF5Reader: Sendable {
    private let library: HDF5Functions
    private let fileSize: Int
    private let skipped: Set<String>
    /// How deep groups may lie, so that circles of hard links end.
    private static let depthLimit = 64
    /// Bytes that all arrays together may hold beyond a thousand times the file's size.
    private static let harmlessSize = 1 << 28

    /// What was read so far.
    private struct Usage {
        var objects = 0
        var bytes = 0
    }
    private static let objectLimit = 1_000_000
    private static let rankLimit = 32

    /// The root group of a file.
    /// - Parameter skipped: children of the root that are not needed.
    /// - Throws: `KeratinError` for a file that is damaged or holds what is refused; it names the path.
    package static func read(
        _ bytes: [UInt8], name: String, skipping skipped: Set<String> = []
    ) throws -> HDF5Group {
        try read(.bytes(bytes), name: name, skipping: skipped)
    }

    /// The root group of a file, wherever it is read from.
    /// - Throws: as `read(_:name:skipping:)`.
    package static func read(
        _ source: HDF5Source, name: String, skipping skipped: Set<String> = []
    ) throws -> HDF5Group {
        try use(source, name, skipped) { reader in
            var builder = HDF5TreeBuilder()
            try reader.visit(source, &builder)
            return builder.root
        }
    }

    /// Encodes a file (`HDF5Encoding`) while it is read, so that it needs no memory for all of its arrays.
    /// - Throws: as `read(_:name:skipping:)`, when part of the file is written; what `write` throws.
    static func send(
        _ source: HDF5Source, name: String, skipping skipped: Set<String>,
        to write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try use(source, name, skipped) { reader in
            var encoder = HDF5Encoding.Encoder(write: write)
            try reader.visit(source, &encoder)
            try encoder.flush()
        }
    }

    private static func use<Result: Sendable>(
        _ source: HDF5Source, _ name: String, _ skipped: Set<String>,
        _ body: @Sendable (HDF5Reader) throws -> Result
    ) throws -> Result {
        let size =
            switch source {
            case .bytes(let bytes): bytes.count
            case .file(let path): try FileAccess.byteCount(UserFolders.expanded(path))
            case .part(let part): part.range.count
            }
        do {
            return try HDF5Library.use { library in
                try body(HDF5Reader(library: library, fileSize: size, skipped: skipped))
            }
        } catch let error as KeratinError {
            throw error.located(at: name)
        }
    }

    private func visit(_ source: HDF5Source, _ visitor: inout some HDF5Visitor) throws {
        let access = library.createProperties(library.constants["H5P_CLS_FILE_ACCESS_ID_g"]!)
        try library.with(access, "opening", library.closeProperties) { access in
            switch source {
            case .bytes(let bytes): try visit(bytes, access, &visitor)
            case .file(let path):
                try visit(file: UserFolders.expanded(path), access, &visitor)
            case .part(let part):
                let signature = try part.bytes(0..<min(8, part.range.count)) ?? []
                try Self.require(signature)
                if try HDF5PartDriver.use(library, access) {
                    return try visit(file: HDF5PartDriver.name(part), access, &visitor)
                }
                guard let bytes = try part.bytes(0..<part.range.count) else {
                    throw KeratinError(.file, "has become shorter while it was read")
                }
                try visit(bytes, access, &visitor)
            }
        }
    }

    private func visit(
        file name: String, _ access: hid_t, _ visitor: inout some HDF5Visitor
    ) throws {
        let file = library.openFile(name, HDF5Functions.readOnly, access)
        try library.with(file, "opening the file", library.closeFile) { file in
            let root = library.openObject(file, "/", 0)
            try library.with(root, "opening the root", library.closeObject) { root in
                var usage = Usage()
                try group(root, named: "", path: "", depth: 0, usage: &usage, &visitor)
            }
        }
    }

    /// Whether bytes begin as HDF5 files do.
    package static func recognizes(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    private static func require(_ signature: some Collection<UInt8>) throws {
        guard recognizes(signature) else {
            throw KeratinError(.file, "is not an HDF5 file: its signature is missing")
        }
    }

    private func visit(
        _ bytes: [UInt8], _ access: hid_t, _ visitor: inout some HDF5Visitor
    ) throws {
        try Self.require(bytes)
        _ = try library.check(library.useMemory(access, 1 << 16, 0), "opening")
        try bytes.withUnsafeBytes { image in
            try library.useImage(image, access)
            try visit(file: "image.h5", access, &visitor)
        }
    }

    private func group(
        _ group: hid_t, named name: String, path: String, depth: Int, usage: inout Usage,
        _ visitor: inout some HDF5Visitor
    ) throws {
        guard depth < HDF5Reader.depthLimit else {
            throw KeratinError(.file, "groups lie too deep, or form a circle, at '\(path)'")
        }
        try visitor.beginGroup(name, attributes(group, path))
        var info = H5G_info_t()
        _ = try library.check(library.groupInfo(group, &info), "reading the group '\(path)'")
        for index in 0..<info.nlinks {
            usage.objects += 1
            guard usage.objects < HDF5Reader.objectLimit else {
                throw KeratinError(.file, "has more than \(HDF5Reader.objectLimit) objects")
            }
            let name = try linkName(group, index, path)
            if depth == 0, skipped.contains(name) { continue }
            let childPath = "\(path)/\(name)"
            var link = H5L_info_t()
            _ = try library.check(library.linkInfo(group, name, &link, 0), "reading '\(childPath)'")
            guard link.type == H5L_TYPE_HARD else {
                throw KeratinError(
                    .file, "'\(childPath)' is a soft or external link, which is refused")
            }
            let object = library.openObject(group, name, 0)
            try library.with(object, "opening '\(childPath)'", library.closeObject) { object in
                switch library.objectType(object) {
                case H5I_GROUP:
                    try self.group(
                        object, named: name, path: childPath, depth: depth + 1, usage: &usage,
                        &visitor)
                case H5I_DATASET:
                    let (array, attributes) = try dataset(object, childPath, usage: &usage)
                    try visitor.dataset(name, array, attributes)
                default: throw KeratinError(.file, "'\(childPath)' is neither a group nor an array")
                }
            }
        }
        try visitor.endGroup()
    }

    private func linkName(_ group: hid_t, _ index: hsize_t, _ path: String) throws -> String {
        let what = "reading a name in '\(path)'"
        let count = try library.check(
            library.linkName(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, 0), what)
        guard count < 1 << 16 else { throw KeratinError(.file, "a name in '\(path)' is too long") }
        var buffer = [CChar](repeating: 0, count: count + 1)
        _ = try library.check(
            library.linkName(
                group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, 0),
            what)
        return text(buffer.prefix(count).map { UInt8(bitPattern: $0) })
    }

    private func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    // MARK: Arrays

    private func dataset(
        _ dataset: hid_t, _ path: String, usage: inout Usage
    ) throws -> (array: RawArray, attributes: [String: HDF5Attribute]) {
        let attributes = try attributes(dataset, path)
        try library.with(
            library.datasetProperties(dataset), "reading '\(path)'", library.closeProperties
        ) { properties in
            guard library.layout(properties) != H5D_VIRTUAL, library.externalCount(properties) <= 0
            else {
                throw KeratinError(
                    .file, "the array '\(path)' lies in other files, which is refused")
            }
        }
        let what = "reading the array '\(path)'"
        return try library.with(library.datasetType(dataset), what, library.closeType) { type in
            try library.with(library.datasetSpace(dataset), what, library.closeSpace) { space in
                let shape = try self.shape(space, path)
                let isBrainFloat = attributes["dtype"] == .string("bfloat16")
                let element = try elementType(type, path, isBrainFloat: isBrainFloat)
                let size = try byteCount(shape, element.byteCount, path)
                usage.bytes = usage.bytes.addingReportingOverflow(size).partialValue
                guard size <= Int.max / 2, usage.bytes >= 0,
                    (usage.bytes - HDF5Reader.harmlessSize) / 1000 <= fileSize
                else {
                    throw KeratinError(
                        .file,
                        "the array '\(path)' claims \(size) bytes in a file of \(fileSize), which is refused"
                    )
                }
                try ReaderLimits.require(usage.bytes, path)
                let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    if size == 0 { return }
                    try withMemoryType(type, element, what) { memory in
                        _ = try library.check(
                            library.read(dataset, memory, 0, 0, 0, buffer.baseAddress), what)
                    }
                    count = size
                }
                return (try RawArray(element, shape: shape, bytes: bytes), attributes)
            }
        }
    }

    private func shape(_ space: hid_t, _ path: String) throws -> [Int] {
        if library.spaceClass(space) == H5S_NULL { return [0] }
        let rank = Int(try library.check(library.spaceRank(space), "reading '\(path)'"))
        guard rank <= HDF5Reader.rankLimit else {
            throw KeratinError(.file, "'\(path)' has \(rank) axes")
        }
        var extents = [hsize_t](repeating: 0, count: rank)
        _ = try library.check(library.spaceExtents(space, &extents, nil), "reading '\(path)'")
        return extents.map { Int(clamping: $0) }
    }

    private func byteCount(_ shape: [Int], _ elementByteCount: Int, _ path: String) throws -> Int {
        do {
            return try RawArray.checkedCount(shape, elementByteCount)
        } catch let error as KeratinError {
            throw KeratinError(error.code, "'\(path)': \(error.message)")
        }
    }

    private func elementType(
        _ type: hid_t, _ path: String, isBrainFloat: Bool
    ) throws -> ElementType {
        let size = library.typeSize(type)
        switch (library.typeClass(type), size) {
        case (H5T_FLOAT, 2) where library.exponentBias(type) == 15: return .float16
        case (H5T_FLOAT, 2) where library.exponentBias(type) == 127: return .bfloat16
        case (H5T_FLOAT, 4): return .float32
        case (H5T_FLOAT, 8): return .float64
        case (H5T_ENUM, 1): return .bool
        case (H5T_OPAQUE, 2) where isBrainFloat: return .bfloat16
        case (H5T_INTEGER, 1), (H5T_INTEGER, 2), (H5T_INTEGER, 4), (H5T_INTEGER, 8):
            let name = "\(library.typeSign(type) == H5T_SGN_NONE ? "u" : "")int\(size * 8)"
            if let element = ElementType(rawValue: name) { return element }
            fallthrough
        default:
            throw KeratinError(
                .file,
                "the array '\(path)' holds elements of \(size) bytes of a kind that is not understood"
            )
        }
    }

    /// The type of elements in memory: as in the file, little endian.
    private func withMemoryType(
        _ type: hid_t, _ element: ElementType, _ what: String, _ body: (hid_t) throws -> Void
    ) throws {
        if let constant = HDF5Writer.constant(element) {
            return try body(library.constants[constant]!)
        }
        try library.with(library.copyType(type), what, library.closeType) { copy in
            // Opaque elements have no order.
            if element != .bfloat16 { _ = library.setTypeOrder(copy, H5T_ORDER_LE) }
            try body(copy)
        }
    }

    // MARK: Attributes

    private func attributes(_ object: hid_t, _ path: String) throws -> [String: HDF5Attribute] {
        var result: [String: HDF5Attribute] = [:]
        let count = try library.check(
            library.attributeCount(object), "reading the attributes of '\(path)'")
        for index in 0..<UInt32(count) {
            let what = "reading an attribute of '\(path)'"
            try library.with(library.openAttribute(object, index), what, library.closeAttribute) {
                attribute in
                let length = try library.check(library.attributeName(attribute, 0, nil), what)
                guard length < 1 << 16 else {
                    throw KeratinError(.file, "\(what): too long a name")
                }
                var buffer = [CChar](repeating: 0, count: length + 1)
                _ = try library.check(
                    library.attributeName(attribute, buffer.count, &buffer), what)
                let name = text(buffer.map { UInt8(bitPattern: $0) })
                result[name] = try value(attribute, "\(path)@\(name)")
            }
        }
        return result
    }

    /// The value of an attribute; nil for kinds that Keras does not write.
    private func value(_ attribute: hid_t, _ path: String) throws -> HDF5Attribute? {
        let what = "reading '\(path)'"
        return try library.with(library.attributeType(attribute), what, library.closeType) { type in
            try library.with(library.attributeSpace(attribute), what, library.closeSpace) { space in
                let shape = try self.shape(space, path)
                let count = try byteCount(shape, 1, path)
                let isNull = library.spaceClass(space) == H5S_NULL
                guard library.typeClass(type) == H5T_STRING else {
                    guard let element = try? elementType(type, path, isBrainFloat: false) else {
                        return nil
                    }
                    let size = try byteCount(shape, element.byteCount, path)
                    try checkSize(size, path)
                    var bytes = [UInt8](repeating: 0, count: size)
                    if size > 0 {
                        try withMemoryType(type, element, what) { memory in
                            _ = try library.check(
                                library.readAttribute(attribute, memory, &bytes), what)
                        }
                    }
                    return .array(try RawArray(element, shape: shape, bytes: bytes))
                }
                if isNull || count == 0 { return .strings([]) }
                let strings =
                    library.isVariableString(type) > 0
                    ? try variableStrings(attribute, type, space, count, path)
                    : try fixedStrings(attribute, type, count, path)
                return shape.isEmpty ? .string(strings[0]) : .strings(strings)
            }
        }
    }

    private func checkSize(_ size: Int, _ path: String) throws {
        guard size <= max(fileSize, 1 << 20) else {
            throw KeratinError(.file, "'\(path)' claims \(size) bytes, more than the file has")
        }
    }

    private func fixedStrings(
        _ attribute: hid_t, _ type: hid_t, _ count: Int, _ path: String
    ) throws -> [String] {
        let width = library.typeSize(type)
        let size = try byteCount([count], width, path)
        try checkSize(size, path)
        var bytes = [UInt8](repeating: 0, count: size)
        _ = try library.check(library.readAttribute(attribute, type, &bytes), "reading '\(path)'")
        return (0..<count).map { text(bytes[($0 * width)..<(($0 + 1) * width)]) }
    }

    private func variableStrings(
        _ attribute: hid_t, _ type: hid_t, _ space: hid_t, _ count: Int, _ path: String
    ) throws -> [String] {
        try checkSize(byteCount([count], MemoryLayout<Int>.size, path), path)
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        _ = try library.check(
            library.readAttribute(attribute, type, &pointers), "reading '\(path)'")
        defer { _ = library.reclaim(type, space, 0, &pointers) }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
}
