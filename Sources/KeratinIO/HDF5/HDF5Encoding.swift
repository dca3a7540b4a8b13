import KeratinCore

/// Trees as bytes, for the way from a reading process to the one that asked.
package enum HDF5Encoding {
    private static let depthLimit = 100

    /// Writes the number of bytes that a tree takes, then these.
    package static func encode(
        _ group: HDF5Group, to write: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var counter = Encoder { _ in }
        try counter.append(group)
        var encoder = Encoder(write: write)
        try encoder.append(counter.total)
        try encoder.append(group)
        try encoder.flush()
    }

    private struct Encoder {
        let write: (UnsafeRawBufferPointer) throws -> Void
        /// Bytes so far.
        private(set) var total = 0
        /// What waits to be written with more.
        private var collected: [UInt8] = []
        private static let collects = 1 << 12

        init(write: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.write = write }

        mutating func flush() throws {
            try collected.withUnsafeBytes { if !$0.isEmpty { try write($0) } }
            collected.removeAll(keepingCapacity: true)
        }

        private mutating func append(_ bytes: [UInt8]) throws {
            total += bytes.count
            if bytes.count <= Self.collects - collected.count {
                collected += bytes
                return
            }
            try flush()
            try bytes.withUnsafeBytes { try write($0) }
        }

        private mutating func append(tag: UInt8) throws { try append([tag]) }

        mutating func append(_ number: Int) throws {
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

        mutating func append(_ group: HDF5Group) throws {
            try append(group.attributes)
            try append(group.children.count)
            for child in group.children {
                try append(child.name)
                switch child.node {
                case .group(let group):
                    try append(tag: 0)
                    try append(group)
                case .dataset(let array, let attributes):
                    try append(tag: 1)
                    try append(attributes)
                    try append(array)
                }
            }
        }
    }

    /// The tree that a writer sends.
    /// - Parameters:
    ///   - limit: how many bytes it may claim.
    ///   - read: fills a buffer with the next bytes.
    /// - Throws: `KeratinError` for bytes that are no encoded tree; what `read` throws.
    package static func decode(
        limit: Int, from read: @escaping (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> HDF5Group {
        var decoder = Decoder(remaining: 8, read: read)
        let total = try decoder.number()
        guard total >= 0, total <= limit else { throw Decoder.damaged }
        decoder.remaining = total
        let group = try decoder.group(depth: 0)
        guard decoder.remaining == 0 else { throw Decoder.damaged }
        return group
    }

    private struct Decoder {
        /// Bytes that are still to come.
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
