import KeratinCore

/// Trees as bytes, for the way from a reading process to the one that asked.
package enum HDF5Encoding {
    private static let depthLimit = 100

    /// What comes next in a group.
    private enum Tag {
        static let group: UInt8 = 0
        static let dataset: UInt8 = 1
        static let end: UInt8 = 2
    }

    /// Writes a tree.
    package static func encode(
        _ group: HDF5Group, to write: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var encoder = Encoder(write: write)
        try encoder.append(group)
        try encoder.flush()
    }

    /// Writes what it visits, at once. In the end `flush` is called.
    struct Encoder: HDF5Visitor {
        let write: (UnsafeRawBufferPointer) throws -> Void
        /// What waits to be written with more.
        private var collected: [UInt8] = []
        private static let collects = 1 << 12

        init(write: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.write = write }

        mutating func flush() throws {
            try collected.withUnsafeBytes { if !$0.isEmpty { try write($0) } }
            collected.removeAll(keepingCapacity: true)
        }

        private mutating func append(_ bytes: [UInt8]) throws {
            if bytes.count <= Self.collects - collected.count {
                collected += bytes
                return
            }
            try flush()
            try bytes.withUnsafeBytes { try write($0) }
        }

        private mutating func append(tag: UInt8) throws { try append([tag]) }

        private mutating func append(_ number: Int) throws {
            try append(withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) })
        }

        private mutating func append(_ text: String) throws {
            try append(text.utf8.count)
            try append(Array(text.utf8))
        }

        private mutating func append(_ array: RawArray) throws {
            try append(array.type.rawValue)
            try append(array.shape.count)
            for extent in array.shape { try append(extent) }
            try append(array.bytes.count)
            try append(array.bytes)
        }

        private mutating func append(_ attributes: [String: HDF5Attribute]) throws {
            try append(attributes.count)
            for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
                try append(name)
                switch attribute {
                case .string(let text):
                    try append(tag: 0)
                    try append(text)
                case .strings(let texts):
                    try append(tag: 1)
                    try append(texts.count)
                    for text in texts { try append(text) }
                case .array(let array):
                    try append(tag: 2)
                    try append(array)
                }
            }
        }

        mutating func beginGroup(_ name: String, _ attributes: [String: HDF5Attribute]) throws {
            try append(tag: Tag.group)
            try append(name)
            try append(attributes)
        }

        mutating func endGroup() throws { try append(tag: Tag.end) }

        mutating func dataset(
            _ name: String, _ array: RawArray, _ attributes: [String: HDF5Attribute]
        ) throws {
            try append(tag: Tag.dataset)
            try append(name)
            try append(attributes)
            try append(array)
        }

        mutating func append(_ group: HDF5Group, named name: String = "") throws {
            try beginGroup(name, group.attributes)
            for child in group.children {
                switch child.node {
                case .group(let group): try append(group, named: child.name)
                case .dataset(let array, let attributes):
                    try dataset(child.name, array, attributes)
                }
            }
            try endGroup()
        }
    }

    /// The tree that a writer sends.
    /// - Parameters:
    ///   - limit: how many bytes it may take.
    ///   - read: fills a buffer with the next bytes.
    /// - Throws: `KeratinError` for bytes that are no encoded tree; what `read` throws.
    package static func decode(
        limit: Int, from read: @escaping (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> HDF5Group {
        var decoder = Decoder(remaining: limit, read: read)
        guard try decoder.take(1) == [Tag.group] else { throw Decoder.damaged }
        return try decoder.group(depth: 0).group
    }

    private struct Decoder {
        /// Bytes that may still come.
        var remaining: Int
        let read: (UnsafeMutableRawBufferPointer) throws -> Void

        static let damaged = KeratinError(
            .file, "the process that read the file sent no valid answer")

        mutating func take(_ count: Int) throws -> [UInt8] {
            guard count >= 0, count <= remaining else { throw Decoder.damaged }
            remaining -= count
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                try read(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
                initialized = count
            }
        }

        mutating func number() throws -> Int {
            guard remaining >= 8 else { throw Decoder.damaged }
            remaining -= 8
            var number: Int64 = 0
            try withUnsafeMutableBytes(of: &number) { try read($0) }
            return Int(Int64(littleEndian: number))
        }

        /// A number of things, each of which takes a byte at least.
        mutating func count() throws -> Int {
            let count = try number()
            guard count >= 0, count <= remaining else { throw Decoder.damaged }
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
            return try RawArray(type, shape: shape, bytes: try take(size))
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

        /// A group, behind its tag.
        mutating func group(depth: Int) throws -> (name: String, group: HDF5Group) {
            guard depth < depthLimit else { throw Decoder.damaged }
            let name = try text()
            var group = HDF5Group()
            group.attributes = try attributes()
            while true {
                switch try take(1).first {
                case Tag.group:
                    let (name, inner) = try self.group(depth: depth + 1)
                    group.children.append(HDF5Group.Child(name: name, node: .group(inner)))
                case Tag.dataset:
                    let name = try text()
                    let attributes = try attributes()
                    let node = HDF5Node.dataset(try array(), attributes: attributes)
                    group.children.append(HDF5Group.Child(name: name, node: node))
                case Tag.end: return (name, group)
                default: throw Decoder.damaged
                }
            }
        }
    }
}
