import Foundation
import KeratinCore
import KeratinIO
import KeratinModels
import KeratinTensor
import Testing

/// Folders of texts.
@Suite("textDatasetFromDirectory") struct TextFolderTests {
    private let folder: DatasetFileTests.Folder

    init() throws { folder = try DatasetFileTests.Folder() }

    private func fill(_ names: [String]) throws {
        for name in names { try folder.write(Array(name.utf8), name) }
    }

    private func message(_ body: () throws -> TextDataset) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Files in the order of real Keras, shuffled and split as it does")
    func keras() throws {
        let known = try DatasetFixtures.shared.get().folders
        try fill(known.files)
        func relative(_ dataset: TextDataset) -> [String] {
            dataset.filePaths.map { String($0.dropFirst(folder.path.count + 1)) }
        }
        for item in known.cases {
            let labels: DirectoryLabels? = item.labels == nil ? nil : .inferred
            func make(_ subset: DatasetSubset?) throws -> TextDataset {
                try textDatasetFromDirectory(
                    folder.path, labels: labels, classNames: item.classNames,
                    shuffle: item.shuffle, seed: item.seed,
                    validationSplit: subset == nil ? nil : 0.3, subset: subset, verbose: false)
            }
            let all = try make(nil)
            #expect(relative(all) == item.paths)
            #expect(all.classNames == item.classes ?? [])
            #expect(try relative(make(.training)) == item.training)
            #expect(try relative(make(.validation)) == item.validation)
            let (training, validation) = try textDatasetFromDirectory(
                folder.path, labels: labels, classNames: item.classNames, shuffle: item.shuffle,
                seed: item.seed, validationSplit: 0.3, subset: .both, verbose: false)
            #expect(relative(training) == item.training && relative(validation) == item.validation)
            guard let numbers = item.numbers else { continue }
            // Each text stands beside its label, in whatever order a walk has.
            let expected = Dictionary(uniqueKeysWithValues: zip(item.paths, numbers))
            for _ in 0..<2 {
                var seen: [String: Int] = [:]
                for (texts, y) in all {
                    for (text, label) in zip(texts, try y.array(of: Int.self)) {
                        seen[text] = label
                    }
                }
                #expect(seen == expected)
            }
        }
    }

    @Test("Batches, modes of labels, lengths")
    func modes() throws {
        try fill(["neg/1.txt", "neg/2.txt", "pos/3.txt", "pos/4.txt", "pos/5.txt"])
        func make(_ mode: LabelMode?) throws -> TextDataset {
            try textDatasetFromDirectory(
                folder.path, labelMode: mode, batchSize: 2, maxLength: 3, shuffle: false,
                verbose: false)
        }
        let numbers = Array(try make(.int))
        #expect(numbers.map(\.0) == [["neg", "neg"], ["pos", "pos"], ["pos"]])
        #expect(try numbers.flatMap { try $0.1.array(of: Int.self) } == [0, 0, 1, 1, 1])
        #expect(numbers[0].1.dtype == .int32 && numbers[0].1.shape == [2])
        let binary = Array(try make(.binary))
        #expect(binary[1].1.shape == [2, 1] && binary[1].1.dtype == .float32)
        #expect(try binary.flatMap { try $0.1.floats() } == [0, 0, 1, 1, 1])
        let rows = Array(try make(.categorical))
        #expect(try rows.map { try $0.1.floats() } == [[1, 0, 1, 0], [0, 1, 0, 1], [0, 1]])
        let none = try make(nil)
        #expect(Array(none.texts).joined().count == 5 && none.classNames.isEmpty)
        #expect(Array(none)[0].1.error.map { "\($0)".contains("no labels") } == true)
        let given = try textDatasetFromDirectory(
            folder.path, labels: [4, 2, 4, 4, 2], shuffle: false, verbose: false)
        #expect(given.classNames == ["2", "4"])
        #expect(try Array(given)[0].1.array(of: Int.self) == [4, 2, 4, 4, 2])
        let ahead = Array(try make(.int).batches.prefetched(2).map { ($0.0.count, $0.1) })
        #expect(ahead.map(\.0) == [2, 2, 1])
        try folder.write(Array("äöü€x".utf8), "neg/1.txt")
        #expect(Array(try make(.int))[0].0[0] == "äöü")
    }

    @Test("Training data are ordered anew in each walk, the same for a seed")
    func orders() throws {
        try fill((0..<30).map { "a/\($0).txt" } + ["b/x.txt"])
        func make() throws -> TextDataset {
            try textDatasetFromDirectory(folder.path, batchSize: 64, seed: 3, verbose: false)
        }
        let (a, b) = (try make(), try make())
        let first = Array(a)[0].0
        let second = Array(a)[0].0
        #expect(first != second && Set(first) == Set(second))
        #expect(Array(b)[0].0 == first && Array(b)[0].0 == second)
    }

