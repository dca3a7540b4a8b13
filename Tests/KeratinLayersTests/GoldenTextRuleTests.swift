import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import Testing

/// Cases after public bug reports, with what real Keras makes of each: all standardisations, splits and n-grams, unicode,
/// empty texts, vocabularies, and windows that do not fit.
@Suite("Text by the rules of Keras")
struct GoldenTextRuleTests {
    private struct Case: Decodable, Sendable {
        let `case`: ConfigValue
        let expected: ConfigValue
    }

    /// What a case gives, in the form of the golden file.
    private struct Outcome {
        var array: NDArray?
        var vocabulary: ConfigValue?
        var strings: [String]?
        var batches: [(x: NDArray, y: NDArray?)]?
    }

    @Test("Every case")
    func rules() throws {
        let cases = try GoldenFile<Case>.load("text_rules", in: GoldenFileTests.folder).cases
        #expect(cases.count > 280)
        for (number, item) in cases.enumerated() {
            let name = "case \(number) \(item.case)"
            let outcome: Outcome
            do {
                outcome = try run(item.case)
                try outcome.array?.check()
            } catch {
                #expect(item.expected["error"] != nil, "\(name): \(error)")
                continue
            }
            guard item.expected["error"] == nil else {
                Issue.record("\(name): Keras refuses it (\(item.expected))")
                continue
            }
            compare(outcome, item.expected, name)
        }
    }

