import Foundation
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("CIFAR") struct CIFARTests {
    private let folder: DatasetFileTests.Folder

    init() throws { folder = try DatasetFileTests.Folder() }

    /// Records whose red is their number, with green one more and blue two more.
    private func records(_ labels: [[UInt8]]) -> [UInt8] {
        labels.enumerated().flatMap { number, labels in
            labels + (0..<3).flatMap { [UInt8](repeating: UInt8(number + $0), count: 1024) }
        }
    }

    @Test("Files of records become pictures with the channels last")
    func layouts() throws {
        for batch in 1...5 {
            try folder.write(
                records([[UInt8(batch)], [9]]),
                "cifar10/cifar-10-batches-bin/data_batch_\(batch).bin")
        }
        try folder.write(records([[3]]), "cifar10/cifar-10-batches-bin/test_batch.bin")
        let files = CIFAR10.files(roots: [folder.path])
        #expect(files.isPresent)
        let (train, test) = try files.load()
        #expect(train.x.shape == [10, 32, 32, 3] && train.y.shape == [10, 1])
        #expect(train.x.dtype == .uint8 && train.y.dtype == .uint8)
        #expect(try train.y.uint8s() == [1, 9, 2, 9, 3, 9, 4, 9, 5, 9])
        #expect(try train.x[1, 31, 7].uint8s() == [1, 2, 3])
        #expect(try test.y.uint8s() == [3])

        try folder.write(records([[3, 77], [19, 99]]), "cifar100/cifar-100-binary/train.bin")
        try folder.write(records([[0, 0]]), "cifar100/cifar-100-binary/test.bin")
        let fine = try CIFAR100.files(.fine, roots: [folder.path]).load()
        #expect(try fine.train.y.uint8s() == [77, 99])
        let coarse = try CIFAR100.files("coarse", roots: [folder.path]).load()
        #expect(try coarse.train.y.uint8s() == [3, 19])
        #expect(try coarse.train.x[1, 0, 0].uint8s() == [1, 2, 3])
        #expect(throws: KeratinError.self) { try CIFAR100.files("medium") }
        #expect(CIFAR100.classNames.count == 100 && CIFAR100.coarseClassNames.count == 20)
        #expect(CIFAR10.classNames.count == 10 && Set(CIFAR100.classNames).count == 100)
    }

    @Test("The archive is unpacked where it lies")
    func archive() throws {
        for batch in 1...5 {
            try folder.write(records([[0]]), "cifar-10-batches-bin/data_batch_\(batch).bin")
        }
        try folder.write(records([[1]]), "cifar-10-batches-bin/test_batch.bin")
        try folder.write([], "cifar10/placeholder")
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = [
            "tar", "-czf", "\(folder.path)/cifar10/cifar-10-binary.tar.gz", "-C", folder.path,
            "cifar-10-batches-bin",
        ]
        try tar.run()
        tar.waitUntilExit()
        let (train, test) = try CIFAR10.files(roots: [folder.path]).load()
        #expect(train.x.shape == [5, 32, 32, 3] && test.x.shape == [1, 32, 32, 3])
    }

    @Test("Damage is told with the file's name")
    func damaged() throws {
        for (name, bytes, text) in [
            ("cut.bin", Array(records([[1]]).dropLast()), "no number of records"),
            ("empty.bin", [], "no number of records"),
            ("label.bin", records([[1], [10]]), "label 1 is 10"),
        ] {
            try folder.write(bytes, name)
            let error = #expect(throws: KeratinError.self) {
                try CIFAR10.load(file: "\(folder.path)/\(name)")
            }
            #expect(error?.description.contains(text) == true)
            #expect(error?.location?.hasSuffix(name) == true)
        }
    }

    private static let part = ProcessInfo.processInfo.environment["KERATIN_DATASETS"]
        .map { "\($0)/cifar10/cifar10_train_first4000.bin.gz" }
        .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

    @Test(
        "The first pictures are the known ones",
        .enabled(if: part != nil, "set KERATIN_DATASETS to a folder with cifar10/"))
    func known() throws {
        let samples = try CIFAR10.load(file: try #require(Self.part))
        #expect(samples.x.shape == [4000, 32, 32, 3])
        #expect(try samples.x[0, 0, 0].uint8s() == [59, 62, 63])
        #expect(try samples.y[0..<10, 0].uint8s() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
    }
}
