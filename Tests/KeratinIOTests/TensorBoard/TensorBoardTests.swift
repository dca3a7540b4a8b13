import Foundation
import Keratin
import Testing

@testable import KeratinIO

/// Event files as the real TensorBoard reads them. `make interop` says which Python has it.
@Suite("TensorBoard reads event files")
struct TensorBoardTests {
    private static let python = ProcessInfo.processInfo.environment["KERATIN_TENSORBOARD_PYTHON"]
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scripts/interop/tensorboard_events.py")

    private struct Run: Decodable {
        struct Tag: Decodable {
            enum Value: Decodable, Equatable {
                case number(Double)
                case text(String)
                case rows([[Double]])

                init(from decoder: any Decoder) throws {
                    let container = try decoder.singleValueContainer()
                    if let number = try? container.decode(Double.self) {
                        self = .number(number)
                    } else if let text = try? container.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .rows(try container.decode([[Double]].self))
                    }
                }
            }

            let plugin: String
            let steps: [Int]
            let values: [Value]
        }

        let fileVersions: [String]
        let tags: [String: Tag]
    }

    private func read(_ folder: String, _ python: String) throws -> [String: Run] {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [Self.script.path, folder]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let decoder = JSONDecoder()
        return try decoder.decode([String: Run].self, from: text)
    }

    @Test(
        "Tags, plugins, steps and values",
        .enabled(if: python != nil, "KERATIN_TENSORBOARD_PYTHON names no Python with TensorBoard"))
    func everything() throws {
        let python = try #require(Self.python)
        let scratch = try PictureFolder()
        let model = try Sequential([
            Input(shape: [3]), Dense(2, activation: "relu"), Dense(1, name: "é"),
        ])
        let train = try EventFile(folder: scratch.path("logs/train"))
        let validation = try EventFile(folder: scratch.path("logs/validation"))
        for epoch in 0..<300 {
            try train.scalar("epoch_loss", 1 / Double(epoch + 1), step: epoch)
            try validation.scalar("epoch_loss", 2 / Double(epoch + 1), step: epoch)
        }
        try train.scalar("odd", -1e-30, step: 1 << 40)
        try train.text("note", "*é* <b>", step: 7)
        let numbers = (0..<1000).map { Float($0 % 100) }
        try train.histogram("dense/kernel", numbers, step: 0)
        try train.histogram("dense/kernel", [2, 2, 2], step: 1)
        try train.graph(json: try model.toJSON())
        // A process that is killed leaves a record without its end.
        let handle = try FileHandle(forWritingTo: URL(filePath: train.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(EventFile.record([8, 1]).dropLast(5)))
        try handle.close()

        let runs = try read(scratch.path("logs"), python)
        #expect(runs.keys.sorted() == ["train", "validation"])
        let found = try #require(runs["train"])
        #expect(found.fileVersions == ["brain.Event:2"])
        #expect(found.tags.keys.sorted() == ["dense/kernel", "epoch_loss", "keras", "note", "odd"])
        let loss = try #require(found.tags["epoch_loss"])
        #expect(loss.plugin == "scalars" && loss.steps == Array(0..<300))
        #expect(loss.values == (0..<300).map { .number(Double(Float(1 / Double($0 + 1)))) })
        #expect(runs["validation"]?.tags["epoch_loss"]?.values[3] == .number(0.5))
        #expect(found.tags["odd"]?.steps == [1 << 40])
        #expect(found.tags["odd"]?.values == [.number(Double(Float(-1e-30)))])
        #expect(found.tags["note"]?.plugin == "text")
        #expect(found.tags["note"]?.values == [.text("*é* <b>")])
        let kernel = try #require(found.tags["dense/kernel"])
        #expect(kernel.plugin == "histograms" && kernel.steps == [0, 1])
        guard case .rows(let rows)? = kernel.values.first else {
            Issue.record("no histogram")
            return
        }
        #expect(rows.count == 30 && rows[0][0] == 0 && rows[29][1] == 99)
        #expect(rows.map { $0[2] }.reduce(0, +) == 1000 && rows[0][2] == 40)
        #expect(found.tags["keras"]?.plugin == "graph_keras_model")
        #expect(found.tags["keras"]?.values == [.text(try model.toJSON())])
    }
}
