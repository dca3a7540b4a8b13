import Keratin
import KeratinCore
import KeratinLayerTestKit
import Testing

@testable import KeratinLayers

@Suite("Text as in Keras")
struct GoldenTextTests {
    private func load<Case: Decodable & Sendable>(
        _ family: String, _: Case.Type
    ) throws -> [Case] {
        try GoldenFile<Case>.load(family, in: GoldenFileTests.folder).cases
    }

    /// Records an issue where an array differs from Keras's in shape, type of number or values.
    private func expect(_ got: NDArray, _ golden: GoldenTensor, _ name: String) {
        #expect(got.shape.dimensions == golden.shape, "\(name): shape")
        guard got.shape.dimensions == golden.shape else { return }
        let comparison = golden.compare((try? got.floats()) ?? [])
        #expect(comparison.isWithin, "\(name): \(comparison)")
    }

    private func configuration(_ values: [String: GoldenValue], _ name: String) -> Configuration {
        Configuration(values.mapValues(\.configValue), of: name)
    }

    /// A configuration without what is not compared: the policy of types, and lists of numbers, which differ in the form
    /// of whole ones.
    private func plain(_ config: [String: ConfigValue]) -> [String: ConfigValue] {
        func wholeNumbers(_ value: ConfigValue) -> ConfigValue {
            switch value {
            case .list(let values): .list(values.map(wholeNumbers))
            default: value.asInteger.map { .integer($0) } ?? value
            }
        }
        return config.filter { $0.key != "dtype" }.mapValues(wholeNumbers)
    }

    // MARK: Sequences

    private struct PadCase: Decodable, Sendable {
        struct Options: Decodable {
            let dtype: String
            let padding: String
            let truncating: String
            let value: Double
            let maxlen: Int?
        }
        let name: String
        let sequences: [GoldenTensor]
        let options: Options
        let x: GoldenTensor
    }

    @Test("padSequences")
    func padding() throws {
        for item in try load("pad_sequences", PadCase.self) {
            let options = item.options
            let dtype: DType = options.dtype == "int32" ? .int32 : .float32
            let padding = try #require(SequenceEnd(rawValue: options.padding))
            let truncating = try #require(SequenceEnd(rawValue: options.truncating))
            let arrays = try item.sequences.map { try $0.array() }
            let padded = try padSequences(
                arrays, maxlen: options.maxlen, dtype: dtype, padding: padding,
                truncating: truncating, value: options.value)
            #expect(padded.dtype == dtype)
            expect(padded, item.x, item.name)
            guard item.x.shape.count == 2 else { continue }
            let rows =
                dtype == .int32
                ? try padSequences(
                    item.sequences.map { $0.values.map { Int($0) } }, maxlen: options.maxlen,
                    padding: padding, truncating: truncating, value: options.value)
                : try padSequences(
                    item.sequences.map(\.floats), maxlen: options.maxlen, padding: padding,
                    truncating: truncating, value: options.value)
            #expect(rows == padded, "\(item.name)")
        }
    }

    private struct TimeseriesCase: Decodable, Sendable {
        struct Options: Decodable {
            let sequenceLength: Int
            let sequenceStride: Int
            let samplingRate: Int
            let batchSize: Int?
            let startIndex: Int?
            let endIndex: Int?
        }
        let name: String
        let data: GoldenTensor
        let targets: GoldenTensor?
        let options: Options
        let x: [GoldenTensor]
        let y: [GoldenTensor]?
    }

