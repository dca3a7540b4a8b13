import Foundation
import Keratin
import Testing

@testable import KeratinIO

@Suite("Files of events for TensorBoard")
struct EventFileTests {
    private let scratch: PictureFolder

    init() throws { scratch = try PictureFolder() }

    // MARK: A reader, which knows no more than the formats

    /// The events of a file, each guarded by its sums.
    private func records(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        var place = 0
        func number(_ start: Int, _ count: Int) -> UInt64 {
            bytes[start..<(start + count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        while place < bytes.count {
            try #require(place + 12 <= bytes.count)
            let length = Int(number(place, 8))
            #expect(UInt32(number(place + 8, 4)) == CRC32C.masked(bytes[place..<(place + 8)]))
            let event = bytes[(place + 12)..<(place + 12 + length)]
            #expect(UInt32(number(place + 12 + length, 4)) == CRC32C.masked(event))
            records.append(Array(event))
            place += 16 + length
        }
        return records
    }

    private enum Field {
        case number(UInt64)
        case bytes([UInt8])

        var bytes: [UInt8] { if case .bytes(let bytes) = self { bytes } else { [] } }
        var number: UInt64? { if case .number(let number) = self { number } else { nil } }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// The fields of a message by their numbers.
    private func fields(_ bytes: [UInt8]) throws -> [UInt64: [Field]] {
        var fields: [UInt64: [Field]] = [:]
        var place = 0
        func varint() -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while true {
                let byte = bytes[place]
                place += 1
                value |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { return value }
            }
        }
        while place < bytes.count {
            let key = varint()
            switch key & 7 {
            case 0: fields[key >> 3, default: []].append(.number(varint()))
            case 1:
                let value = bytes[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
                fields[key >> 3, default: []].append(.number(value))
                place += 8
            case 2:
                let count = Int(varint())
                fields[key >> 3, default: []].append(.bytes(Array(bytes[place..<(place + count)])))
                place += count
            default: throw CocoaError(.fileReadCorruptFile)
            }
        }
        return fields
    }

    /// The value of an event: its tag, its plugin, and the tensor's fields.
    private func value(
        _ event: [UInt8]
    ) throws -> (tag: String, plugin: String, step: UInt64, tensor: [UInt64: [Field]]) {
        let event = try fields(event)
        let summary = try fields(try #require(event[5]?.first).bytes)
        let entry = try fields(try #require(summary[1]?.first).bytes)
        let metadata = try fields(try #require(entry[9]?.first).bytes)
        let plugin = try fields(try #require(metadata[1]?.first).bytes)
        return (
            entry[1]?.first?.text ?? "", plugin[1]?.first?.text ?? "",
            event[2]?.first?.number ?? 0, try fields(try #require(entry[8]?.first).bytes)
        )
    }

    // MARK: Tests

    @Test("Check sums by known examples")
    func sums() {
        // Of RFC 3720 and of the usual nine digits.
        #expect(CRC32C.sum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.sum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.sum([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.sum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(CRC32C.sum([]) == 0 && CRC32C.masked([]) == 0xA282_EAD8)
    }

    @Test("The wire format")
    func wire() {
        var writer = ProtobufWriter()
        writer.integer(1, 150)
        writer.integer(2, -1)
        writer.text(3, "ab")
        writer.double(4, 1)
        writer.message(200) { $0.integer(1, 0) }
        #expect(
            writer.bytes == [
                0x08, 0x96, 0x01, 0x10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x1A, 2,
                0x61, 0x62, 0x21, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0xC2, 0x0C, 2, 0x08, 0,
            ])
    }

    @Test("The very bytes that tf.summary of TensorFlow 2.21 writes, the time set to 0")
    func tensorFlow() {
        func event(
            _ tag: String, _ value: TensorMessage, _ plugin: EventMessage.Plugin, _ step: Int
        ) -> [UInt8] {
            EventMessage.value(tag, value, plugin: plugin, step: step, wallTime: 0)
        }
        let scalar = event("epoch_loss", TensorMessage(0.25 as Float), .scalars, 3)
        #expect(
            scalar.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                == "09000000000000000010032a270a250a0a65706f63685f6c6f7373420a0801120022040000803e"
                + "4a0b0a090a077363616c617273")
        #expect(CRC32C.sum(event("note", TensorMessage("*e*"), .text, 0)) == 0x3880_3B1C)
        func histogram(_ tag: String, _ values: [Float]) -> UInt32 {
            let buckets = HistogramBuckets(values)
            let tensor = TensorMessage(buckets.rows, shape: [buckets.count, 3])
            return CRC32C.sum(event(tag, tensor, .histograms, 5))
        }
        #expect(histogram("h", [0, 1, 2, 3, 3, 1.5]) == 0xFAEA_E594)
        #expect(histogram("one", [2, 2]) == 0x20C6E35)
        #expect(histogram("none", []) == 0xD21F_44A1)
    }

    @Test("Values, texts, histograms and graphs")
    func events() throws {
        let file = try EventFile(folder: scratch.path("logs/a/train"))
        try file.scalar("epoch_loss", 0.25, step: 3)
        try file.text("note", "*é*", step: 0)
        try file.histogram("dense/kernel", [0, 1, 2, 3, .nan], step: 1 << 40)
        try file.graph(json: "{}")
        file.close()
        #expect(throws: KeratinError.self) { try file.scalar("late", 1, step: 4) }
        #expect(
            file.path.contains("/logs/a/train/events.out.tfevents.") && file.path.hasSuffix(".v2"))
        let events = try records(try FileAccess.read(file.path))
        #expect(events.count == 5)
        let first = try fields(events[0])
        #expect(first[3]?.first?.text == "brain.Event:2")
        let time = Double(bitPattern: try #require(first[1]?.first?.number))
        #expect(abs(time - Date().timeIntervalSince1970) < 60)

        let scalar = try value(events[1])
        #expect(scalar.tag == "epoch_loss" && scalar.plugin == "scalars" && scalar.step == 3)
        #expect(scalar.tensor[1]?.first?.number == 1 && scalar.tensor[2]?.first?.bytes == [])
        #expect(scalar.tensor[4]?.first?.bytes == [0, 0, 0x80, 0x3E])
        let text = try value(events[2])
        #expect(text.plugin == "text" && text.tensor[8]?.first?.text == "*é*")
        let histogram = try value(events[3])
        #expect(histogram.plugin == "histograms" && histogram.step == 1 << 40)
        #expect(histogram.tensor[1]?.first?.number == 2)
        #expect(histogram.tensor[4]?.first?.bytes.count == 30 * 3 * 8)
        #expect(histogram.tensor[2]?.first?.bytes == [0x12, 2, 8, 30, 0x12, 2, 8, 3])
        let graph = try value(events[4])
        #expect(graph.tag == "keras" && graph.plugin == "graph_keras_model")
        #expect(graph.tensor[8]?.first?.text == "{}")
    }

    @Test("Histograms are those of TensorFlow")
    func histograms() {
        let buckets = HistogramBuckets([0, 1, 2, 3, 3, 1.5] as [Float], count: 3)
        #expect(buckets.rows == [0, 1, 1, 1, 2, 2, 2, 3, 3])
        #expect(HistogramBuckets([2, 2] as [Float], count: 3).rows == [2, 2, 0, 2, 2, 0, 2, 2, 2])
        #expect(HistogramBuckets([] as [Float], count: 2).rows == [0, 0, 0, 0, 0, 0])
        let odd = HistogramBuckets([.nan, .infinity, -1, 1] as [Float], count: 2)
        #expect(odd.rows == [-1, 0, 1, 0, 1, 1])
        let large = HistogramBuckets([-3.4e38, 3.4e38] as [Float])
        #expect(large.rows.allSatisfy(\.isFinite) && large.rows.count == 90)
    }

    @Test("A file is whole after each record, and two writers have two files")
    func flushed() throws {
        let (a, b) = (
            try EventFile(folder: scratch.folder.path), try EventFile(folder: scratch.folder.path)
        )
        #expect(a.path != b.path)
        for step in 0..<3 {
            try a.scalar("loss", Double(step), step: step)
            #expect(try records(try FileAccess.read(a.path)).count == step + 2)
        }
        #expect(try records(try FileAccess.read(b.path)).count == 1)
    }

    @Test("Tasks share a file")
    func tasks() async throws {
        let file = try EventFile(folder: scratch.folder.path)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<50 { try? file.scalar("tag\(task)", 1, step: step) }
                }
            }
        }
        #expect(try records(try FileAccess.read(file.path)).count == 401)
    }

    @Test("Folders that cannot be")
    func faults() throws {
        try FileAccess.write([1], to: scratch.path("file"))
        for folder in [scratch.path("file"), scratch.path("file/below"), ""] {
            do {
                _ = try EventFile(folder: folder)
                Issue.record("no error for \(folder)")
            } catch { #expect((error as? KeratinError)?.code == .file) }
        }
        #expect(try scratch.listing() == ["file"])
    }
}
