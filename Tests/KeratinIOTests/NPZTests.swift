import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("NPZ")
struct NPZTests {
    @Test("NumPy's archives, stored and deflated")
    func reads() throws {
        for fixture in try ArrayFixtures.load().npz {
            let file = try NPZ(bytes: ArrayFixtures.bytes(fixture.file))
            #expect(file.names == fixture.arrays.map(\.name), "\(fixture.name)")
            for (member, golden) in zip(file.members, fixture.arrays) {
                try expect(member.array, golden, "\(fixture.name): \(member.name)")
            }
        }
    }

    @Test("Written archives come back, in order and with the same bytes each time")
    func writes() throws {
        let arrays: [(name: String, array: NDArray)] = [
            ("z", NDArray([1, 2] as [Float], shape: [2, 1])),
            ("layers/dense/0", NDArray([3] as [Int32])), ("ä", NDArray([4] as [UInt8])),
        ]
        let file = try NPZ(arrays)
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/some.npz"
        try file.write(to: path)
        let read = try NPZ(file: path)
        #expect(try read.arrays().elementsEqual(arrays, by: ==))
        #expect(try read.array("ä") == arrays[2].array)
        #expect(throws: KeratinError.self) { try read.array("y") }
        #expect(try read.bytes() == file.bytes())
        #expect(try NPZ(bytes: NPZ([] as [(String, NDArray)]).bytes()).names.isEmpty)
    }

    @Test("Names that no archive may hold, and members that are no arrays")
    func refused() throws {
        let array = NDArray([1] as [Float])
        #expect(message { _ = try NPZ([("a", array), ("a", array)]).bytes() } != "no error")
        #expect(message { _ = try NPZ([("../a", array)]).bytes() }.contains("leads out"))
        #expect(message { _ = try NPZ([("a\0b", array)]).bytes() }.contains("leads out"))
        let text = try Zip.write([.init(name: "readme.txt", bytes: [1])])
        #expect(message { _ = try NPZ(bytes: text) }.contains("'readme.txt' of the NPZ file is no"))
        let broken = try Zip.write([.init(name: "a.npy", bytes: [1])])
        #expect(
            message { _ = try NPZ(bytes: broken) }.contains("'a.npy' of the NPZ file: is no NPY"))
        #expect(message { _ = try NPZ(bytes: array.npy()) }.contains("is no NPZ file"))
    }

    @Test("Cut off anywhere, and with turned bits: an error or other numbers, never more")
    func damage() throws {
        let bytes = try NPZ([("a", NDArray([1, 2] as [Float])), ("b", NDArray([3] as [UInt8]))])
            .bytes()
        for cut in Damage.truncations(bytes) {
            let text = message { _ = try NPZ(bytes: cut) }
            #expect(text.contains("NPZ") || text.contains("archive"), "\(cut.count): \(text)")
        }
        let deflated = try ArrayFixtures.bytes(ArrayFixtures.load().npz[1].file)
        for damaged in Damage.flips(bytes, count: 1000, seed: 3)
            + Damage.flips(deflated, count: 1000, seed: 4)
        {
            let text = message { _ = try NPZ(bytes: damaged) }
            #expect(!text.hasPrefix("another") && !text.hasPrefix("the code"), "\(text)")
        }
    }
}
