import Keratin
import KeratinCore
import KeratinIO
import Testing

@Suite("Weights that lie in an archive as they are", .serialized)
struct StoredMemberTests {
    private let folder: DatasetFileTests.Folder
    private var path: String { folder.path + "/m.keras" }

    init() throws { folder = try DatasetFileTests.Folder() }

    private static let weights = "model.weights.h5"

    private func archive(before: [String] = [], after: [String] = []) throws -> [UInt8] {
        let image = try HDF5Writer.write(HDF5Tests.tree())
        return ZipBuilder(
            before.map { ($0, Array($0.utf8)) } + [(Self.weights, image)]
                + after.map { ($0, Array($0.utf8)) }
        ).bytes()
    }

    /// What reading in place gives, and what reading the same bytes from memory does.
    private func readings(_ bytes: [UInt8]) throws -> (place: HDF5Group?, memory: HDF5Group?) {
        try FileAccess.write(bytes, to: path)
        return (try? WeightsFile.readHere(path), try? WeightsFile.readHere(path, .all, bytes))
    }

    @Test("They are read wherever they lie, and behind them a comment may stand")
    func places() throws {
        let tree = try HDF5Tests.tree()
        for (before, after) in [([], []), (["config.json"], []), (["a", "b/c"], ["d"])] {
            var bytes = try archive(before: before, after: after)
            #expect(try readings(bytes).place == tree)
            bytes[bytes.count - 2] = 4
            #expect(try readings(bytes + Array("PK56".utf8)).place == tree)
        }
        #expect(words { _ = try WeightsFile.readHere(self.path + "x") }.contains("cannot be"))
    }

    @Test("Parts of the file that the model does not need are not read")
    func parts() throws {
        var tree = try HDF5Tests.tree()
        tree["optimizer"] = .group(HDF5Group())
        let image = try HDF5Writer.write(tree)
        try FileAccess.write(ZipBuilder([(Self.weights, image)]).bytes(), to: path)
        #expect(try WeightsFile.readHere(path)["optimizer"] != nil)
        #expect(try WeightsFile.readHere(path, .model)["optimizer"] == nil)
    }

    @Test("An archive that is damaged is refused, or read as it is from memory")
    func damaged() throws {
        let bytes = try archive(before: ["config.json"], after: ["end"])
        // The headers are a small part of the file: what is turned over there is tried for itself.
        let headers = [Array(0..<120), Array((bytes.count - 260)..<bytes.count)].joined()
        var refused = 0
        for place in headers {
            for bit in [0, 3, 7] {
                var copy = bytes
                copy[place] ^= 1 << bit
                let (inPlace, inMemory) = try readings(copy)
                #expect(inPlace == inMemory, "bit \(bit) of byte \(place)")
                if inPlace == nil { refused += 1 }
            }
        }
        #expect(refused > 300)
        for copy in Damage.flips(bytes, count: 200, seed: 3) {
            let (inPlace, inMemory) = try readings(copy)
            #expect(inPlace == inMemory)
        }
        for count in stride(from: 0, to: bytes.count, by: 997) {
            #expect(try readings(Array(bytes.prefix(count))).place == nil)
        }
    }

    @Test("A wrong checksum is named")
    func checksum() throws {
        let image = try HDF5Writer.write(HDF5Tests.tree())
        var builder = ZipBuilder([("config.json", [1])])
        builder.members.append(
            ZipBuilder.Member(name: Self.weights, stored: image, checksum: 7))
        try FileAccess.write(builder.bytes(), to: path)
        let text = words { _ = try WeightsFile.readHere(self.path) }
        #expect(text.contains("'model.weights.h5' in the archive is damaged"), "\(text)")
    }
}
