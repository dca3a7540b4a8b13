import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTestKit
import Testing

/// Files of tf.keras 2.15 for each kind of layer and of model, in the formats of before Keras 3 (Scripts/legacy).
@Suite("Files of before Keras 3", .serialized)
struct LegacyFileTests {
    /// The folder that the files are unpacked into, once.
    private static let folder: String = {
        let path =
            FileManager.default.temporaryDirectory.path
            + "/keratin-legacy-\(ProcessInfo.processInfo.processIdentifier)"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        guard let bytes = try? FileAccess.read(Bundle.module.bundlePath + "/Fixtures/legacy.zip"),
            let members = try? Zip.read(bytes)
        else { return path }
        for member in members { try? FileAccess.write(member.bytes, to: "\(path)/\(member.name)") }
        return path
    }()

    /// For looking at other files of the same form.
    private static let source =
        ProcessInfo.processInfo.environment["KERATIN_LEGACY_FILES"] ?? folder

    private static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: source)) ?? []
        let models = files.filter {
            $0.hasSuffix(".h5") || $0.hasSuffix(".keras")
        }
        return models.map { String($0[..<($0.lastIndex(of: ".") ?? $0.endIndex)]) }.sorted()
    }()

    @Test("There are some", .enabled(if: source == folder))
    func complete() { #expect(Self.names.count > 100) }

    private static func arrays(_ base: String, _ kind: String) throws -> [NDArray] {
        try (0..<100).map { "\(source)/\(base).\(kind)\($0).npy" }
            .prefix { FileManager.default.fileExists(atPath: $0) }
            .map { try NDArray(npy: $0) }
    }

    private static func load(_ name: String, compile: Bool) throws -> Model {
        let json = "\(source)/\(name).json"
        if FileManager.default.fileExists(atPath: json) {
            let model = try modelFromJSON(String(contentsOfFile: json, encoding: .utf8))
            #expect(try model.loadWeights("\(source)/\(name).h5").isComplete)
            return model
        }
        let isZip = FileManager.default.fileExists(atPath: "\(source)/\(name).keras")
        return try loadModel("\(source)/\(name).\(isZip ? "keras" : "h5")", compile: compile)
    }

    /// The largest difference, as a part of the largest number.
    static func difference(_ a: NDArray, _ b: NDArray) throws -> Double {
        guard a.shape == b.shape else { return .infinity }
        let (x, y) = (try a.floats(), try b.floats())
        let scale = y.reduce(0) { max($0, abs($1)) }
        let largest = zip(x, y).reduce(Float(0)) { largest, pair in
            let difference = abs(pair.0 - pair.1)
            return difference.isNaN ? .infinity : max(largest, difference)
        }
        return Double(largest / max(scale, 1e-6))
    }

    @Test(
        "They predict what tf.keras predicts", arguments: names.filter { !$0.hasPrefix("train_") })
    func predicts(_ name: String) throws {
        let model = try Self.load(name, compile: false)
        let all = try Self.arrays(name, "y")
        let predictions = try model.predictAll(Self.arrays(name, "x"))
        #expect(predictions.count == all.count)
        for (index, (prediction, expected)) in zip(predictions, all).enumerated() {
            let difference = try Self.difference(prediction, expected)
            #expect(difference < 1e-4, "result \(index): \(prediction.shape), \(expected.shape)")
        }
    }

    @Test("Training goes on", arguments: names.filter { $0.hasPrefix("train_") })
    func trains(_ name: String) throws {
        let model = try Self.load(name, compile: true)
        let inputs = try Self.arrays(name, "x")
        for _ in 0..<2 { _ = try model.trainOnBatch(inputs[0], inputs[1]) }
        let expected = try Self.arrays(name, "y")[0]
        let difference = try Self.difference(model.predict(inputs[0]), expected)
        #expect(difference < 1e-3, "\(difference)")
    }
}