    @Test("timeseriesDataset")
    func timeseries() throws {
        for item in try load("timeseries", TimeseriesCase.self) {
            let options = item.options
            let data = try item.data.array()
            let targets = try item.targets?.array()
            func make(shuffle: Bool) throws -> TimeseriesDataset {
                try timeseriesDataset(
                    data, targets: targets, sequenceLength: options.sequenceLength,
                    sequenceStride: options.sequenceStride, samplingRate: options.samplingRate,
                    batchSize: options.batchSize, shuffle: shuffle, seed: 5,
                    startIndex: options.startIndex, endIndex: options.endIndex)
            }
            let dataset = try make(shuffle: false)
            let batches = Array(dataset)
            #expect(batches.count == item.x.count, "\(item.name)")
            for (batch, golden) in zip(batches, item.x) { expect(batch.x, golden, item.name) }
            for (batch, golden) in zip(batches, item.y ?? []) {
                expect(try #require(batch.y), golden, item.name)
            }
            // All at once hold the same numbers; shuffled, the same windows in another order.
            let all = dataset.arrays()
            #expect(try all.x.floats() == batches.flatMap { try $0.x.floats() }, "\(item.name)")
            #expect(all.x.shape[0] == dataset.windowCount)
            let shuffled = try make(shuffle: true).arrays()
            func windows(_ x: Tensor) throws -> Set<[Float]> {
                try Set((0..<x.shape[0]).map { try x[$0..<($0 + 1)].floats() })
            }
            #expect(try windows(shuffled.x) == windows(all.x), "\(item.name)")
            #expect(try make(shuffle: true).arrays().x == shuffled.x)
        }
    }

    // MARK: Vectorization and lookups

    private struct VectorizationCase: Decodable, Sendable {
        let name: String
        let config: [String: GoldenValue]
        let documents: [String]
        let vocabulary: [String]
        let inputs: [String]
        let output: GoldenTensor
        let rows: [[String]]?
        let rowOutput: GoldenTensor?
    }

    @Test("TextVectorization")
    func vectorization() throws {
        for item in try load("text_vectorization", VectorizationCase.self) {
            let configuration = configuration(item.config, "TextVectorization")
            let layer = try TextVectorization(from: configuration)
            #expect(configuration.unusedKeys.isEmpty, "\(configuration.unusedKeys)")
            if !item.documents.isEmpty { try layer.adapt(item.documents) }
            #expect(
                layer.getVocabulary().map { Array($0.utf8) }
                    == item.vocabulary.map { Array($0.utf8) },
                "\(item.name)")
            expect(try layer(item.inputs), item.output, item.name)
            if let rows = item.rows, let golden = item.rowOutput {
                expect(try layer(rows), golden, item.name)
            }
            #expect(
                plain(try layer.getConfig()) == plain(item.config.mapValues(\.configValue)),
                "\(item.name)")
        }
    }

    private struct LookupCase: Decodable, Sendable {
        let name: String
        let className: String
        let config: [String: GoldenValue]
        let documents: [[String]]
        let vocabulary: [String]
        let inputs: [[String]]
        let output: GoldenTensor
        let flatOutput: GoldenTensor
        let indices: [Int]?
        let tokens: [String]?
    }

    @Test("StringLookup and IntegerLookup")
    func lookups() throws {
        for item in try load("lookups", LookupCase.self) {
            let configuration = configuration(item.config, item.className)
            let flat = item.inputs[0] + item.inputs[2]
            let (outputs, vocabulary, config): ([NDArray], [String], [String: ConfigValue])
            if item.className == "StringLookup" {
                let layer = try StringLookup(from: configuration)
                if !item.documents.isEmpty { try layer.adapt(item.documents) }
                outputs = [try layer(item.inputs), try layer(flat)]
                (vocabulary, config) = (layer.getVocabulary(), layer.getConfig())
            } else {
                func integers(_ texts: [String]) -> [Int] { texts.compactMap { Int($0) } }
                let layer = try IntegerLookup(from: configuration)
                if !item.documents.isEmpty { try layer.adapt(item.documents.map(integers)) }
                outputs = [try layer(item.inputs.map(integers)), try layer(integers(flat))]
                vocabulary = layer.getVocabulary().map { "\($0)" }
                config = layer.getConfig()
            }
            #expect(configuration.unusedKeys.isEmpty, "\(configuration.unusedKeys)")
            #expect(vocabulary == item.vocabulary, "\(item.name)")
            expect(outputs[0], item.output, item.name)
            expect(outputs[1], item.flatOutput, item.name)
            #expect(plain(config) == plain(item.config.mapValues(\.configValue)), "\(item.name)")
            if let indices = item.indices, let tokens = item.tokens {
                let inverse = try StringLookup(
                    numOOVIndices: try #require(config["num_oov_indices"]?.asInteger),
                    maskToken: config["mask_token"] == .null ? nil : "",
                    vocabulary: vocabulary, invert: true)
                #expect(try inverse(try NDArray(indices.map { Int32($0) })) == tokens)
            }
        }
    }

    private struct HashCase: Decodable, Sendable {
        let text: String
        let key: [String]
        let fingerprint: String
        let strong: String
    }

    @Test("Hashes of unknown tokens")
    func hashes() throws {
        let buckets = UInt64(Int64.max)
        for item in try load("hashes", HashCase.self) {
            let key = try item.key.map { UInt64(bitPattern: try #require(Int64($0))) }
            let bytes = Array(item.text.utf8)
            let fingerprint = bytes.withUnsafeBytes { Fingerprint64.hash($0) }
            let strong = bytes.withUnsafeBytes { SipHash.hash($0, key: (key[0], key[1])) }
            #expect("\(fingerprint % buckets)" == item.fingerprint, "\(bytes.count) bytes")
            #expect("\(strong % buckets)" == item.strong, "\(bytes.count) bytes")
        }
    }

    // MARK: Tokenizer

    private struct TokenizerCase: Decodable, Sendable {
        struct Options: Decodable {
            let numWords: Int?
            let lower: Bool
            let charLevel: Bool
            let split: String
            let oovToken: String?
            let filters: String?
        }
        let name: String
        let options: Options
        let documents: [String]
        let texts: [String]
        let words: [[String]]
        let counts: [[String]]
        let sequences: [[Int32]]
        let given: [[Int32]]
        let back: [String]
        let matrices: [String: GoldenTensor]
    }

    @Test("Tokenizer")
    func tokenizer() throws {
        for item in try load("tokenizer", TokenizerCase.self) {
            let options = item.options
            let tokenizer = try Tokenizer(
                numWords: options.numWords, filters: options.filters ?? Tokenizer.defaultFilters,
                lower: options.lower, split: options.split, charLevel: options.charLevel,
                oovToken: options.oovToken)
            tokenizer.fitOnTexts(item.documents.prefix(4))
            tokenizer.fitOnTexts(item.documents.dropFirst(4))
            #expect(tokenizer.documentCount == item.documents.count)
            for word in item.words {
                let index = try #require(Int(word[1]))
                #expect(
                    tokenizer.words[index - 1].utf8.elementsEqual(word[0].utf8), "\(item.name)")
            }
            // By bytes: Swift takes composed and decomposed letters for equal, Python does not.
            let counts = Dictionary(
                uniqueKeysWithValues: item.counts.map { (Array($0[0].utf8), Int($0[1])) })
            for (word, count) in tokenizer.wordCounts {
                #expect(counts[Array(word.utf8)] == count, "\(item.name): \(word)")
            }
            #expect(tokenizer.wordCounts.count == counts.count)
            #expect(try tokenizer.textsToSequences(item.texts) == item.sequences, "\(item.name)")
            #expect(try tokenizer.sequencesToTexts(item.given) == item.back, "\(item.name)")
            for (mode, golden) in item.matrices {
                let mode = try #require(Tokenizer.MatrixMode(rawValue: mode))
                expect(
                    try tokenizer.textsToMatrix(item.texts, mode: mode), golden,
                    "\(item.name) \(mode)")
            }
        }
    }
}
