import Keratin
import KeratinCore
import KeratinLayers
import Testing

/// Data without samples, tokens, steps or numbers: an empty result of the right shape, or an error.
@Suite("Empty data")
struct EmptyDataTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private let modes: [OutputMode] = [.int, .oneHot, .multiHot, .count]

    @Test("TextVectorization without texts")
    func vectorization() throws {
        func make(_ mode: OutputMode, length: Int? = nil, split: TextSplit = .whitespace) throws
            -> TextVectorization
        {
            TextVectorization(
                split: split, outputMode: mode, outputSequenceLength: length,
                vocabulary: ["a", "b"])
        }
        #expect(try make(.int)([String]()).shape == [0, 0])
        #expect(try make(.int, length: 3)([String]()).shape == [0, 3])
        #expect(try make(.int, length: 0)(["a b"]).shape == [1, 0])
        #expect(try make(.count)([String]()).shape == [0, 3])
        #expect(try make(.multiHot)([String]()).shape == [0, 3])
        #expect(try make(.int)([[String]]()).shape == [0, 0])
        #expect(try make(.int, split: .none)([[String]]()).shape == [0, 0])
        #expect(try make(.int, split: .none)([[String]]([[], []])).shape == [2, 0])
        #expect(
            try make(.count, split: .none)([[String]]([[], []])).floats() == [0, 0, 0, 0, 0, 0])
        #expect(try make(.int, split: .none)([String]()).shape == [0])
        #expect(try make(.int).sequences([]).isEmpty)
        #expect(try make(.int)(["", " "]).shape == [2, 0])
        #expect(message { try make(.oneHot)(["a"]).check() }.contains("ragged"))
    }

    @Test("Lookups without tokens")
    func lookups() throws {
        for mode in modes {
            let strings = try StringLookup(vocabulary: ["a"], outputMode: mode)
            let integers = try IntegerLookup(vocabulary: [1], outputMode: mode)
            let columns = mode == .int ? [] : [2]
            let isRow = mode == .multiHot || mode == .count
            func expected(_ leading: [Int]) -> Shape {
                Shape((isRow ? Array(leading.dropLast()) : leading) + columns)
            }
            #expect(try strings([String]()).shape == expected([0]), "\(mode)")
            #expect(try integers([Int]()).shape == expected([0]), "\(mode)")
            #expect(try strings([[String]]()).shape == expected([0, 0]), "\(mode)")
            #expect(try integers([[Int]]()).shape == expected([0, 0]), "\(mode)")
            #expect(try strings([[String]]([[], []])).shape == expected([2, 0]), "\(mode)")
            #expect(try integers([[Int]]([[], []])).shape == expected([2, 0]), "\(mode)")
            for shape in [[2, 0], [0, 2], [2, 0, 3]] {
                let array = NDArray([Int32](), shape: Shape(shape))
                #expect(try integers(array).shape == expected(shape), "\(mode) \(shape)")
            }
        }
        let inverse = try IntegerLookup(vocabulary: [7], invert: true)
        #expect(try inverse([[Int]]()).shape == [0, 0])
        #expect(message { _ = try inverse([[1], [1, 1]]) }.contains("row 1 has 2"))
        #expect(try StringLookup(vocabulary: ["a"], invert: true)(NDArray([Int32]())).isEmpty)
    }

    @Test("Sizes that no memory holds are errors")
    func sizes() throws {
        #expect(
            message { _ = try StringLookup(numOOVIndices: .max) }.contains("numOOVIndices"))
        #expect(
            message { _ = try StringLookup(maxTokens: .max, padToMaxTokens: true) }
                .contains("maxTokens"))
        #expect(
            message {
                try TextVectorization(outputSequenceLength: .max, vocabulary: ["a"])(["a", "a"])
                    .check()
            }.contains("too large"))
        #expect(
            message { _ = try Tokenizer(numWords: .max).sequencesToMatrix([[1], [2]]) }
                .contains("too large"))
        #expect(message { _ = try padSequences([[1], [2]], maxlen: .max) }.contains("too large"))
        // All sizes of n-grams up to a billion are those that a text has.
        let layer = TextVectorization(ngrams: 1_000_000_000, vocabulary: ["a", "b", "a b"])
        #expect(try layer(["a b"]).floats() == [2, 3, 4])
    }

    @Test("Arrays without samples, and ranges beyond their ends")
    func arrays() throws {
        let empty = NDArray([Float](), shape: [0, 3])
        #expect(empty[0..<1].shape == [0, 3])
        let three = NDArray([1, 2, 3], shape: [3, 1])
        #expect(try three[2..<9].floats() == [3])
        #expect(three[7..<9].shape == [0, 1])
        let vast = NDArray([Float](), shape: [0, 1 << 40, 1 << 40])
        #expect(vast[0..<1].count == 0)
    }

    @Test("Normalization skips batches without samples", arguments: Backends.names)
    func normalization(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let none = NDArray([Float](), shape: [0, 1])
            for place in 0..<3 {
                var batches = [
                    NDArray([1, 3], shape: [2, 1]), NDArray([5], shape: [1, 1]),
                ]
                batches.insert(none, at: place)
                let layer = Normalization()
                try layer.adapt(batches: batches)
                let weights = try layer.getWeights()
                #expect(try weights[0].floats() == [3])
                #expect(try abs(weights[1].floats()[0] - 8 / 3) < 1e-6)
            }
            let layer = Normalization()
            #expect(message { try layer.adapt(batches: [none, none]) }.contains("needs data"))
            // A position for each of no channels.
            let noChannels = NDArray([Float](), shape: [4, 0])
            #expect(message { try Normalization().adapt(noChannels) }.contains("needs data"))
        }
    }

    @Test("Pooling over no steps is an error", arguments: Backends.names)
    func pooling(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let layers: [Layer] = [GlobalAveragePooling1D(), GlobalMaxPooling1D()]
            for layer in layers {
                let model = try Sequential([Input(shape: [nil, 2]), layer])
                let text = message {
                    _ = try model.predict(NDArray([Float](), shape: [2, 0, 2]))
                }
                #expect(text.contains("an empty input has no result"), "\(text)")
            }
        }
    }
}
