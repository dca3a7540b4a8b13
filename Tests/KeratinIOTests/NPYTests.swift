import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("NPY")
struct NPYTests {
    @Test("NumPy's files of every type, byte order, axis order, rank and version")
    func reads() throws {
        for fixture in try ArrayFixtures.load().npy {
            try expect(NPY.read(ArrayFixtures.bytes(fixture.file)), fixture.array, fixture.name)
        }
    }

    @Test("Element types of host arrays")
    func conversions() throws {
        let dtypes: [String: DType] = [
            "bool": .bool, "uint8": .uint8, "float16": .float32, "float64": .float32,
            "int8": .int32, "int64": .int32, "uint64": .int32,
        ]
        for fixture in try ArrayFixtures.load().npy {
            guard let expected = dtypes[fixture.name] else { continue }
            #expect(try NDArray(npy: ArrayFixtures.bytes(fixture.file)).dtype == expected)
        }
    }

    @Test("What NumPy writes and Keratin cannot hold is refused by name")
    func refused() throws {
        for fixture in try ArrayFixtures.load().refused {
            let bytes = try ArrayFixtures.bytes(fixture.file)
            let text = message { _ = try NDArray(npy: bytes) }
            #expect(text.contains(fixture.word), "\(fixture.word): \(text)")
        }
        let large = try RawArray(
            .uint64, shape: [2, 2], bytes: [UInt8](repeating: 0, count: 31) + [0x80])
        #expect(
            message { _ = try HostArray(large) }
                == "the uint64 at [1, 1] does not fit into 64 bits")
    }

    @Test("Integers of more than 32 bits stay whole")
    func wide() throws {
        let raw = try RawArray(
            .int64, shape: [2, 2], bytes: [UInt8](repeating: 0, count: 28) + [1, 0, 0, 0])
        let array = try HostArray(raw)
        #expect(array.storage == .int64([0, 0, 0, 1 << 32]))
        #expect(RawArray(array) == raw)
        #expect(try NDArray(npy: Tensor(array).npy()) == Tensor(array))
    }

    @Test("Written arrays come back, and begin at a multiple of 64 bytes")
    func writes() throws {
        let shapes: [Shape] = [[], [3], [1], [2, 3], [0, 4], [2, 1, 3, 2]]
        for shape in shapes {
            let floats = (0..<shape.count).map { Float($0) / 3 }
            for array in [
                NDArray(floats, shape: shape),
                NDArray(floats.map { Int32($0) - 1 }, shape: shape),
                NDArray(floats.map { UInt8($0) }, shape: shape),
            ] {
                let bytes = try array.npy()
                #expect(try NDArray(npy: bytes) == array)
                #expect((bytes.count - array.shape.count * array.dtype.byteCount) % 64 == 0)
                #expect(Array(bytes[6..<8]) == [1, 0])
            }
        }
        let deep = NDArray([1] as [Float], shape: Shape([Int](repeating: 1, count: 65)))
        #expect(message { _ = try deep.npy() }.contains("at most 64 axes, got 65"))
    }

    @Test("Files, and errors that name them")
    func files() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/array.npy"
        let array = NDArray([1, 2, 3] as [Float])
        try array.save(path)
        #expect(try NDArray(npy: path) == array)
        try FileAccess.write([1, 2, 3], to: path)
        #expect(message { _ = try NDArray(npy: path) }.hasPrefix("\(path): is no NPY file"))
        #expect(message { _ = try NDArray(npy: path + "x") }.contains("No such file"))
    }

    /// A version 1 file with this header.
    private func file(_ header: String, contents: Int = 0) -> [UInt8] {
        let text = Array(header.utf8)
        return [0x93] + Array("NUMPY".utf8)
            + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
            + [UInt8](repeating: 0, count: contents)
    }

    @Test("Headers of other writers")
    func otherHeaders() throws {
        let headers = [
            "{'descr': '<i4', 'fortran_order': False, 'shape': (2L,)}",
            "{\"shape\":(2 , ),\"descr\":\"<i4\",\"fortran_order\":True}\n",
            "  { 'fortran_order' : False , 'descr' : '=i4' , 'shape' : ( 1, 2 ) , }   ",
        ]
        for header in headers {
            #expect(try NDArray(npy: file(header, contents: 8)).int32s() == [0, 0], "\(header)")
        }
    }

    @Test("Headers that lie, or are none")
    func lies() {
        func text(_ header: String, contents: Int = 0) -> String {
            message { _ = try NDArray(npy: file(header, contents: contents)) }
        }
        func shaped(_ shape: String) -> String {
            text("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }", contents: 8)
        }
        #expect(shaped("(3,)").contains("needs 12 bytes, but 8 follow"))
        #expect(shaped("(1,)").contains("needs 4 bytes, but 8 follow"))
        #expect(shaped("(-2,)").contains("negative extent"))
        #expect(shaped("(4611686018427387904, 4)").contains("impossible shape"))
        #expect(shaped("(0, 4611686018427387904, 4)").contains("impossible shape"))
        #expect(shaped("(99999999999999999999,)").contains("far too large"))
        #expect(shaped("(2)").contains("where ',' should be"))
        #expect(shaped("(2,,)").contains("where an extent should be"))
        #expect(shaped("(2").contains("the NPY header has"))
        #expect(shaped("2").contains("where '(' should be"))
        #expect(shaped("(" + String(repeating: "1, ", count: 65) + ")").contains("64 axes"))
        #expect(shaped("(2,), 'shape': (2,)").contains("repeated key 'shape'"))
        #expect(shaped("(2,), 'extra': 3").contains("unexpected or repeated key 'extra'"))
        #expect(text("").contains("where '{' should be"))
        #expect(text("{}").contains("lacks one of the keys"))
        #expect(text("{'descr': '<f4'}").contains("lacks one of the keys"))
        #expect(text("{'descr': 4}").contains("where a quoted string should be"))
        #expect(text("{'descr': '<f\\x34'}").contains("has '\\' where '''"))
        #expect(text("{'descr").contains("has the end where '''"))
        #expect(text("{'fortran_order': Maybe}").contains("True or False"))
        #expect(
            text("{'descr': '', 'fortran_order': False, 'shape': ()}").contains("unknown type"))
        #expect(
            text("{'descr': '<f4', 'fortran_order': False, 'shape': ()} x", contents: 4).contains(
                "where the end should be"))
        #expect(text(String(repeating: "{", count: 60_000)).contains("the NPY header has"))
        var long = file("{}")
        long[6] = 2
        long.replaceSubrange(8..<10, with: [255, 255, 255, 255])
        #expect(message { _ = try NPY.read(long) }.contains("claims an NPY header of 4294967295"))
        long[6] = 4
        #expect(message { _ = try NPY.read(long) }.contains("of NPY version 4"))
    }

    @Test("Cut off anywhere, and with turned bits: an error or other numbers, never more")
    func damage() throws {
        let array = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        let bytes = try array.npy()
        for cut in Damage.truncations(bytes) {
            let text = message { _ = try NDArray(npy: cut) }
            #expect(text.contains("NPY"), "\(cut.count): \(text)")
        }
        #expect(message { _ = try NDArray(npy: bytes + [0]) }.contains("but 25 follow"))
        for fixture in try ArrayFixtures.load().npy.prefix(40) {
            let bytes = try ArrayFixtures.bytes(fixture.file)
            for damaged in Damage.flips(bytes, count: 200, seed: 1) {
                let text = message { _ = try NPY.read(damaged) }
                #expect(!text.hasPrefix("another") && !text.hasPrefix("the code"), "\(text)")
            }
        }
    }
}
