import Foundation
import KeratinCore
import KeratinIO
import Synchronization
import Testing

/// Files by h5py (`Scripts/fixtures/hdf5.py`).
struct HDF5Fixtures: Decodable {
    struct Refused: Decodable {
        let name: String
        let path: String
        let word: String
        let file: String
    }

    let file: String
    let arrays: [ArrayFixtures.Described]
    let refused: [Refused]

    static func load() throws -> HDF5Fixtures {
        let path = try #require(
            Bundle.module.path(forResource: "hdf5", ofType: "json", inDirectory: "Fixtures"))
        return try JSONDecoder().decode(
            HDF5Fixtures.self, from: Data(contentsOf: URL(filePath: path)))
    }

    static func bytes(_ text: String) throws -> [UInt8] {
        try Gzip.inflate(ArrayFixtures.bytes(text), limit: 1 << 20, name: "fixture")
    }
}

@Suite("HDF5", .serialized)
struct HDF5Tests {
    /// A tree with every element type that is written, ranks 0 to 5, empty arrays and deep paths.
    static func tree() throws -> HDF5Group {
        var root = HDF5Group()
        root.attributes["keras_version"] = .string("3 — with ä")
        root.attributes["empty"] = .string("")
        for type in ElementType.allCases where ![.float16, .bfloat16, .bool].contains(type) {
            let bytes = (0..<(6 * type.byteCount)).map { UInt8($0 * 5 & 63) }
            let array = try RawArray(type, shape: [2, 3], bytes: bytes)
            root.withGroup(["types"]) { $0[type.rawValue] = .dataset(array, attributes: [:]) }
        }
        for rank in 0...5 {
            let shape = [Int](repeating: 2, count: rank)
            let values = (0..<(1 << rank)).map { Float($0) - 0.5 }
            let array = RawArray(values, shape: shape)
            root.withGroup(["ranks"]) { $0["\(rank)"] = .dataset(array, attributes: [:]) }
        }
        let empty = RawArray([], shape: [0, 4])
        root["empty"] = .dataset(empty, attributes: [:])
        root["ünïcode name"] = .dataset(RawArray(7), attributes: [:])
        let deep = (0..<40).map { "level\($0)" }
        root.withGroup(deep[...]) {
            $0.attributes["depth"] = .string("40")
            $0["x"] = .dataset(empty, attributes: [:])
        }
        root["no children"] = .group(HDF5Group())
        return root
    }

    @Test("A tree comes back as it was, and two writes give the same bytes")
    func roundTrip() throws {
        let tree = try Self.tree()
        let bytes = try HDF5Writer.write(tree)
        #expect(try HDF5Reader.read(bytes, name: "tree.h5") == tree)
        #expect(try HDF5Writer.write(tree) == bytes)
        #expect(try decoded(encoded(tree)) == tree)
    }

    @Test("Children of the root that nobody needs are not read")
    func skipping() throws {
        let bytes = try HDF5Writer.write(Self.tree())
        let read = try HDF5Reader.read(bytes, name: "tree.h5", skipping: ["types", "ranks"])
        #expect(read["types"] == nil)
        #expect(read["level0"] != nil)
    }

