import Foundation
import Keratin
import KeratinCore
import KeratinIO
import Testing

/// Small inputs that once gave wrong answers, with right values: `Fixtures/cases`, packed by `Scripts/cases/pack.py`, which says
/// how a case is laid out. The values are real Keras 3.15's on TensorFlow, except where Keras is at fault
/// (`Documentation/Decisions/0019-where-keras-is-wrong.md`).
@Suite("Cases that were wrong", .serialized)
struct CaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var folder: String
        var name: String
        var testDescription: String { "\(folder) \(name)" }
    }

    private static let root = Bundle.module.bundlePath + "/Fixtures/cases"
    private static let unpacked =
        FileManager.default.temporaryDirectory.path
        + "/keratin-cases-\(getpid())"

    /// All cases, with their files unpacked.
    static let all: [Case] = {
        let archives = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return archives.sorted().flatMap { archive -> [Case] in
            let folder = String(archive.dropLast(".zip".count))
            guard let bytes = try? FileAccess.read("\(root)/\(archive)"),
                let members = try? Zip.read(bytes)
            else { return [] }
            let target = "\(unpacked)/\(folder)"
            try? FileManager.default.createDirectory(
                atPath: target, withIntermediateDirectories: true)
            for member in members {
                try? FileAccess.write(member.bytes, to: "\(target)/\(member.name)")
            }
            return members.compactMap { member in
                guard member.name.hasPrefix("model-") else { return nil }
                let name = member.name.dropFirst("model-".count).dropLast(".keras".count)
                return Case(folder: folder, name: String(name))
            }
        }
    }()

    @Test("There are as many as were packed")
    func count() { #expect(Self.all.count > 150) }

    @Test("They give right values", arguments: Backends.names, all)
    func isRight(_ backend: String, _ item: Case) throws {
        let files = CaseFiles(folder: "\(Self.unpacked)/\(item.folder)", name: item.name)
        try withBackend(BackendChoice(backend)) {
            let model = try loadModel(files.path("model", "keras"))
            let x = try files.array("x")
            if files.has("expected", "npy") {
                let expected = try files.array("expected")
                let got = try model.predict(x)
                #expect(got.shape == expected.shape)
                files.compare(
                    try got.floats().map(Double.init), try expected.floats().map(Double.init))
            } else if files.has("expected-history", "json") {
                let losses = try #require(try files.history()["loss"])
                let history = try model.fit(
                    x, try files.array("y"), batchSize: files.batchSize, epochs: losses.count,
                    verbose: 0, shuffle: false)
                files.compare(history["loss"] ?? [], losses)
            } else {
                let figures = try model.evaluate(x, try files.array("y"), verbose: 0)
                for (key, value) in try files.figures() {
                    files.compare(
                        [try #require(figures.dictionary[key], "\(key) is missing")], [value])
                }
            }
        }
    }
}

/// The files of one case.
private struct CaseFiles {
    let folder: String
    let name: String

    func path(_ kind: String, _ end: String) -> String { "\(folder)/\(kind)-\(name).\(end)" }
    func has(_ kind: String, _ end: String) -> Bool {
        FileManager.default.fileExists(atPath: path(kind, end))
    }
    func array(_ kind: String) throws -> NDArray { try NDArray(npy: path(kind, "npy")) }

    private func decoded<Value: Decodable>(_ path: String, _ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try decoder.decode(type, from: Data(contentsOf: URL(filePath: path)))
    }

    func figures() throws -> [String: Double] {
        try decoded(path("expected", "json"), [String: Double].self)
    }

    func history() throws -> [String: [Double]] {
        try decoded(path("expected-history", "json"), [String: [Double]].self)
    }

    var batchSize: Int {
        (try? decoded("\(folder)/batch.json", [String: Int].self))?[name] ?? 2
    }

    /// Within 2e-4 of the largest expected value, with NaN and infinity in the same places.
    func compare(_ got: [Double], _ expected: [Double]) {
        #expect(got.count == expected.count)
        let largest = expected.filter(\.isFinite).map(abs).max() ?? 0
        let bound = 2e-4 * max(largest, 1e-6)
        for (index, (a, b)) in zip(got, expected).enumerated() {
            let isEqual =
                b.isNaN ? a.isNaN : b.isInfinite ? a == b : abs(a - b) <= bound
            #expect(isEqual, "\(name): \(a) at \(index), expected \(b)")
        }
    }
}
