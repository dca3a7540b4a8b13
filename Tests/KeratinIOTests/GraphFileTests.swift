import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinModels
import Testing

/// Functional models that real Keras drew (`Scripts/graphs/make_graphs.py`): several inputs and outputs, shared and nested layers,
/// merges, masks, operations, losses of their own for each output.
@Suite("Functional models of real Keras", .serialized)
struct GraphFileTests {
    private static let folder =
        FileManager.default.temporaryDirectory.path + "/keratin-graphs-\(getpid())"

    /// The names of the files by graph, unpacked.
    private static let files: [String: [String]] = {
        guard let bytes = try? FileAccess.read(Bundle.module.bundlePath + "/Fixtures/graphs.zip"),
            let members = try? Zip.read(bytes)
        else { return [:] }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for member in members {
            try? FileAccess.write(member.bytes, to: "\(folder)/\(member.name)")
        }
        return Dictionary(grouping: members.map(\.name)) { String($0.prefix(2)) }
    }()

    static let names = files.keys.sorted()

    private struct Facts: Decodable {
        var outputs: [String]
        var history: [String: [Double]]
        var summary: [String]
    }

    private func facts(_ name: String) throws -> Facts {
        try JSONDecoder().decode(
            Facts.self, from: Data(contentsOf: URL(filePath: "\(Self.folder)/\(name).json")))
    }

    private func arrays(_ name: String, _ kind: String) throws -> [NDArray] {
        let files = (Self.files[name] ?? []).filter {
            $0.hasPrefix("\(name).\(kind)") && $0.hasSuffix(".npy")
        }
        return try files.sorted().map { try NDArray(npy: "\(Self.folder)/\($0)") }
    }

    private func expectEqual(
        _ got: [Double], _ expected: [Double], bound: Double, _ what: String
    ) {
        #expect(got.count == expected.count, "\(what)")
        let scale = max(expected.map(abs).max() ?? 0, 1e-3)
        for (index, (a, b)) in zip(got, expected).enumerated() where !(abs(a - b) <= bound * scale)
        {
            Issue.record("\(what): \(a) at \(index), expected \(b)")
            return
        }
    }

    @Test("There are as many as were drawn")
    func count() { #expect(Self.names.count == 20) }

    @Test("Predictions and histories agree", arguments: Backends.names, names)
    func agrees(_ backend: String, _ name: String) throws {
        // Each program is compiled for OpenCL, which takes seconds.
        if backend != "cpu", Int(name).map({ $0 % 4 != 0 }) ?? false { return }
        let facts = try facts(name)
        let (x, y) = (try arrays(name, "x"), try arrays(name, "y"))
        try withBackend(BackendChoice(backend)) {
            let model = try loadModel("\(Self.folder)/\(name).keras")
            #expect(model.outputNames == facts.outputs)
            for (got, expected) in zip(try model.predictAll(x), try arrays(name, "p")) {
                #expect(got.shape == expected.shape)
                expectEqual(
                    try got.floats().map(Double.init), try expected.floats().map(Double.init),
                    bound: 2e-5,
                    "prediction")
            }
            let history = try model.fit(
                x, y, batchSize: 4, epochs: 4, verbose: 0, shuffle: false)
            #expect(Set(history.history.keys) == Set(facts.history.keys))
            for (key, expected) in facts.history {
                expectEqual(history[key] ?? [], expected, bound: 1e-3, key)
            }
        }
    }

    @Test("What is saved is loaded again", arguments: names)
    func roundTrip(_ name: String) throws {
        let (x, y) = (try arrays(name, "x"), try arrays(name, "y"))
        let model = try loadModel("\(Self.folder)/\(name).keras")
        try model.fit(x, y, batchSize: 4, epochs: 1, verbose: 0, shuffle: false)
        let path = "\(Self.folder)/again-\(name).keras"
        try model.save(path)
        let again = try loadModel(path)
        #expect(try again.predictAll(x) == model.predictAll(x))
        let next = try model.fit(x, y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false)
        let other = try again.fit(x, y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false)
        #expect(next.history == other.history)
    }

    @Test("The summary is Keras's", arguments: names)
    func summary(_ name: String) throws {
        let model = try loadModel("\(Self.folder)/\(name).keras", compile: false)
        let expected = try facts(name).summary.filter { !$0.contains(" params: ") && !$0.isEmpty }
        let lines = model.summaryText(lineLength: 100).split(separator: "\n").map(String.init)
        let got = lines.filter { !$0.contains(" params: ") }
        // Names of models are counted within the process.
        #expect(Array(got.dropFirst()) == Array(expected.dropFirst()))
    }
}
