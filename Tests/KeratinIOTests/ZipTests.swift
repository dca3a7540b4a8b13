import KeratinCore
import KeratinIO
import Testing

@Suite("Zip", .serialized)
struct ZipTests {
    private func refusal(_ builder: ZipBuilder) -> String {
        message { _ = try Zip.read(builder.bytes()) }
    }

    @Test("Stored and deflated members, in the archive's order")
    func reads() throws {
        let zeros = 10 * 258 + 1
        var builder = ZipBuilder([("b/config.json", [1, 2, 3]), ("a", []), ("folder/", [])])
        builder.members.append(
            ZipBuilder.Member(
                name: "zeros", stored: ZipBuilder.deflatedZeros(zeros), method: 8,
                claimedSize: UInt32(zeros),
                checksum: ZipBuilder.checksum([UInt8](repeating: 0, count: zeros))))
        let members = try Zip.read(builder.bytes())
        #expect(members.map(\.name) == ["b/config.json", "a", "folder/", "zeros"])
        #expect(members[0].bytes == [1, 2, 3])
        #expect(members[3].bytes == [UInt8](repeating: 0, count: zeros))
        let some = try Zip.read(builder.bytes()) { $0 == "b/config.json" }
        #expect(some.map(\.bytes.count) == [3, 0, 0, 0])
    }

    @Test("Writing gives the same bytes each time, and they come back")
    func writes() throws {
        let members = [
            Zip.Member(name: "z", bytes: [UInt8](0...255)), Zip.Member(name: "a/ä", bytes: []),
        ]
        let bytes = try Zip.write(members)
        #expect(try Zip.write(members) == bytes)
        let read = try Zip.read(bytes)
        #expect(read.map(\.name) == members.map(\.name))
        #expect(read.map(\.bytes) == members.map(\.bytes))
        #expect(try Zip.read(Zip.write([])).isEmpty)
    }

    @Test(
        "Names that lead out of the archive",
        arguments: [
            "../config.json", "a/../../b", "/etc/passwd", "..", "C:\\x", "a\\b", "..\\x", "C:x", "",
        ])
    func names(_ name: String) {
        let text = refusal(ZipBuilder([(name, [1])]))
        #expect(text.contains("leads out of it"), "\(text)")
    }

    @Test("Names that stand twice, encryption, wrong checksums and lengths, unknown methods")
    func refused() {
        let twice = refusal(ZipBuilder([("a", [1]), ("b", [2]), ("a", [3])]))
        #expect(twice.contains("holds 'a' twice") || twice.contains("already exists"), "\(twice)")
        func one(_ change: (inout ZipBuilder.Member) -> Void) -> String {
            var member = ZipBuilder.Member(name: "a", stored: [UInt8](0..<50))
            change(&member)
            return refusal(ZipBuilder([member]))
        }
        #expect(one { $0.flags = 1 }.contains("'a' in the archive is encrypted"))
        for text in [
            one { $0.checksum = 5 }, one { $0.claimedSize = 49 }, one { $0.claimedSize = 51 },
            one { $0.method = 8 }, one { $0.method = 97 },
        ] {
            #expect(text.contains("archive") && text != "no error", "\(text)")
        }
    }

    @Test("A member of 300 MB of zeros, a lie about its size, and too many members")
    func bombs() {
        let count = 300_000_000 / 258 * 258 + 1
        let stream = ZipBuilder.deflatedZeros(count)
        var member = ZipBuilder.Member(
            name: "model.weights.h5", stored: stream, method: 8, claimedSize: UInt32(count))
        let swelling = refusal(ZipBuilder([member]))
        #expect(swelling.contains("'model.weights.h5' in the archive swells from"), "\(swelling)")
        member.claimedSize = 1000
        let lie = refusal(ZipBuilder([member]))
        #expect(lie.contains("length or checksum is wrong"), "\(lie)")
        // Each is harmless, their sum is not.
        let part = 100_000_000 / 258 * 258 + 1
        let small = ZipBuilder.deflatedZeros(part)
        let several = (0..<4).map {
            ZipBuilder.Member(
                name: "\($0)", stored: small, method: 8, claimedSize: UInt32(part), checksum: 0)
        }
        let sum = refusal(ZipBuilder(several))
        #expect(sum.contains("swells") || sum.contains("checksum"), "\(sum)")
        let many = refusal(ZipBuilder((0..<10_001).map { ("\($0)", []) }))
        #expect(many.contains("claims 10001 members"), "\(many)")
    }

    @Test("Cut off at every 97th byte, and with turned bits: an error or other bytes, never more")
    func damage() throws {
        let zeros = 40 * 258 + 1
        var builder = ZipBuilder([("metadata.json", [UInt8](repeating: 65, count: 4000))])
        builder.members.append(
            ZipBuilder.Member(
                name: "config.json", stored: ZipBuilder.deflatedZeros(zeros), method: 8,
                claimedSize: UInt32(zeros),
                checksum: ZipBuilder.checksum([UInt8](repeating: 0, count: zeros))))
        let bytes = builder.bytes()
        for count in stride(from: 0, to: bytes.count, by: 97) {
            let text = message { _ = try Zip.read(Array(bytes.prefix(count))) }
            #expect(text.contains("archive") && text != "no error", "\(count): \(text)")
        }
        for damaged in Damage.flips(bytes, count: 1500, seed: 17) {
            let text = message { _ = try Zip.read(damaged) }
            #expect(!text.hasPrefix("another") && !text.hasPrefix("the code"), "\(text)")
        }
    }
}