    private func compare(_ outcome: Outcome, _ expected: ConfigValue, _ name: String) {
        if let array = outcome.array {
            #expect(ConfigValue(array.shape.dimensions) == expected["shape"], "\(name): shape")
            let floats = (try? array.floats()) ?? []
            #expect(try isClose(floats, numbers(expected["values"])), "\(name): values \(floats)")
        }
        if let vocabulary = outcome.vocabulary {
            // Keras lists its vocabulary through NumPy, which cuts NUL off the end of strings.
            let own = bytes(vocabulary).map { token in
                Array(token.prefix { _ in token.last != 0 || token.contains { $0 != 0 } })
            }
            #expect(own == bytes(expected["vocabulary"]), "\(name): \(vocabulary)")
        }
        if let strings = outcome.strings {
            #expect(
                ConfigValue.list(strings.map { .string($0) }) == expected["strings"], "\(name)")
        }
        if let batches = outcome.batches {
            let x = elements(expected["x"]).map { numbers($0) }
            let y = elements(expected["y"]).map { numbers($0) }
            #expect(batches.map { try? $0.x.floats() } == x, "\(name)")
            #expect(batches.compactMap { try? $0.y?.floats() } == y, "\(name)")
        }
    }

    private func elements(_ value: ConfigValue?) -> [ConfigValue] {
        if case .list(let elements)? = value { elements } else { [] }
    }

    private func numbers(_ value: ConfigValue?) -> [Float] {
        elements(value).compactMap { $0.asNumber.map { Float($0) } }
    }

    private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
    }

    /// Tokens by their bytes: Swift takes composed and decomposed letters for equal.
    private func bytes(_ vocabulary: ConfigValue?) -> [[UInt8]] {
        elements(vocabulary).map {
            if case .string(let text) = $0 { Array(text.utf8) } else { Array("\($0)".utf8) }
        }
    }

    // MARK: Running

    private func run(_ item: ConfigValue) throws -> Outcome {
        switch item["kind"] {
        case "tv": try vectorization(item)
        case "sl": try strings(item)
        case "il": try integers(item)
        case "pad": try padding(item)
        default: try timeseries(item)
        }
    }

    private func texts(_ value: ConfigValue?) -> [String] {
        elements(value).compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// The keys of a case under Keras's names, without those that are absent.
    private func configuration(
        _ item: ConfigValue, _ names: [String: String], _ className: String
    ) -> Configuration {
        var values: [String: ConfigValue] = [:]
        for (short, name) in names {
            guard let value = item[short] else { continue }
            values[name] = value == "none" ? .null : value
        }
        return Configuration(values, of: className)
    }

    private func vectorization(_ item: ConfigValue) throws -> Outcome {
        let names = [
            "max_tokens": "max_tokens", "standardize": "standardize", "split": "split",
            "mode": "output_mode", "length": "output_sequence_length", "pad": "pad_to_max_tokens",
            "vocabulary": "vocabulary", "idf": "idf_weights", "ngrams": "ngrams",
        ]
        let layer = try TextVectorization(
            from: configuration(item, names, "TextVectorization"))
        if item["adapt"] != nil { try layer.adapt(texts(item["adapt"])) }
        return Outcome(
            array: try layer(texts(item["texts"])),
            vocabulary: .list(layer.getVocabulary().map { .string($0) }))
    }

    private let lookupNames = [
        "max_tokens": "max_tokens", "oov": "num_oov_indices", "mask": "mask_token",
        "mode": "output_mode", "pad": "pad_to_max_tokens", "vocabulary": "vocabulary",
        "invert": "invert", "oov_token": "oov_token", "method": "oov_method",
    ]

    private func strings(_ item: ConfigValue) throws -> Outcome {
        let layer = try StringLookup(from: configuration(item, lookupNames, "StringLookup"))
        if item["adapt"] != nil { try layer.adapt(texts(item["adapt"])) }
        var outcome = Outcome()
        if item["indices"] != nil {
            outcome.strings = try layer(
                NDArray(numbers(item["indices"]).map { Int32($0) }))
        } else if let rows = item["rows"] {
            outcome.array = try layer(elements(rows).map { texts($0) })
        } else {
            outcome.array = try layer(texts(item["texts"]))
        }
        outcome.vocabulary = .list(layer.getVocabulary().map { .string($0) })
        return outcome
    }

    private func integers(_ item: ConfigValue) throws -> Outcome {
        func numbers(_ value: ConfigValue?) -> [Int] { elements(value).compactMap(\.asInteger) }
        let layer = try IntegerLookup(from: configuration(item, lookupNames, "IntegerLookup"))
        if item["adapt"] != nil { try layer.adapt(numbers(item["adapt"])) }
        var outcome = Outcome()
        if let rows = item["rows"] {
            if case .list(let first)? = elements(rows).first, case .list? = first.first {
                let flat = elements(rows).flatMap { elements($0).flatMap { numbers($0) } }
                let shape = Shape([
                    elements(rows).count, first.count, elements(first.first).count,
                ])
                outcome.array = try layer(NDArray(flat.map { Int32($0) }, shape: shape))
            } else {
                outcome.array = try layer(elements(rows).map { numbers($0) })
            }
        } else {
            outcome.array = try layer(numbers(item["ints"]))
        }
        outcome.vocabulary = .list(layer.getVocabulary().map { .integer($0) })
        return outcome
    }

    private func end(_ value: ConfigValue?) -> SequenceEnd { value == "post" ? .post : .pre }

    private func padding(_ item: ConfigValue) throws -> Outcome {
        Outcome(
            array: try padSequences(
                elements(item["seqs"]).map { elements($0).compactMap(\.asInteger) },
                maxlen: item["maxlen"]?.asInteger, padding: end(item["padding"]),
                truncating: end(item["truncating"]), value: item["value"]?.asNumber ?? 0))
    }

    private func timeseries(_ item: ConfigValue) throws -> Outcome {
        func series(_ count: Int, times factor: Float) throws -> NDArray {
            NDArray((0..<count).map { Float($0) * factor })
        }
        let dataset = try timeseriesDataset(
            try series(item["n"]?.asInteger ?? 0, times: 1),
            targets: try item["targets"]?.asInteger.map { try series($0, times: 10) },
            sequenceLength: item["length"]?.asInteger ?? 0,
            sequenceStride: item["stride"]?.asInteger ?? 1,
            samplingRate: item["rate"]?.asInteger ?? 1, batchSize: item["batch"]?.asInteger,
            startIndex: item["start"]?.asInteger, endIndex: item["end"]?.asInteger)
        // All windows at once have the right shape also if there are none.
        let all = dataset.arrays()
        #expect(all.x.shape.dimensions == [dataset.windowCount, item["length"]?.asInteger ?? 0])
        return Outcome(batches: Array(dataset))
    }
}
