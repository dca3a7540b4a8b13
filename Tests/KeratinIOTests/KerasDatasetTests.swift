import Foundation
import KeratinCore
import KeratinTensor
import Testing

@testable import KeratinIO

/// Reuters and the housing data sets, as real Keras loads them.
@Suite("Data sets of Keras's files") struct KerasDatasetTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func newswires(_ part: Reuters.Part) throws -> DatasetFixtures.Newswires {
        DatasetFixtures.Newswires(part.x, try part.y.array(of: Int.self))
    }

    @Test("NumPy's orders")
    func orders() throws {
        for known in try DatasetFixtures.shared.get().orders {
            var generator = try LegacyRandomState(seed: known.seed, at: "test")
            #expect(generator.permutation(known.order.count) == known.order, "seed \(known.seed)")
        }
        var generator = try LegacyRandomState(seed: 113, at: "test")
        #expect(
            (0..<4).map { _ in generator.next() }
                == [3_659_249_829, 529_109_724, 317_413_538, 548_173_386])
        for seed in [-1, 1 << 32] {
            #expect(
                message { _ = try LegacyRandomState(seed: seed, at: "test") }.contains(
                    "seed must be"))
        }
    }

    @Test("Reuters: the samples of real Keras")
    func reuters() throws {
        let known = try DatasetFixtures.shared.get().reuters
        let folder = try DatasetFileTests.Folder()
        for (protocolNumber, file) in known.files {
            let path = "\(folder.path)/reuters-\(protocolNumber).npz"
            try file.write(to: URL(filePath: path))
            for item in known.cases {
                let a = item.arguments
                let (train, test) = try Reuters.load(
                    path: path, numWords: a.numWords, skipTop: a.skipTop ?? 0, maxlen: a.maxlen,
                    testSplit: a.testSplit ?? 0.2, seed: a.seed ?? 113, startChar: a.startChar,
                    oovChar: a.oovChar, indexFrom: a.indexFrom ?? 3)
                #expect(try newswires(train) == item.train, "protocol \(protocolNumber)")
                #expect(try newswires(test) == item.test, "protocol \(protocolNumber)")
            }
            // All words are kept.
            let all = try Reuters.load(path: path)
            #expect((all.train.x + all.test.x).joined().max() == 70003)
        }
        #expect(Reuters.getLabelNames().count == 46 && Reuters.getLabelNames()[3] == "earn")
    }

    @Test("Reuters: what is wrong")
    func reutersMistakes() throws {
        let known = try DatasetFixtures.shared.get().reuters
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/reuters.npz"
        try known.evil.write(to: URL(filePath: path))
        let evil = message { _ = try Reuters.load(path: path) }
        #expect(evil.contains("getcwd") && evil.contains("not carried out"), "\(evil)")
        let whole = try #require(known.files["3"])
        try whole.write(to: URL(filePath: path))
        #expect(message { _ = try Reuters.load(path: path, maxlen: 1) }.contains("shorter than"))
        #expect(message { _ = try Reuters.load(path: path, testSplit: 1) }.contains("testSplit"))
        #expect(message { _ = try Reuters.load(path: path, seed: -1) }.contains("seed"))
        #expect(
            message { _ = try Reuters.load(path: folder.path + "/none.npz") }.contains("none.npz"))
        // Objects that are cut off or changed anywhere are errors, or other numbers; they end nothing.
        let members = try Zip.read(Array(whole))
        let x = try #require(members.first { $0.name == "x.npy" }).bytes
        for length in stride(from: 0, to: x.count, by: 7) {
            #expect(throws: KeratinError.self) {
                try PickledSequences.read(npy: Array(x.prefix(length)))
            }
        }
        for place in x.indices {
            for value in [0, 0x28, 0x65, 0x80, 0xFF] as [UInt8] {
                var changed = x
                changed[place] = value
                _ = try? PickledSequences.read(npy: changed)
            }
        }
    }

    @Test("Reuters: word numbers")
    func wordIndex() throws {
        let folder = try DatasetFileTests.Folder()
        try folder.write(Array(#"{"the": 1, "süß": 2, "d'or": 3}"#.utf8), "words.json")
        let path = folder.path + "/words.json"
        #expect(try Reuters.getWordIndex(path: path) == ["the": 1, "süß": 2, "d'or": 3])
        for wrong in [#"{"a": 1.5}"#, "[1]", "{"] {
            try folder.write(Array(wrong.utf8), "words.json")
            #expect(message { _ = try Reuters.getWordIndex(path: path) }.contains("words.json"))
        }
    }

    @Test("Boston and California housing: the samples of real Keras")
    func houses() throws {
        let known = try DatasetFixtures.shared.get().housing
        let folder = try DatasetFileTests.Folder()
        let path = folder.path + "/boston.npz"
        try known.file.write(to: URL(filePath: path))
        for item in known.cases {
            let (train, test) = try BostonHousing.load(
                path: path, testSplit: item.arguments.testSplit ?? 0.2,
                seed: item.arguments.seed ?? 113)
            for (part, expected) in [(train, item.train), (test, item.test)] {
                #expect(try part.x.floats() == expected[0].map { Float($0) })
                #expect(try part.y.floats() == expected[1].map { Float($0) })
                #expect(part.x.shape == [expected[1].count, 13])
            }
        }
        let large = folder.path + "/california.npz"
        try known.california.write(to: URL(filePath: large))
        for version in CaliforniaHousing.Version.allCases {
            let (train, test) = try CaliforniaHousing.load(version: version, path: large)
            let expected = try #require(known.versions[version.rawValue])
            #expect(try train.y.floats() == expected[0].map { Float($0) })
            #expect(try test.y.floats() == expected[1].map { Float($0) })
            #expect(try test.x[..., 7].floats() == test.y.floats())
        }
        #expect(
            message { _ = try BostonHousing.load(path: path, testSplit: -0.1) }.contains(
                "testSplit"))
        #expect(
            message { _ = try BostonHousing.load(path: path, testSplit: .nan) }.contains(
                "testSplit"))
        try NPZ(["x": Tensor.zeros([3]), "y": Tensor.zeros([3])]).save(path)
        #expect(message { _ = try BostonHousing.load(path: path) }.contains("expected x"))
    }

    @Test(
        "Boston housing: the houses that Keras gives first",
        .enabled(
            if: FileAccess.exists(
                "\(environment("KERATIN_DATASETS") ?? "")/tabular/boston_house_prices.csv")))
    func realBoston() throws {
        let csv = "\(environment("KERATIN_DATASETS") ?? "")/tabular/boston_house_prices.csv"
        // Behind a line that counts the samples.
        let lines = try readText(csv).split(separator: "\n", maxSplits: 1)
        let table = try Table(csvText: String(lines[1]))
        let folder = try DatasetFileTests.Folder()
        let path = folder.path + "/boston.npz"
        let features = table.columnNames.dropLast()
        try NPZ(["x": table[Array(features)].tensor(), "y": table["MEDV"].tensor()]).save(path)
        let (train, test) = try BostonHousing.load(path: path)
        #expect(train.x.shape == [404, 13] && test.x.shape == [102, 13])
        #expect(try train.y[0..<5].floats() == [15.2, 42.3, 50, 21.1, 17.7])
        #expect(try test.y[0..<3].floats() == [7.2, 18.8, 19])
        #expect(try train.x[0, 0].item() as Float == 1.23247)
    }

    // Known from Keras's documentation and tutorials; they run where Keras's files are.

    @Test("The real Reuters", .enabled(if: Reuters.isPresent, "reuters.npz is not here"))
    func realReuters() throws {
        let (train, test) = try Reuters.load(numWords: 10_000)
        #expect(train.x.count == 8982 && test.x.count == 2246)
        #expect(train.x[0].prefix(12) == [1, 2, 2, 8, 43, 10, 447, 5, 25, 207, 270, 5])
        #expect(try train.y[0..<1].array(of: Int.self) == [3])
    }

    @Test(
        "The real houses of California",
        .enabled(if: CaliforniaHousing.isPresent, "california_housing.npz is not here"))
    func realCalifornia() throws {
        let (train, test) = try CaliforniaHousing.load()
        #expect(train.x.shape == [16_512, 8] && test.x.shape == [4128, 8])
        let (small, held) = try CaliforniaHousing.load(version: .small)
        #expect(small.x.shape == [480, 8] && held.y.shape == [120])
    }

    @Test(
        "The real file of Boston",
        .enabled(if: BostonHousing.isPresent, "boston_housing.npz is not here"))
    func realBostonFile() throws {
        let (train, _) = try BostonHousing.load()
        #expect(try train.y[0..<5].floats() == [15.2, 42.3, 50, 21.1, 17.7])
    }
}
