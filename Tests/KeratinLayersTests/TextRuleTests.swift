import Keratin
import KeratinCore
import KeratinLayers
import Testing

@Suite("Rules and errors of text")
struct TextRuleTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Sequences that cannot be padded are errors")
    func padding() throws {
        let cases: [(String, () throws -> Void)] = [
            ("no sequences", { _ = try padSequences([[Int]]()) }),
            ("maxlen must be positive", { _ = try padSequences([[1]], maxlen: 0) }),
            ("maxlen must be positive", { _ = try padSequences([[Int]()], maxlen: -1) }),
            ("at step 1 of sequence 1", { _ = try padSequences([[1], [2, 1 << 40]]) }),
            ("value 30000000000.0", { _ = try padSequences([[1], [2, 3]], value: 3e10) }),
            ("not uint8", { _ = try padSequences([[1]], dtype: .uint8) }),
            (
                "sequence 1 is [1, 3], expected [steps] + [2]",
                {
                    _ = try padSequences(
                        [NDArray([1, 2], shape: [1, 2]), NDArray([1, 2, 3], shape: [1, 3])],
                        dtype: .float32)
                }
            ),
            (
                "nan at step 0",
                { _ = try padSequences([NDArray([Float.nan])], dtype: .int32) }
            ),
        ]
        for (expected, body) in cases {
            let text = message(body)
            #expect(text.contains(expected), "\(text)")
        }
        // Sequences without steps are rows of padding.
        #expect(try padSequences([[], [4]], value: -1).floats() == [-1, 4])
        #expect(try padSequences([[Int](), []], maxlen: 2).shape == [2, 2])
        // Without a length they have no columns; so have those that lose all steps at their ends.
        #expect(try padSequences([[Int](), []]).shape == [2, 0])
        #expect(try padSequences([[1, 2], []], maxlen: 0, truncating: .post).shape == [2, 0])
    }

    @Test("Windows that do not fit are errors")
    func windows() throws {
        let data = NDArray((0..<10).map { Float($0) })
        func make(
            _ length: Int, stride: Int = 1, rate: Int = 1, batch: Int? = 4, start: Int? = nil,
            end: Int? = nil, targets: Int? = nil
        ) -> String {
            message {
                _ = try timeseriesDataset(
                    data,
                    targets: targets.map { NDArray([Float](repeating: 0, count: $0)) },
                    sequenceLength: length, sequenceStride: stride, samplingRate: rate,
                    batchSize: batch, startIndex: start, endIndex: end)
            }
        }
        #expect(make(10) == "no error")
        // No window is no error, as in Keras.
        for (length, rate) in [(11, 1), (4, 4), (.max, 3)] {
            let none = try timeseriesDataset(
                data, targets: data, sequenceLength: length, samplingRate: rate)
            #expect(none.windowCount == 0 && Array(none).isEmpty)
        }
        let none = try timeseriesDataset(data, targets: nil, sequenceLength: 11).arrays()
        #expect(none.x.shape == [0, 11] && none.y == nil)
        #expect(make(0).contains("sequenceLength must be positive"))
        #expect(make(2, stride: 10).contains("sequenceStride"))
        #expect(make(2, rate: 0).contains("samplingRate"))
        #expect(make(2, batch: 0).contains("batchSize"))
        #expect(make(2, start: -1).contains("startIndex"))
        #expect(make(2, start: 10).contains("startIndex"))
        #expect(make(2, start: 3, end: 3).contains("endIndex"))
        #expect(make(2, end: 10).contains("endIndex"))
        #expect(make(2, start: 5, targets: 6).contains("only 6 targets"))
        #expect(make(2, targets: 0) == "no error")
    }

    @Test("Lookups refuse what contradicts itself")
    func lookups() throws {
        let words = ["a", "b"]
        let cases: [(String, () throws -> Void)] = [
            ("maxTokens must be above 1", { _ = try StringLookup(maxTokens: 1) }),
            ("needs maxTokens", { _ = try StringLookup(padToMaxTokens: true) }),
            ("numOOVIndices", { _ = try StringLookup(numOOVIndices: -1) }),
            (
                "invert needs",
                { _ = try StringLookup(vocabulary: words, invert: true, outputMode: .count) }
            ),
            ("farmhash", { _ = try IntegerLookup(numOOVIndices: 2, salt: [1]) }),
            ("one number or two", { _ = try StringLookup(salt: [1, 2, 3]) }),
            ("is empty", { _ = try StringLookup(vocabulary: []) }),
            (
                "'a' is in the vocabulary twice",
                { _ = try StringLookup(vocabulary: ["a", "b", "a"]) }
            ),
            ("3 tokens, more than", { _ = try StringLookup(maxTokens: 2, vocabulary: words) }),
            ("needs idfWeights", { _ = try StringLookup(vocabulary: words, outputMode: .tfIDF) }),
            (
                "2 tokens need as many",
                {
                    _ = try StringLookup(
                        vocabulary: words, idfWeights: [1], outputMode: .tfIDF)
                }
            ),
            (
                "are for the output mode",
                { _ = try StringLookup(vocabulary: words, idfWeights: [1, 2]) }
            ),
            (
                "special token '[UNK]' is at 2",
                { _ = try StringLookup(vocabulary: words + ["[UNK]"], invert: true) }
            ),
            ("cannot be adapted", { try StringLookup(vocabulary: words).adapt(["a"]) }),
            ("found no tokens", { try StringLookup().adapt([String]()) }),
            ("no vocabulary yet", { _ = try StringLookup()(["a"]) }),
            (
                "'c' at [1, 0] is not in the vocabulary",
                { _ = try StringLookup(numOOVIndices: 0, vocabulary: words)([["a"], ["c"]]) }
            ),
            (
                "'7' at 1 is not in the vocabulary",
                { _ = try IntegerLookup(numOOVIndices: 0, vocabulary: [5])([5, 7]) }
            ),
            (
                "sample 0 has 1 tokens and sample 1 has 2",
                { _ = try StringLookup(vocabulary: words)([["a"], ["a", "b"]]) }
            ),
            ("is inverted", { _ = try StringLookup(vocabulary: words, invert: true)(["a"]) }),
            (
                "invert: true for these",
                { _ = try StringLookup(vocabulary: words)(NDArray([1] as [Int32])) }
            ),
            (
                "does not fit into int32",
                { _ = try IntegerLookup(vocabulary: [1 << 40], invert: true)([1]) }
            ),
            (
                "nan at 1 is no integer",
                { _ = try IntegerLookup(vocabulary: [1])(NDArray([1, .nan])) }
            ),
        ]
        for (expected, body) in cases {
            let text = message(body)
            #expect(text.contains(expected), "\(text)")
        }
        // Rows of different lengths are one row each in the other modes.
        let counted = try StringLookup(vocabulary: words, outputMode: .count)([
            ["a"], ["a", "b", "a"],
        ])
        #expect(try counted.floats() == [0, 1, 0, 0, 2, 1])
        // Composed and decomposed letters are two tokens.
        let accents = try StringLookup(vocabulary: ["é", "e\u{301}"])
        #expect(try accents(["e\u{301}", "é"]).floats() == [2, 1])
        let integers = try IntegerLookup(vocabulary: [1 << 40, -3], outputMode: .oneHot)
        #expect(try integers([-3]).floats() == [0, 0, 1])
        #expect(
            try IntegerLookup(vocabulary: [9, 4], invert: true)([[1, 2], [0, 7]]).floats() == [
                9, 4, -1, -1,
            ])
    }

    @Test("Vectorization by functions, and what it refuses")
    func vectorization() throws {
        let layer = TextVectorization(
            standardize: .custom { $0.replacing("é", with: "e") },
            split: .custom { $0.split(separator: "|").map(String.init) })
        try layer.adapt(["café|b c", "cafe"])
        #expect(layer.getVocabulary() == ["", "[UNK]", "cafe", "b c"])
        #expect(try layer(["x|café", ""]).floats() == [1, 2, 0, 0])
        #expect(try layer.sequences(["x|café", ""]) == [[1, 2], []])
        let cases: [(String, () throws -> Void)] = [
            ("by a function", { _ = try layer.getConfig() }),
            ("n-grams must be positive", { try TextVectorization(ngrams: 0).adapt(["a"]) }),
            (
                "outputSequenceLength",
                {
                    try TextVectorization(outputMode: .count, outputSequenceLength: 2)(["a"])
                        .check()
                }
            ),
            (
                "stand alone in their rows, got 2 in row 1",
                { try layer([["a"], ["a", "b"]]).check() }
            ),
            ("no vocabulary yet", { try TextVectorization()(["a"]).check() }),
            ("found no tokens", { try TextVectorization().adapt(["", "..."]) }),
            (
                "not sequences",
                {
                    _ = try TextVectorization(outputMode: .count, vocabulary: ["a"]).sequences(["a"]
                    )
                }
            ),
            (
                "function of Python",
                {
                    _ = try TextVectorization(
                        from: Configuration(["split": .object([:])], of: "TextVectorization"))
                }
            ),
            (
                "'ragged' results are not there",
                {
                    _ = try TextVectorization(
                        from: Configuration(["ragged": true], of: "TextVectorization"))
                }
            ),
            (
                "not as 'latin-1'",
                {
                    _ = try StringLookup(
                        from: Configuration(["encoding": "latin-1"], of: "StringLookup"))
                }
            ),
            (
                "StringLookup: takes texts",
                {
                    _ = try LayerRegistry.make(
                        SerializedObject(
                            module: "keras.layers", className: "StringLookup", config: [:]))
                }
            ),
        ]
        for (expected, body) in cases {
            let text = message(body)
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test("A tokenizer that knows no words, and one with arguments that it cannot have")
    func tokenizer() throws {
        #expect(message { _ = try Tokenizer(split: "") }.contains("split must not be empty"))
        #expect(message { _ = try Tokenizer(numWords: -1) }.contains("numWords"))
        let empty = try Tokenizer()
        for text in [
            message { _ = try empty.textsToSequences(["a"]) },
            message { _ = try empty.sequencesToTexts([[1]]) },
            message { _ = try empty.textsToMatrix(["a"]) },
        ] {
            #expect(text.contains("call fitOnTexts"), "\(text)")
        }
        let tokenizer = try Tokenizer(oovToken: "?")
        tokenizer.fitOnTexts(["The cat, the dog."])
        #expect(tokenizer.wordIndex == ["?": 1, "the": 2, "cat": 3, "dog": 4])
        #expect(try tokenizer.textsToSequences(["dog cow"]) == [[4, 1]])
        #expect(
            message { _ = try tokenizer.sequencesToMatrix([[1], [2, -3]]) }
                .contains("-3 at step 1 of sequence 1"))
    }

    @Test("Characters have numbers, and only they")
    func characters() throws {
        let vocabulary = try CharacterVocabulary("hello é")
        #expect(String(String.UnicodeScalarView(vocabulary.characters)) == " ehloé")
        #expect(try vocabulary.encode("hole") == [2, 4, 3, 1])
        #expect(try vocabulary.decode(try vocabulary.encode("é leh")) == "é leh")
        #expect(message { _ = try vocabulary.encode("hex") }.contains("'x' at 2"))
        #expect(message { _ = try vocabulary.decode([0, 6]) }.contains("6 at 1 is outside"))
        #expect(message { _ = try vocabulary.decode([-1]) }.contains("-1 at 0"))
        #expect(message { _ = try CharacterVocabulary("") }.contains("empty"))
    }
}