    @Test("Links: folders behind them only if they are followed, and no circles")
    func links() throws {
        try fill(["a/1.txt", "b/2.txt"])
        let outside = try DatasetFileTests.Folder()
        try outside.write(Array("far".utf8), "far/3.txt")
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: folder.path + "/a/away", withDestinationPath: outside.path + "/far")
        try manager.createSymbolicLink(
            atPath: folder.path + "/a/round", withDestinationPath: folder.path + "/a")
        func count(_ follow: Bool) throws -> Int {
            try textDatasetFromDirectory(folder.path, followLinks: follow, verbose: false)
                .filePaths.count
        }
        #expect(try count(false) == 2 && count(true) == 3)
    }

    @Test("What is wrong")
    func mistakes() throws {
        func make(
            labels: DirectoryLabels? = .inferred, mode: LabelMode? = .int,
            names: [String]? = nil, batch: Int = 32, length: Int? = nil, shuffle: Bool = true,
            seed: Int? = nil, split: Double? = nil, subset: DatasetSubset? = nil
        ) -> String {
            message {
                try textDatasetFromDirectory(
                    folder.path, labels: labels, labelMode: mode, classNames: names,
                    batchSize: batch, maxLength: length, shuffle: shuffle, seed: seed,
                    validationSplit: split, subset: subset, verbose: false)
            }
        }
        #expect(make().contains("no text files"))
        #expect(make(labels: nil).contains("no text files"))
        try fill(["a/1.txt", "b/2.txt", "b/3.txt"])
        #expect(make() == "no error")
        #expect(make(names: ["a", "c"]).contains("different subfolders"))
        #expect(make(names: ["a", "a"]).contains("different subfolders"))
        #expect(make(labels: [1, 2]).contains("3 files, got 2 labels"))
        #expect(make(labels: [1, 2, 3], names: ["a"]).contains("classNames"))
        #expect(make(labels: [1, 2, 3], mode: .categorical).contains("got 3"))
        #expect(make(labels: "guessed").contains("'guessed'"))
        #expect(make(mode: .binary, names: ["a"]).contains("2 classes"))
        #expect(make(batch: 0).contains("at least one text"))
        #expect(make(length: -1).contains("maxLength"))
        #expect(make(split: 0.5).contains("go together"))
        #expect(make(subset: .training).contains("go together"))
        #expect(make(split: 0.5, subset: .training).contains("needs a seed"))
        #expect(make(seed: 1, split: 0.5, subset: .training) == "no error")
        #expect(make(seed: 1, split: 0.5, subset: .both).contains("two data sets"))
        for split in [0, 1, -0.5, .nan] as [Double] {
            #expect(make(seed: 1, split: split, subset: .training).contains("between 0 and 1"))
        }
        #expect(make(seed: 1, split: 0.1, subset: .training).contains("no files for one"))
        #expect(make(seed: -1).contains("seed must be"))
        #expect(throws: KeratinError.self) {
            _ =
                try textDatasetFromDirectory(
                    folder.path, seed: 1, validationSplit: 0.5, subset: .training, verbose: false)
                as (training: TextDataset, validation: TextDataset)
        }
        try FileManager.default.createDirectory(
            atPath: folder.path + "/empty", withIntermediateDirectories: true)
        #expect(make().contains("the class 'empty' has no files"))
        #expect(
            message { try textDatasetFromDirectory(folder.path + "/none") }.contains("is no folder")
        )
        #expect(
            message { try textDatasetFromDirectory(folder.path + "/a/1.txt") }.contains(
                "is no folder"))
        // Files that cannot be read, or are no text, are told where they are.
        try folder.write([0x66, 0xFF, 0x67], "a/1.txt")
        let dataset = try textDatasetFromDirectory(
            folder.path, classNames: ["a"], shuffle: false, verbose: false)
        let all = Array(dataset)
        #expect(all.count == 1)
        #expect(all[0].1.error.map { "\($0)".contains("a/1.txt: is not UTF-8") } == true)
        try FileManager.default.removeItem(atPath: folder.path + "/a/1.txt")
        #expect(Array(dataset)[0].1.error.map { "\($0)".contains("cannot be opened") } == true)
        var iterator = dataset.texts.makeIterator()
        #expect(iterator.next() == nil && iterator.error != nil)
    }

    @Test(
        "Real sentences",
        .enabled(
            if: FileAccess.exists(
                "\(environment("KERATIN_DATASETS") ?? "")/rt_polarity/rt-polarity.pos")))
    func real() throws {
        let source = "\(environment("KERATIN_DATASETS") ?? "")/rt_polarity"
        for name in ["neg", "pos"] {
            let lines = try readText("\(source)/rt-polarity.\(name)").split(separator: "\n").prefix(
                200)
            for (number, line) in lines.enumerated() {
                try folder.write(Array(line.utf8), "\(name)/\(number).txt")
            }
        }
        let (training, validation) = try textDatasetFromDirectory(
            folder.path, seed: 42, validationSplit: 0.2, subset: .both, verbose: false)
        #expect(training.filePaths.count == 320 && validation.filePaths.count == 80)
        #expect(Set(training.filePaths).isDisjoint(with: validation.filePaths))
        var positives = 0
        for (texts, y) in training {
            positives += Int(try y.sum().item() as Int32) + 0 * texts.count
        }
        for (_, y) in validation { positives += Int(try y.sum().item() as Int32) }
        #expect(positives == 200)
    }
}
