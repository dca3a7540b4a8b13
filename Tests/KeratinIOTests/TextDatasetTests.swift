import Foundation
import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor
import Testing

@testable import KeratinIO

@Suite("Text in files")
struct TextFileTests {
    private typealias Folder = DatasetFileTests.Folder

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Text that is not UTF-8 is an error with its place")
    func encoding() throws {
        let folder = try Folder()
        try folder.write(Array("naïve\n".utf8), "good.txt")
        #expect(try readText("\(folder.path)/good.txt") == "naïve\n")
        try folder.write([104, 105, 0xff, 33], "bad.txt")
        let text = message { _ = try readText("\(folder.path)/bad.txt") }
        #expect(text.contains("bad.txt") && text.contains("0xff at offset 2"), "\(text)")
        #expect(message { _ = try readText("\(folder.path)/none.txt") }.contains("none.txt"))
        // Cut off within a character.
        try folder.write([97, 0xc3], "cut.txt")
        #expect(message { _ = try readText("\(folder.path)/cut.txt") }.contains("offset 1"))
    }

    @Test("Vocabulary files")
    func vocabulary() throws {
        let folder = try Folder()
        let path = "\(folder.path)/vocabulary.txt"
        let tokens = ["", "[UNK]", "the", "né"]
        try writeVocabulary(tokens, to: path)
        #expect(try readText(path) == "\n[UNK]\nthe\nné")
        #expect(try readVocabulary(path) == tokens)
        try folder.write(Array("a\nb\n\n".utf8), "vocabulary.txt")
        #expect(try readVocabulary(path) == ["a", "b"])
        try folder.write([10, 10], "vocabulary.txt")
        #expect(message { _ = try readVocabulary(path) }.contains("is empty"))
        try folder.write([97, 10, 0x80], "vocabulary.txt")
        #expect(message { _ = try readVocabulary(path) }.contains("line 2"))
        #expect(message { try writeVocabulary(["a\nb"], to: path) }.contains("token 0"))
    }

    private static let reviews = [
        "0\t1\t0\tBad, BAD film.<br /><br />Don't\u{85} see it!",
        "1\t10\t0\tGood\tfilm & good cast",
    ]