    @Test("Lists of texts are written; what is not says so")
    func notWritten() throws {
        var root = HDF5Group()
        let half = try RawArray(.float16, shape: [1], bytes: [0, 0])
        root["half"] = .dataset(half, attributes: [:])
        #expect(
            message { _ = try HDF5Writer.write(root) }
                == "writing 'half': arrays of float16 are not written")
        var list = HDF5Group()
        list.attributes["names"] = .strings(["a"])
        let read = try HDF5Reader.read(HDF5Writer.write(list), name: "list.h5")
        #expect(read.attributes["names"] == .strings(["a"]))
    }

    @Test("h5py's files: chunks, compression, byte orders, small floats, bool, every rank")
    func foreignArrays() throws {
        let fixtures = try HDF5Fixtures.load()
        let root = try HDF5Reader.read(HDF5Fixtures.bytes(fixtures.file), name: "h5py.h5")
        let arrays = Dictionary(uniqueKeysWithValues: root.arrays.map { ($0.name, $0.array) })
        #expect(arrays.count == fixtures.arrays.count)
        for golden in fixtures.arrays {
            let name = try #require(golden.name)
            let array = try #require(arrays[name], "\(name)")
            try expect(array, golden, name)
        }
    }

    @Test("h5py's attributes: texts of both kinds, lists, numbers, and an empty list of names")
    func foreignAttributes() throws {
        let fixtures = try HDF5Fixtures.load()
        let root = try HDF5Reader.read(HDF5Fixtures.bytes(fixtures.file), name: "h5py.h5")
        var expected: [String: HDF5Attribute] = [
            "variable": .string("Grüße"), "fixed": .string("tensorflow"),
            "fixed list": .strings(["dense", "dense_1"]),
            "variable list": .strings(["kernel", "ä"]), "number": .array(RawArray(7)),
            "numbers": .array(RawArray([1, 2], shape: [2])),
        ]
        expected["no names"] = .array(try RawArray(.float64, shape: [0], bytes: []))
        // Pairs are not understood, and nobody needs them.
        #expect(root.attributes == expected)
    }

    @Test("Links, foreign arrays, circles and impossible claims are refused by path")
    func refused() throws {
        for fixture in try HDF5Fixtures.load().refused {
            let bytes = try HDF5Fixtures.bytes(fixture.file)
            let text = message { _ = try HDF5Reader.read(bytes, name: "\(fixture.name).h5") }
            #expect(text.hasPrefix("\(fixture.name).h5: "), "\(text)")
            #expect(text.contains(fixture.path), "\(fixture.name): \(text)")
            #expect(text.contains(fixture.word), "\(fixture.name): \(text)")
        }
    }

    @Test("What is no HDF5 file")
    func otherFiles() {
        for bytes: [UInt8] in [[], [0x89], Array("PK\u{3}\u{4}".utf8)] {
            #expect(
                message { _ = try HDF5Reader.read(bytes, name: "x.h5") }
                    == "x.h5: is not an HDF5 file: its signature is missing")
        }
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        let text = message { _ = try HDF5Reader.read(signature, name: "x.h5") }
        #expect(text.contains("x.h5: opening the file failed in the HDF5 library"), "\(text)")
    }

    @Test("Answers of the reading process that are damaged are errors")
    func damagedAnswers() throws {
        let bytes = try encoded(try Self.tree())
        for cut in stride(from: 0, to: bytes.count, by: 7) {
            let text = message { _ = try decoded(Array(bytes.prefix(cut))) }
            #expect(text.contains("the end"), "\(text)")
        }
        for damaged in Damage.flips(bytes, count: 500, seed: 9) {
            let text = message { _ = try decoded(damaged) }
            #expect(!text.hasPrefix("another") && !text.hasPrefix("the code"), "\(text)")
        }
        // No memory is asked for that was not promised.
        let huge = withUnsafeBytes(of: Int64.max.littleEndian) { Array($0) }
        for start in [[], [0]] as [[UInt8]] {
            let text = message { _ = try decoded(start + huge + bytes) }
            #expect(text.contains("no valid answer"), "\(text)")
        }
    }

    private func encoded(_ tree: HDF5Group) throws -> [UInt8] {
        let bytes = Mutex<[UInt8]>([])
        try HDF5Encoding.encode(tree) { part in bytes.withLock { $0 += part } }
        return bytes.withLock { $0 }
    }

    private func decoded(_ bytes: [UInt8]) throws -> HDF5Group {
        var rest = bytes[...]
        return try HDF5Encoding.decode(limit: 1 << 20) { buffer in
            guard buffer.count <= rest.count else { throw KeratinError(.file, "the end") }
            buffer.copyBytes(from: rest.prefix(buffer.count))
            rest = rest.dropFirst(buffer.count)
        }
    }
}
