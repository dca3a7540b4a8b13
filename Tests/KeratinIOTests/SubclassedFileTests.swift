import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinModels
import Testing

/// The twin of the Python class `Block` in `Scripts/graphs/make_subclassed.py`.
private final class Block: Layer, ConfigurableLayer {
    private let width: Int
    private let depth: Int
    private let second = LayerNormalization()
    private let inner: Sequential
    private let steps: [Layer]
    private let first = LayerNormalization()
    private var gain: Variable?

    init(_ width: Int, _ depth: Int, name: String? = nil) throws {
        (self.width, self.depth) = (width, depth)
        inner = try Sequential([Dense(4 * width, activation: .gelu), Dense(width)])
        steps = (0..<depth).map { _ in Dense(width, activation: .tanh) }
        super.init(name: name)
    }

    convenience init(from configuration: Configuration) throws {
        try self.init(
            try configuration.integer("width"), try configuration.integer("depth"),
            name: configuration.name)
    }

    override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().merging(["width": .integer(width), "depth": .integer(depth)]) { $1 }
    }

    override func build(inputShape: [Int?]) throws {
        gain = try addWeight(name: "gain", shape: [width], initializer: .ones)
    }

    override func call(_ x: Tensor, training: Bool) throws -> Tensor {
        var y = first(x + inner(x, training: training))
        for step in steps { y = y + step(y) }
        return try second(y) * gain!.read()
    }
}

/// The twin of the Python class `Tagger`.
private final class Tagger: Model, ConfigurableLayer, @unchecked Sendable {
    private let width: Int
    private let encoder: Dense
    private let towers: [Layer]
    private let block: Block
    private let outputDense = Dense(2)
    private let zoom: Layer

    init(_ width: Int, name: String? = nil) throws {
        self.width = width
        encoder = Dense(width, activation: .relu)
        towers = [Dense(width, activation: .tanh), Dense(width)]
        block = try Block(width, 2)
        zoom = towers[0]
        super.init(name: name)
    }

    convenience init(from configuration: Configuration) throws {
        try self.init(try configuration.integer("width"), name: configuration.name)
    }

    override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().merging(["width": .integer(width)]) { $1 }
    }

    override func call(_ x: Tensor, training: Bool) throws -> Tensor {
        var y = encoder(x)
        y = towers[1](towers[0](y)) + zoom(y)
        return outputDense(block(y, training: training))
    }
}

/// Files of classes of users, made of layers in properties, both ways: real Keras wrote the fixtures from twin classes.
@Suite("Classes made of layers in files", .serialized)
struct SubclassedFileTests {
    private static let folder =
        FileManager.default.temporaryDirectory.path + "/keratin-subclassed-\(getpid())"

    private static let isUnpacked: Bool = {
        guard
            let bytes = try? FileAccess.read(
                Bundle.module.bundlePath + "/Fixtures/subclassed.zip"),
            let members = try? Zip.read(bytes)
        else { return false }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for member in members {
            try? FileAccess.write(member.bytes, to: "\(folder)/\(member.name)")
        }
        return true
    }()

    private func array(_ name: String, _ kind: String) throws -> NDArray {
        try NDArray(npy: "\(Self.folder)/\(name).\(kind).npy")
    }

    private func withClasses(_ body: () throws -> Void) throws {
        try #require(Self.isUnpacked)
        CustomObjects.register(layer: Block.self, package: "Mine")
        CustomObjects.register(layer: Tagger.self, package: "Mine")
        defer { CustomObjects.removeAll() }
        try body()
    }

    private func expectNear(_ got: [Float], _ expected: [Float], _ what: String) {
        #expect(got.count == expected.count, "\(what)")
        let worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 2e-5, "\(what): \(worst)")
    }

    @Test(
        "Keras's files predict and train on", arguments: ["tagger", "blocks", "stack"],
        Backends.names)
    func read(name: String, backend: String) throws {
        try withClasses {
            try withBackend(BackendChoice(backend)) {
                let model = try loadModel("\(Self.folder)/\(name).keras")
                let (x, y) = (try array(name, "x"), try array(name, "y"))
                expectNear(
                    try model.predict(x).floats(), try array(name, "p").floats(), "\(name) predicts"
                )
                let history = try model.fit(
                    x, y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false)
                let losses = try JSONDecoder().decode(
                    [Double].self,
                    from: Data(contentsOf: URL(filePath: "\(Self.folder)/\(name).json")))
                for (got, expected) in zip(history["loss"] ?? [], losses) {
                    #expect(abs(got - expected) < 1e-4 * expected, "\(name): \(got), \(expected)")
                }
                #expect(history["loss"]?.count == 2)
            }
        }
    }

    /// With `KERATIN_SUBCLASSED_OUT` the files stay in that folder, for `make_subclassed.py`.
    @Test(
        "What is written has Keras's paths, and comes back",
        arguments: ["tagger", "blocks", "stack"])
    func write(name: String) throws {
        try withClasses {
            try withBackend(.cpu) {
                let out =
                    ProcessInfo.processInfo.environment["KERATIN_SUBCLASSED_OUT"] ?? Self.folder
                let path = "\(out)/\(out == Self.folder ? "again-" : "")\(name).keras"
                let model = try loadModel("\(Self.folder)/\(name).keras")
                try model.save(path)
                #expect(try weightPaths(path) == weightPaths("\(Self.folder)/\(name).keras"))
                let again = try loadModel(path)
                let x = try array(name, "x")
                #expect(try again.predict(x) == model.predict(x))
            }
        }
    }

    /// The places of weights in a file.
    private func weightPaths(_ path: String) throws -> [String] {
        let members = try Zip.read(try FileAccess.read(path))
        let weights = try #require(members.first { $0.name == "model.weights.h5" })
        return try HDF5Reader.read(weights.bytes, name: path).arrays.map(\.name).sorted()
    }

    @Test("A class that is not registered is named") func unregistered() throws {
        try #require(Self.isUnpacked)
        let error = #expect(throws: KeratinError.self) {
            try loadModel("\(Self.folder)/tagger.keras")
        }
        #expect(error?.description.contains("Tagger") == true)
    }
}