    private func table(_ lines: [String]) -> [UInt8] {
        Packed.stored(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    @Test("Reviews in tables")
    func tables() throws {
        let folder = try Folder()
        let files = IMDBFiles(roots: [folder.path], address: "file:///nowhere")
        #expect(!files.isPresent)
        #expect(message { _ = try files.reviews("train") }.contains("aclImdb_v1.tar.gz"))
        for part in ["train", "test"] {
            try folder.write(table(Self.reviews), "imdb/\(IMDBFiles.table(part))")
        }
        #expect(files.isPresent)
        let reviews = try files.reviews("test")
        #expect(reviews.map(\.isPositive) == [false, true])
        #expect(reviews[0].text == "Bad, BAD film.<br /><br />Don't\u{85} see it!")
        #expect(reviews[1].text == "Good\tfilm & good cast")
        let bad: [([UInt8], String)] = [
            (Array("1\t2\t3\ta\n2\t2\t3\tb\n".utf8), "line 2: has 4 fields, the first '2'"),
            (Array("1\t2\t3\ta\n\n1\t2\t3\tb\n".utf8), "line 2: has 1 fields"),
            (Array("1\t2\ta\n".utf8), "line 1: has 3 fields"), ([], "is empty"),
            (Array("1\t2\t3\ta\n1\t2\t3\t".utf8) + [97, 0xe9, 10], "line 2: is not UTF-8"),
        ]
        for (bytes, expected) in bad {
            let text = message { _ = try IMDBFiles.parse(bytes, at: "table") }
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test("Reviews in folders, and in an archive of them")
    func folders() throws {
        let folder = try Folder()
        for part in ["train", "test"] {
            for (name, text) in [
                ("pos/10_8.txt", "c"), ("pos/2_9.txt", "b"), ("neg/2_1.txt", "a"),
                ("neg/11_3.txt", "d"), ("neg/urls.html", "x"),
            ] {
                try folder.write(Array(text.utf8), "imdb/aclImdb/\(part)/\(name)")
            }
        }
        let files = IMDBFiles(roots: [folder.path], address: "file:///nowhere")
        let reviews = try files.reviews("train")
        #expect(reviews.map(\.text) == ["a", "b", "c", "d"])
        #expect(reviews.map(\.isPositive) == [false, true, true, false])

        // The archive, packed by tar from the same folder.
        let home = try Folder()
        try home.write([], "imdb/keep")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "tar", "-czf", "\(home.path)/imdb/a.tar.gz", "-C", "\(folder.path)/imdb", "aclImdb",
        ]
        try process.run()
        process.waitUntilExit()
        let source = DatasetFiles(name: "imdb", address: "file:///nowhere", roots: [home.path])
        let archive = DatasetFiles.File(name: "a.tar.gz", byteCount: 0, sha256: "")
        #expect(try source.unpack(archive, folder: "aclImdb") == "\(home.path)/imdb/aclImdb")
        #expect(
            try IMDBFiles(roots: [home.path]).reviews("test").map(\.text) == ["a", "b", "c", "d"])
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(home.path)/imdb")
        #expect(Set(left) == ["keep", "a.tar.gz", "aclImdb"])

        try home.write([1, 2, 3], "imdb/b.tar.gz")
        let damaged = DatasetFiles.File(name: "b.tar.gz", byteCount: 0, sha256: "")
        let text = message { _ = try source.unpack(damaged, folder: "other") }
        #expect(text.contains("tar ended with code") && text.contains("b.tar.gz"), "\(text)")

        try folder.write([97], "imdb/aclImdb/test/pos/x_1.txt")
        #expect(message { _ = try files.reviews("test") }.contains("x_1.txt"))
        try folder.write([0xff], "imdb/aclImdb/train/pos/3_1.txt")
        #expect(message { _ = try files.reviews("train") }.contains("3_1.txt"))
    }

    @Test("Numbers of words by Keras's conventions")
    func numbers() throws {
        let texts = (
            train: (
                ["Bad, BAD film.<br />Don't see it", "good film"], NDArray([0, 1] as [UInt8])
            ),
            test: (["a bad br film"], NDArray([0] as [UInt8]))
        )
        func make(
            numWords: Int = .max, skipTop: Int = 0, maxlen: Int = .max, start: Int32? = 1,
            oov: Int32? = 2
        ) throws -> IMDBReviews {
            try IMDBReviews(
                texts,
                IMDBReviews.Options(
                    numWords: numWords, skipTop: skipTop, maxlen: maxlen, startChar: start,
                    oovChar: oov, indexFrom: 3), seed: 1)
        }
        let all = try make()
        // bad and film three times, the others once, in the order in which they come.
        #expect(all.words == ["bad", "film", "don't", "see", "it", "good", "a", "br"])
        #expect(all.test.x == [[1, 10, 4, 11, 5]])
        #expect(Set(all.train.x) == [[1, 4, 4, 5, 6, 7, 8], [1, 9, 5]])
        let positive = try #require(all.train.x.firstIndex { $0.count == 3 })
        #expect(try all.train.y.floats()[positive] == 1)
        #expect(try all.text([0, 1, 4, 2, 9]) == "[START] bad [OOV] good")
        #expect(message { _ = try all.text([1, 12]) }.contains("12 at 1 is outside"))
        #expect(message { _ = try all.text([3]) }.contains("3 at 0 is outside"))
        #expect(all.sequence("GOOD unheard<br />film") == [1, 9, 5])
        #expect(try make(numWords: 6).test.x == [[1, 2, 4, 2, 5]])
        #expect(try make(numWords: 6, oov: nil).test.x == [[1, 4, 5]])
        #expect(try make(skipTop: 5, start: nil).test.x == [[10, 2, 11, 5]])
        #expect(try make(maxlen: 6).train.x == [[1, 9, 5]])
        #expect(message { _ = try make(maxlen: 3) }.contains("shorter than maxlen 3"))
    }

    @Test("Passengers: damaged lines are named")
    func passengers() throws {
        let good = try AirlinePassengers.parse(
            Array("\"M\",\"P\"\n\"1949-01\",112\n".utf8), at: "x")
        #expect(try good.months == ["1949-01"] && good.passengers.floats() == [112])
        for (text, expected) in [
            ("a,b\n1949-01,112\n1949-02,many\n", "line 3"), ("a,b\n1949\n", "line 2"),
            ("a,b\n", "no months"),
        ] {
            let got = message { _ = try AirlinePassengers.parse(Array(text.utf8), at: "x") }
            #expect(got.contains(expected), "\(got)")
        }
    }
}

@Suite("Text data sets")
struct TextDatasetTests {
    @Test("IMDB", .enabled(if: IMDB.isPresent, "set KERATIN_DATASETS to a folder with imdb/"))
    func imdb() throws {
        let clock = ContinuousClock()
        var texts: (train: IMDB.Texts, test: IMDB.Texts)?
        let reading = try clock.measure { texts = try IMDB.loadTexts() }
        let (train, test) = try #require(texts)
        for part in [train, test] {
            #expect(part.texts.count == 25_000 && part.y.shape == [25_000])
            let positive: Float = try part.y.floats().reduce(0, +)
            #expect(positive == 12_500)
        }
        var reviews: IMDBReviews?
        let whole = try clock.measure { reviews = try IMDB.load(numWords: 20_000) }
        let data = try #require(reviews)
        #expect(Array(data.words.prefix(5)) == ["the", "and", "a", "of", "to"])
        #expect(data.train.x.count == 25_000 && data.test.y.count == 25_000)
        #expect(data.train.x.allSatisfy { $0[0] == 1 && $0.allSatisfy { $0 < 20_000 } })
        #expect(try IMDB.load(numWords: 20_000).train.x == data.train.x)
        let ((xTrain, yTrain), (xTest, yTest)) = try IMDB.load(numWords: 20_000)
        #expect(xTrain == data.train.x && yTrain == data.train.y)
        #expect(xTest == data.test.x && yTest == data.test.y)
        let padded = try padSequences(data.train.x, maxlen: 80)
        #expect(padded.shape == [25_000, 80])

        // 33 MB of text in a few seconds on one core, whatever makes the tokens.
        let vectorization = TextVectorization(maxTokens: 20_000, outputSequenceLength: 80)
        let adapting = try clock.measure { try vectorization.adapt(train.texts) }
        let vectorizing = try clock.measure { _ = vectorization(train.texts) }
        #expect(Array(vectorization.getVocabulary().prefix(4)) == ["", "[UNK]", "the", "and"])
        let tokenizer = try Tokenizer(numWords: 20_000)
        let fitting = clock.measure { tokenizer.fitOnTexts(train.texts) }
        let converting = try clock.measure { _ = try tokenizer.textsToSequences(train.texts) }
        print(
            "IMDB: read \(reading), load \(whole), adapt \(adapting), vectorize \(vectorizing), fitOnTexts "
                + "\(fitting), textsToSequences \(converting)")
        for duration in [adapting, vectorizing, fitting, converting] {
            #expect(duration < .seconds(15))
        }
    }

    @Test(
        "Tiny Shakespeare",
        .enabled(if: TinyShakespeare.isPresent, "set KERATIN_DATASETS to a folder with text/"))
    func shakespeare() throws {
        let text = try TinyShakespeare.load()
        #expect(text.utf8.count == 1_115_394)
        let vocabulary = try CharacterVocabulary(text)
        #expect(vocabulary.count == 65)
        let start = String(text.prefix(60))
        #expect(try vocabulary.decode(try vocabulary.encode(start)) == start)
    }

    @Test(
        "Airline passengers",
        .enabled(
            if: AirlinePassengers.isPresent, "set KERATIN_DATASETS to a folder with timeseries/"))
    func airline() throws {
        let (months, passengers) = try AirlinePassengers.load()
        #expect(months.count == 144 && months.first == "1949-01" && months.last == "1960-12")
        #expect(try abs(passengers.floats().reduce(0, +) / 144 - 280.2986) < 1e-3)
    }
}
