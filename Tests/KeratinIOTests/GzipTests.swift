import KeratinCore
import KeratinIO
import Testing

/// Gzip streams made by hand, so that the tests need no compressor.
enum Packed {
    /// A gzip stream of one stored (not compressed) block.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = bytes[...]
        repeat {
            let part = rest.prefix(65_535)
            rest = rest.dropFirst(part.count)
            let count = UInt16(part.count)
            stream.append(rest.isEmpty ? 1 : 0)
            for word in [count, ~count] { stream += [UInt8(word & 255), UInt8(word >> 8)] }
            stream += part
        } while !rest.isEmpty
        for word in [checksum(bytes), UInt32(bytes.count)] {
            stream += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        return stream
    }

    /// CRC-32 as gzip uses it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// An IDX file of unsigned bytes.
    static func idx(_ extents: [Int], _ values: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(extents.count)]
            + extents.flatMap { extent in
                [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
            } + values
    }
}

@Suite("Gzip and IDX")
struct GzipTests {
    private let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch let error as KeratinError {
            return error.description
        } catch {
            return "another error: \(error)"
        }
    }

    @Test("Streams of every size, and several in one file")
    func inflates() throws {
        for count in [0, 1, 65_535, 65_536, 200_000] {
            let data = Array(bytes.prefix(count))
            #expect(try Gzip.inflate(Packed.stored(data), limit: 1 << 20, name: "x") == data)
        }
        let two = Packed.stored([1, 2, 3]) + Packed.stored([4])
        #expect(try Gzip.inflate(two, limit: 100, name: "x") == [1, 2, 3, 4])
        // A compressed stream, as zlib writes it.
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 87, 200, 64, 39, 185, 0, 0,
            136, 89, 11, 24, 0, 0, 0,
        ]
        let text = Array("hello hello hello hello\n".utf8)
        #expect(try Gzip.inflate(packed, limit: 100, name: "x") == text)
    }

    @Test("Every truncation is an error that says so")
    func truncated() {
        let stream = Packed.stored([1, 2, 3, 4, 5])
        for count in 2..<stream.count {
            let text = message {
                _ = try Gzip.inflate(Array(stream.prefix(count)), limit: 100, name: "cut.gz")
            }
            #expect(text == "cut.gz: the gzip data are cut off", "at \(count)")
        }
    }

    @Test("Damage, other formats and rubbish behind the end are errors")
    func damaged() {
        var stream = Packed.stored([1, 2, 3, 4, 5])
        stream[16] ^= 1
        #expect(
            message { _ = try Gzip.inflate(stream, limit: 100, name: "x.gz") }.contains("damaged"))
        #expect(
            message { _ = try Gzip.inflate([], limit: 1, name: "x.gz") }.contains("no gzip file"))
        #expect(
            message { _ = try Gzip.inflate([60, 104, 116], limit: 1, name: "x.gz") }.contains(
                "no gzip file"))
        let extra = Packed.stored([1]) + [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]
        #expect(
            message { _ = try Gzip.inflate(extra, limit: 100, name: "x.gz") }.contains("damaged"))
    }

    @Test("What inflates to more than the limit is refused")
    func oversized() {
        let stream = Packed.stored(bytes)
        #expect(
            message { _ = try Gzip.inflate(stream, limit: 199_999, name: "x") }.contains(
                "more than 199999"))
    }

    @Test("IDX files of ranks 1 to 3, empty ones too")
    func idx() throws {
        let matrix = try IDX.parse(Packed.idx([2, 3], [1, 2, 3, 4, 5, 6]), name: "x")
        #expect(matrix.shape == [2, 3])
        #expect(matrix.storage == .uint8([1, 2, 3, 4, 5, 6]))
        #expect(try IDX.parse(Packed.idx([0, 28, 28], []), name: "x").shape == [0, 28, 28])
    }

    @Test("IDX files that lie about themselves")
    func brokenIDX() {
        let whole = Packed.idx([2, 3], [1, 2, 3, 4, 5, 6])
        for count in 0..<whole.count {
            let text = message { _ = try IDX.parse(Array(whole.prefix(count)), name: "x") }
            #expect(text.hasPrefix("x: "), "at \(count): \(text)")
        }
        #expect(message { _ = try IDX.parse(whole + [7], name: "x") }.contains("holds 7"))
        var floats = whole
        floats[2] = 13
        #expect(
            message { _ = try IDX.parse(floats, name: "x") }.contains(
                "no IDX file of unsigned bytes"))
        let huge = Packed.idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [])
        #expect(message { _ = try IDX.parse(huge, name: "x") }.contains("impossible"))
    }
}
