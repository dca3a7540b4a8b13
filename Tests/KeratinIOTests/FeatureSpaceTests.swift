import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// What feature spaces make of tables, against real Keras.
@Suite("Feature spaces", .serialized)
struct FeatureSpaceTests {
    private struct Case: Decodable, Sendable {
        struct Column: Decodable, Sendable {
            let texts: [String]?
            let integers: [Int]?
            let numbers: [Double]?

            var column: any TableColumnConvertible {
                if let texts { return texts }
                if let integers { return integers }
                return numbers ?? []
            }
        }
        let name: String
        /// Keras's name of each feature's type, and its arguments.
        let features: [String: [ConfigValue]]
        let crosses: [[String]]
        let outputMode: String
        let crossingDim: Int
        let hashingDim: Int
        let numDiscretizationBins: Int
        let known: [String: Column]
        let other: [String: Column]
        let outputs: [String: GoldenTensor]

        func table(_ columns: [String: Column]) throws -> Table {
            try Table(columns.mapValues(\.column))
        }
    }

    private static let folder = Bundle.module.bundlePath + "/Fixtures/features"

    private static func cases() throws -> [Case] {
        try GoldenFile<Case>.load("feature_spaces", in: folder).cases
    }

    private func feature(_ values: [ConfigValue]) throws -> FeatureSpace.Feature {
        guard case .string(let type)? = values.first else { return "nothing" }
        guard values.count > 1 else { return FeatureSpace.Feature(type) }
        var mode = "one_hot"
        if case .string(let word)? = values.last, values.count > 1 { mode = word }
        let number = values[1].asInteger
        switch type {
        case "float_discretized":
            return .floatDiscretized(numBins: try #require(number), outputMode: mode)
        case "string_hashed": return .stringHashed(numBins: try #require(number))
        case "integer_hashed": return .integerHashed(numBins: try #require(number))
        case "string_categorical":
            return .stringCategorical(
                maxTokens: number, numOOVIndices: try #require(values[2].asInteger),
                outputMode: mode)
        default:
            return .integerCategorical(
                maxTokens: number, numOOVIndices: try #require(values[2].asInteger),
                outputMode: mode)
        }
    }

    private func expect(_ space: FeatureSpace, _ golden: Case, _ name: String) throws {
        let table = try golden.table(golden.other)
        func compare(_ got: Tensor, _ expected: GoldenTensor, _ part: String) throws {
            try got.check()
            #expect(got.shape.dimensions == expected.shape, "\(name): \(part)")
            #expect(got.dtype.rawValue == expected.dtype, "\(name): \(part)")
            let comparison = expected.compare(try got.floats())
            #expect(comparison.isWithin, "\(name): \(part): \(comparison)")
        }
        if golden.outputMode == "concat" {
            try compare(space(table), try #require(golden.outputs[""]), "joined")
            #expect(try space.width == golden.outputs[""]?.shape.last)
        } else {
            let parts: [String: Tensor] = try space(table)
            #expect(parts.keys.sorted() == golden.outputs.keys.sorted(), "\(name)")
            for (part, expected) in golden.outputs {
                try compare(try #require(parts[part]), expected, part)
            }
        }
    }

    private func space(_ golden: Case) throws -> FeatureSpace {
        let space = try FeatureSpace(
            features: golden.features.mapValues(feature), outputMode: golden.outputMode,
            crosses: golden.crosses.map { FeatureSpace.Cross($0) },
            crossingDim: golden.crossingDim, hashingDim: golden.hashingDim,
            numDiscretizationBins: golden.numDiscretizationBins)
        try space.adapt(golden.table(golden.known))
        return space
    }

    @Test("Columns become what Keras makes of them", arguments: Backends.names)
    func goldens(backend: String) throws {
        for golden in try Self.cases() {
            try withBackend(BackendChoice(backend)) {
                let space = try space(golden)
                try expect(space, golden, golden.name)
                // Saved and loaded it is the same.
                let path = FileManager.default.temporaryDirectory.path + "/space-\(UUID()).keras"
                defer { try? FileManager.default.removeItem(atPath: path) }
                try space.save(path)
                try expect(try FeatureSpace.load(path), golden, "\(golden.name), loaded")
            }
        }
    }

    @Test("A space that Keras saved is loaded")
    func kerasFile() throws {
        let golden = try #require(try Self.cases().first { $0.name == "features 5" })
        try withBackend(.cpu) {
            let space = try FeatureSpace.load("\(Self.folder)/feature_space.keras")
            try expect(space, golden, "loaded")
            #expect(throws: KeratinError.self) {
                try loadModel("\(Self.folder)/feature_space.keras")
            }
        }
    }

    @Test("Spaces of tables train models")
    func model() throws {
        try withBackend(.cpu) {
            let table = try Table(
                csvText: """
                    age,thal,sick
                    63,fixed,1
                    37,normal,0
                    41,normal,0
                    56,reversible,1
                    57,fixed,1
                    """)
            let space = try FeatureSpace(features: [
                "age": .floatNormalized, "thal": .stringCategorical(),
            ])
            #expect(!space.isAdapted)
            try space.adapt(table)
            #expect(try space.getVocabulary("thal") == ["[UNK]", "normal", "fixed", "reversible"])
            let x = try space.getEncodedFeatures()
            let y = Dense(1, activation: "sigmoid")(x)
            let model = try Model(inputs: x, outputs: y)
            try model.compile(optimizer: "sgd", loss: "binary_crossentropy")
            try model.fit(space(table), table["sick"].tensor(), epochs: 1, verbose: 0)
            let one = try Table(["age": [50.0], "thal": ["unknown"]])
            #expect(try model.predict(space(one), verbose: 0).shape == [1, 1])
            #expect(space(["age": [50], "thal": ["unknown"]]) == space(one))
            #expect(space(table.rows(0..<0)).shape == [0, 5])
        }
    }

    @Test("What is wrong is said in words")
    func mistakes() throws {
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "nothing"
            } catch { return "\(error)" }
        }
        func refused(
            _ features: [String: FeatureSpace.Feature], _ crosses: [FeatureSpace.Cross] = [],
            _ output: String = "concat"
        ) -> String {
            message {
                _ = try FeatureSpace(features: features, outputMode: output, crosses: crosses)
            }
        }
        try withBackend(.cpu) {
            #expect(refused([:]).contains("needs features"))
            #expect(refused(["a": "float_normalised"]).contains("float_normalized"))
            #expect(refused(["a": "string_hashed"], [["a", "b"]]).contains("'b'"))
            #expect(
                refused(["a": "float", "b": "string_hashed"], [["a", "b"]]).contains("numbers"))
            #expect(refused(["a": "string_hashed"], [["a"]]).contains("two features"))
            #expect(refused(["a": "float"], [], "both").contains("concat"))
            #expect(refused(["a": .stringHashed(numBins: 0)]).contains("numBins"))
            #expect(refused(["a": .floatDiscretized(binBoundaries: [2, 1])]).contains("rise"))
            #expect(refused(["a": .stringHashed(numBins: 3, outputMode: "int")]).contains("dict"))
            #expect(refused(["a": .stringHashed(numBins: 3, outputMode: .count)]).contains("count"))
            let space = try FeatureSpace(features: ["a": "integer_categorical"])
            #expect(message { try space(["a": [1]]).check() }.contains("call adapt"))
            #expect(message { try space.save("x.keras") }.contains("call adapt"))
            #expect(message { try space.adapt(["b": [1]]) }.contains("'a'"))
            #expect(message { try space.adapt(["a": ["x"]]) }.contains("holds texts"))
            #expect(message { try space.adapt(["a": [1.5]]) }.contains("not whole"))
            #expect(message { try space.adapt(["a": [1, .nan]]) }.contains("row 1 is missing"))
            #expect(message { try space.adapt(["a": [Double.infinity]]) }.contains("not whole"))
            #expect(message { try space.adapt(["a": [Int]()]) }.contains("found no tokens"))
            let text = try FeatureSpace(features: ["a": "string_hashed"], outputMode: .dict)
            #expect(message { try text(["a": ["x"]]).check() }.contains("[String: Tensor]"))
            let missing = try Table([Table.Column("a", ["x", nil])])
            #expect(
                message { let _: [String: Tensor] = try text(missing) }.contains("row 1"))
            #expect(message { try text.save("space.json") }.contains(".keras"))
            let normal = try FeatureSpace(features: ["a": .floatNormalized])
            #expect(message { try normal.adapt(["a": [1, .nan]]) }.contains("row 1"))
        }
    }
}
