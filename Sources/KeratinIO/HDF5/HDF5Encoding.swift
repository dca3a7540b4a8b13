import KeratinCore

/// Trees as bytes, for the way from a reading process to the one that asked.
package enum HDF5Encoding {
    private static let depthLimit = 100

    package static func encode(_ group: HDF5Group) -> [UInt8] {
        var bytes: [UInt8] = []
        append(group, to: &bytes)
        return bytes
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(text.utf8.count, to: &bytes)
        bytes += text.utf8
    }

    private static func append(_ array: RawArray, to bytes: inout [UInt8]) {
        append(array.type.rawValue, to: &bytes)
        append(array.shape.count, to: &bytes)
        for extent in array.shape { append(extent, to: &bytes) }
        append(array.bytes.count, to: &bytes)
        bytes += array.bytes
    }

    private static func append(_ attributes: [String: HDF5Attribute], to bytes: inout [UInt8]) {
        append(attributes.count, to: &bytes)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            append(name, to: &bytes)
            switch attribute {
            case .string(let text):
                bytes.append(0)
                append(text, to: &bytes)
            case .strings(let texts):
                bytes.append(1)
                append(texts.count, to: &bytes)
                for text in texts { append(text, to: &bytes) }
            case .array(let array):
                bytes.append(2)
                append(array, to: &bytes)
            }
        }
    }

    private static func append(_ group: HDF5Group, to bytes: inout [UInt8]) {
        append(group.attributes, to: &bytes)
        append(group.children.count, to: &bytes)
        for child in group.children {
            append(child.name, to: &bytes)
            switch child.node {
            case .group(let group):
                bytes.append(0)
                append(group, to: &bytes)
            case .dataset(let array, let attributes):
                bytes.append(1)
                append(attributes, to: &bytes)
                append(array, to: &bytes)
            }
        }
    }

    /// - Throws: `KeratinError` for bytes that are no encoded tree.
    package static func decode(_ bytes: [UInt8], from start: Int = 0) throws -> HDF5Group {
        var decoder = Decoder(bytes: bytes, position: start)
        let group = try decoder.group(depth: 0)
        guard decoder.position == bytes.count else { throw Decoder.damaged }
        return group
    }

    private struct Decoder {
        let bytes: [UInt8]
        var position: Int

        static let damaged = KeratinError(
            .file, "the process that read the file sent no valid answer")

        mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, count <= bytes.count - position else { throw Decoder.damaged }
            defer { position += count }
            return bytes[position..<(position + count)]
        }

        mutating func number() throws -> Int {
            try take(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        /// A number of things, each of which takes a byte at least.
        mutating func count() throws -> Int {
            let count = try number()
            guard count >= 0, count <= bytes.count - position else { throw Decoder.damaged }
            return count
        }

        mutating func text() throws -> String {
            let count = try count()
            return String(decoding: try take(count), as: UTF8.self)
        }

        mutating func array() throws -> RawArray {
            guard let type = ElementType(rawValue: try text()) else { throw Decoder.damaged }
            var shape: [Int] = []
            for _ in 0..<(try count()) { shape.append(try number()) }
            let size = try count()
            return try RawArray(type, shape: shape, bytes: Array(try take(size)))
        }

        mutating func attributes() throws -> [String: HDF5Attribute] {
            var attributes: [String: HDF5Attribute] = [:]
            for _ in 0..<(try count()) {
                let name = try text()
                switch try take(1).first {
                case 0: attributes[name] = .string(try text())
                case 1:
                    var texts: [String] = []
                    for _ in 0..<(try count()) { texts.append(try text()) }
                    attributes[name] = .strings(texts)
                case 2: attributes[name] = .array(try array())
                default: throw Decoder.damaged
                }
            }
            return attributes
        }

        mutating func group(depth: Int) throws -> HDF5Group {
            guard depth < depthLimit else { throw Decoder.damaged }
            var group = HDF5Group()
            group.attributes = try attributes()
            for _ in 0..<(try count()) {
                let name = try text()
                let node: HDF5Node
                switch try take(1).first {
                case 0: node = .group(try self.group(depth: depth + 1))
                case 1:
                    let attributes = try attributes()
                    node = .dataset(try array(), attributes: attributes)
                default: throw Decoder.damaged
                }
                group.children.append(HDF5Group.Child(name: name, node: node))
            }
            return group
        }
    }
}
