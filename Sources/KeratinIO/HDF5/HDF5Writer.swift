import CHDF5
import KeratinCore

/// Writes values as HDF5 files that every Keras 3 and h5py open. Equal values give equal bytes: nothing in them
/// tells the time.
package struct HDF5Writer: Sendable {
    private let library: HDF5Functions

    /// The bytes of a file with this root.
    /// - Throws: `KeratinError` if the library is not installed or has too little memory.
    package static func write(_ root: HDF5Group) throws -> [UInt8] {
        try HDF5Library.use { try HDF5Writer(library: $0).write(root) }
    }

    /// The library's variable for the type of elements, little endian; nil where it has none.
    static func constant(_ element: ElementType) -> String? {
        switch element {
        case .float32: "H5T_IEEE_F32LE_g"
        case .float64: "H5T_IEEE_F64LE_g"
        case .int8: "H5T_STD_I8LE_g"
        case .int16: "H5T_STD_I16LE_g"
        case .int32: "H5T_STD_I32LE_g"
        case .int64: "H5T_STD_I64LE_g"
        case .uint8: "H5T_STD_U8LE_g"
        case .uint16: "H5T_STD_U16LE_g"
        case .uint32: "H5T_STD_U32LE_g"
        case .uint64: "H5T_STD_U64LE_g"
        case .float16, .bfloat16, .bool: nil
        }
    }

    private func write(_ root: HDF5Group) throws -> [UInt8] {
        let access = library.createProperties(library.constants["H5P_CLS_FILE_ACCESS_ID_g"]!)
        return try library.with(access, "writing", library.closeProperties) { access in
            _ = try library.check(library.useMemory(access, 1 << 16, 0), "writing")
            let file = library.createFile("image.h5", HDF5Functions.truncate, 0, access)
            return try library.with(file, "making a file", library.closeFile) { file in
                try write(root, into: file)
                _ = try library.check(library.flush(file, H5F_SCOPE_GLOBAL), "writing")
                let size = try library.check(library.image(file, nil, 0), "writing")
                var bytes = [UInt8](repeating: 0, count: size)
                _ = try library.check(library.image(file, &bytes, size), "writing")
                return bytes
            }
        }
    }

    private func write(_ group: HDF5Group, into target: hid_t) throws {
        for (name, attribute) in group.attributes.sorted(by: { $0.key < $1.key }) {
            try write(attribute, name, into: target)
        }
        for child in group.children {
            switch child.node {
            case .group(let group):
                try library.with(
                    library.createGroup(target, child.name, 0, 0, 0), "writing '\(child.name)'",
                    library.closeObject
                ) { try write(group, into: $0) }
            case .dataset(let array, _): try write(array, child.name, into: target)
            }
        }
    }

    private func write(_ array: RawArray, _ name: String, into target: hid_t) throws {
        let what = "writing '\(name)'"
        guard let constant = HDF5Writer.constant(array.type) else {
            throw KeratinError(.file, "\(what): arrays of \(array.type.rawValue) are not written")
        }
        let type = library.constants[constant]!
        let properties = library.createProperties(library.constants["H5P_CLS_DATASET_CREATE_ID_g"]!)
        try library.with(properties, what, library.closeProperties) { properties in
            _ = try library.check(library.trackTimes(properties, 0), what)
            try library.with(space(array.shape), what, library.closeSpace) { space in
                let dataset = library.createDataset(target, name, type, space, 0, properties, 0)
                try library.with(dataset, what, library.closeObject) { dataset in
                    if array.bytes.isEmpty { return }
                    _ = try array.bytes.withUnsafeBytes {
                        try library.check(
                            library.write(dataset, type, 0, 0, 0, $0.baseAddress), what)
                    }
                }
            }
        }
    }

    private func space(_ shape: [Int]) -> hid_t {
        if shape.isEmpty { return library.createSpace(H5S_SCALAR) }
        return library.createSimpleSpace(Int32(shape.count), shape.map { hsize_t($0) }, nil)
    }

    // MARK: Attributes

    /// Texts up to this size lie in the object's header, which has 64 KiB.
    private static let headerSize = 60_000

    private func write(_ attribute: HDF5Attribute, _ name: String, into target: hid_t) throws {
        let what = "writing the attribute '\(name)'"
        switch attribute {
        case .string(let text) where text.utf8.count < HDF5Writer.headerSize:
            try writeTexts([text], [], name, what, into: target)
        case .string(let text): try writeLong(text, name, what, into: target)
        case .strings(let texts): try writeTexts(texts, [texts.count], name, what, into: target)
        case .array(let array):
            guard let constant = HDF5Writer.constant(array.type) else {
                throw KeratinError(
                    .file, "\(what): arrays of \(array.type.rawValue) are not written")
            }
            try make(name, library.constants[constant]!, array.shape, what, into: target) {
                array.bytes.isEmpty
                    ? 0 : library.writeAttribute($0, library.constants[constant]!, array.bytes)
            }
        }
    }

    /// Texts of one width, that of the longest.
    private func writeTexts(
        _ texts: [String], _ shape: [Int], _ name: String, _ what: String, into target: hid_t
    ) throws {
        let width = (texts.map(\.utf8.count).max() ?? 0) + 1
        var bytes = [UInt8](repeating: 0, count: texts.count * width)
        for (index, text) in texts.enumerated() {
            bytes.replaceSubrange(
                (index * width)..<(index * width + text.utf8.count), with: text.utf8)
        }
        try withTextType(width, what) { type in
            try make(name, type, shape, what, into: target) {
                bytes.isEmpty ? 0 : library.writeAttribute($0, type, bytes)
            }
        }
    }

    /// A text of any length, which lies apart from the object.
    private func writeLong(
        _ text: String, _ name: String, _ what: String, into target: hid_t
    ) throws {
        // H5T_VARIABLE, which is a macro.
        try withTextType(-1, what) { type in
            try make(name, type, [], what, into: target) { attribute in
                text.withCString { pointer in
                    withUnsafePointer(to: pointer) { library.writeAttribute(attribute, type, $0) }
                }
            }
        }
    }

    private func withTextType(_ width: Int, _ what: String, _ body: (hid_t) throws -> Void) throws {
        try library.with(
            library.copyType(library.constants["H5T_C_S1_g"]!), what, library.closeType
        ) { type in
            _ = try library.check(library.setTypeSize(type, width), what)
            _ = try library.check(library.setCharacterSet(type, H5T_CSET_UTF8), what)
            try body(type)
        }
    }

    private func make(
        _ name: String, _ type: hid_t, _ shape: [Int], _ what: String, into target: hid_t,
        _ write: (hid_t) -> herr_t
    ) throws {
        try library.with(space(shape), what, library.closeSpace) { space in
            let attribute = library.createAttribute(target, name, type, space, 0, 0)
            try library.with(attribute, what, library.closeAttribute) { attribute in
                _ = try library.check(write(attribute), what)
            }
        }
    }
}
