import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
    @Test("Files of the safetensors library: every type, scalars, empty tensors, metadata")
    func reads() throws {
        for fixture in try ArrayFixtures.load().safetensors {
            let bytes = try ArrayFixtures.bytes(fixture.file)
            let file = try Safetensors(bytes: bytes)
            #expect(file.names == fixture.arrays.map(\.name), "\(fixture.name)")
            #expect(file.metadata == fixture.metadata, "\(fixture.name)")
            for (tensor, golden) in zip(file.tensors, fixture.arrays) {
                try expect(tensor.array, golden, "\(fixture.name): \(tensor.name)")
            }
        }
    }

    @Test("Written files come back: order, types, metadata, bytes")
    func writes() throws {
        for fixture in try ArrayFixtures.load().safetensors {
            let file = try Safetensors(bytes: ArrayFixtures.bytes(fixture.file))
            let bytes = try file.bytes()
            let again = try Safetensors(bytes: bytes)
            #expect(again.tensors.elementsEqual(file.tensors, by: ==))
            #expect(again.metadata == file.metadata)
            #expect(try again.bytes() == bytes)
        }
        let arrays: [(name: String, array: NDArray)] = [
            ("z/\"quoted\"", NDArray([7] as [UInt8])),
            ("ä", NDArray([1, 2] as [Float], shape: [2, 1])),
            ("b", NDArray([3] as [Int32])),
        ]
        let file = try Safetensors(arrays, metadata: ["b": "2", "a": "1"])
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/some.safetensors"
        try file.write(to: path)
        let read = try Safetensors(file: path)
        #expect(try read.arrays().elementsEqual(arrays, by: ==))
        #expect(try read.array("ä") == arrays[1].array)
        #expect(throws: KeratinError.self) { try read.array("c") }
        // The bytes of one number come last: all wider numbers are aligned.
        #expect(try file.bytes().last == 7)
        let twice = try Safetensors([arrays[0], arrays[0]])
        #expect(message { _ = try twice.bytes() }.contains("twice"))
    }

    /// A file with this header.
    private func file(_ header: String, data: Int = 0) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
            + [UInt8](repeating: 0, count: data)
    }

    @Test("Headers that lie")
    func lies() {
        func text(_ header: String, data: Int = 8) -> String {
            message { _ = try Safetensors(bytes: file(header, data: data)) }
        }
        func tensor(_ name: String, _ shape: String, _ start: String, _ end: String) -> String {
            "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
        }
        let a = tensor("a", "[1]", "0", "4")
        #expect(text("{\(a)}").contains("holds 8 bytes of data, but its tensors take 4"))
        #expect(
            text("{\(a),\(tensor("b", "[1]", "2", "6"))}").contains(
                "'b' in the safetensors file overlaps"))
        #expect(text("{\(a),\(tensor("b", "[0]", "6", "6"))}").contains("behind a gap"))
        #expect(text("{\(tensor("a", "[2]", "0", "12"))}").contains("outside of the 8 bytes"))
        #expect(text("{\(tensor("a", "[2]", "-4", "4"))}").contains("outside of the 8 bytes"))
        #expect(text("{\(tensor("a", "[2]", "8", "0"))}").contains("outside of the 8 bytes"))
        #expect(text("{\(tensor("a", "[3]", "0", "8"))}").contains("needs 12 bytes, got 8"))
        #expect(text("{\(tensor("a", "[-2]", "0", "8"))}").contains("impossible shape"))
        #expect(
            text("{\(tensor("a", "[4611686018427387904,4]", "0", "8"))}").contains("impossible"))
        #expect(
            text("{\(tensor("a", "[0,4611686018427387904,4]", "0", "0"))}", data: 0).contains(
                "impossible"))
        #expect(
            text("{\(tensor("a", "[99999999999999999999]", "0", "8"))}").contains(
                "numbers that are too large"))
        #expect(text("{\(tensor("a", "[2.5]", "0", "8"))}").contains("is damaged"))
        #expect(text("{\(a),\(tensor("a", "[1]", "4", "8"))}").contains("the key 'a' twice"))
        #expect(text("{\(a),\(tensor("\\u0061", "[1]", "4", "8"))}").contains("'a' twice"))
        #expect(
            text(
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            )
            .contains("'dtype' twice"))
        #expect(
            text("{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}").contains(
                "'a' is of type C64"))
        #expect(text("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}").contains("lacks 'data_offsets'"))
        #expect(text("{\"__metadata__\":{\"a\":1}}").contains("is damaged"))
        #expect(text("{\"a\":3}").contains("is damaged"))
        #expect(text("[]").contains("does not begin with '{'"))
        #expect(text("").contains("does not begin with '{'"))
        #expect(
            text("{" + String(repeating: "\"a\":{", count: 5000)).contains("it is no JSON text"))
        #expect(text(String(repeating: "{\"a\":[", count: 100_000)).contains("it is no JSON text"))
        let huge = [UInt8](repeating: 255, count: 8) + [1]
        #expect(message { _ = try Safetensors(bytes: huge) }.contains("more than 100000000"))
    }

    @Test("Cut off anywhere, and with turned bits: an error or other numbers, never more")
    func damage() throws {
        let bytes = try Safetensors(
            [("a", NDArray([1, 2] as [Float])), ("b", NDArray([3] as [UInt8]))],
            metadata: ["format": "np"]
        ).bytes()
        for cut in Damage.truncations(bytes) {
            let text = message { _ = try Safetensors(bytes: cut) }
            #expect(
                text.contains("safetensors") || text.contains("outside"), "\(cut.count): \(text)")
        }
        for damaged in Damage.flips(bytes, count: 5000, seed: 2) {
            let text = message { _ = try Safetensors(bytes: damaged) }
            #expect(!text.hasPrefix("another") && !text.hasPrefix("the code"), "\(text)")
        }
    }
}
