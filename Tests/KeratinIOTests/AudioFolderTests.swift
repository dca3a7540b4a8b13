import Foundation
import KeratinCore
import KeratinIO
import KeratinLayerTestKit
import KeratinModels
import KeratinTensor
import Testing

/// Folders of sounds, against real Keras.
@Suite("audioDatasetFromDirectory") struct AudioFolderTests {
    private struct Case: Decodable, Sendable {
        let name: String
        let classes: [String]
        let mode: String
        let length: Int?
        let x: [GoldenTensor]
        let y: [GoldenTensor]
    }

    private static let fixtures = Bundle.module.bundlePath + "/Fixtures/features"
    private let folder: DatasetFileTests.Folder
    private let files: [String: [UInt8]]

    init() throws {
        folder = try DatasetFileTests.Folder()
        let data = try Data(contentsOf: URL(filePath: Self.fixtures + "/sound_files.json"))
        files = try JSONDecoder().decode([String: [UInt8]].self, from: data)
        for (name, bytes) in files { try folder.write(bytes, name) }
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test("Sounds and labels are Keras's") func goldens() throws {
        for golden in try GoldenFile<Case>.load("sounds", in: Self.fixtures).cases {
            let dataset = try audioDatasetFromDirectory(
                folder.path, labelMode: LabelMode(stringLiteral: golden.mode),
                classNames: golden.classes, batchSize: 3, outputSequenceLength: golden.length,
                shuffle: false, verbose: false)
            let batches = Array(dataset)
            #expect(batches.count == golden.x.count, "\(golden.name)")
            #expect(dataset.classNames == golden.classes)
            for (batch, (x, y)) in zip(batches, zip(golden.x, golden.y)) {
                #expect(batch.0.shape.dimensions == x.shape, "\(golden.name)")
                #expect(try batch.0.floats() == x.floats, "\(golden.name)")
                #expect(batch.1.shape.dimensions == y.shape, "\(golden.name)")
                #expect(batch.1.dtype.rawValue == y.dtype, "\(golden.name)")
                #expect(try batch.1.floats() == y.floats, "\(golden.name)")
            }
        }
    }

    @Test("Sounds without labels, and in two parts") func parts() throws {
        let all = try audioDatasetFromDirectory(
            folder.path, labels: nil, batchSize: 2, outputSequenceLength: 4, shuffle: false,
            verbose: false)
        #expect(all.filePaths.count == 6 && all.classNames.isEmpty)
        #expect(Array(all.sounds).map(\.shape) == [[2, 4, 1], [2, 4, 1], [2, 4, 2]])
        let (training, validation) = try audioDatasetFromDirectory(
            folder.path, outputSequenceLength: 4, seed: 3, validationSplit: 0.34, subset: .both,
            verbose: false)
        #expect(training.filePaths.count == 4 && validation.filePaths.count == 2)
        #expect(Set(training.filePaths + validation.filePaths) == Set(all.filePaths))
    }

    @Test("What is wrong is said in words") func mistakes() throws {
        func walk(_ rate: Int? = nil, _ names: [String]) -> String {
            message {
                let dataset = try audioDatasetFromDirectory(
                    folder.path, classNames: names, samplingRate: rate, shuffle: false,
                    verbose: false)
                for (x, y) in dataset {
                    try x.check()
                    try y.check()
                }
            }
        }
        #expect(walk(8000, ["a"]).contains("16000 samples a second"))
        #expect(walk(8000, ["b"]) == "no error")
        #expect(walk(nil, ["a", "two"]).contains("channels"))
        let good = try #require(files["b/y.wav"])
        func damaged(_ change: (inout [UInt8]) -> Void) throws -> String {
            var bytes = good
            change(&bytes)
            try folder.write(bytes, "bad/x.wav")
            return walk(nil, ["bad"])
        }
        #expect(try damaged { $0.removeLast(3) }.contains("cut off"))
        #expect(try damaged { $0[0] = 0 }.contains("no WAV file"))
        #expect(try damaged { $0[34] = 8 }.contains("8 bits"))
        #expect(try damaged { $0[22] = 0 }.contains("0 channels"))
        #expect(try damaged { $0[36] = 0 }.contains("no samples"))
        #expect(try damaged { $0[16] = 255 }.contains("samples"))
        #expect(try damaged { $0[19] = 255 }.contains("no samples"))
        // Whatever is cut off or changed: an error in words, or numbers.
        for count in 0..<good.count {
            _ = try damaged { $0.removeLast(good.count - count) }
            _ = try damaged { $0[count] ^= 0xff }
        }
        #expect(
            message {
                _ = try audioDatasetFromDirectory(folder.path, batchSize: 0, verbose: false)
            }.contains("at least one"))
        #expect(
            message {
                _ = try audioDatasetFromDirectory(folder.path, samplingRate: 0, verbose: false)
            }.contains("samplingRate"))
        #expect(
            message {
                _ = try audioDatasetFromDirectory(folder.path, subset: .both, verbose: false)
            }.contains("two data sets"))
    }
}
