import KeratinCore
import KeratinTensor

/// A file that Keras keeps of a data set, and how it is split.
struct KerasDatasetFile {
    /// Where Keras's files are.
    static let address = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"

    /// The data set's folder.
    let name: String
    let file: DatasetFiles.File
    var files: DatasetFiles { DatasetFiles(name: name, address: Self.address) }

    init(_ name: String, _ fileName: String, _ hash: FileHash) {
        self.name = name
        file = DatasetFiles.File(name: fileName, hash: hash)
    }

    /// Whether the file is there without a download.
    var isPresent: Bool { files.arePresent([file]) }

    /// The bytes of the file, and where it lies.
    /// - Parameter path: the file's name in the data set's folder, or, with a folder in it, a path of its own.
    /// - Throws: `KeratinError` that says what failed and what to do.
    func read(_ path: String) throws -> (bytes: [UInt8], path: String) {
        if path.contains("/") { return (try FileAccess.read(path), path) }
        return try files.read(
            DatasetFiles.File(name: path, remoteName: file.name, hash: file.hash))
    }

    /// The order of the samples, which is that of Keras, and how many of them are to train on.
    static func split(
        _ count: Int, _ testSplit: Double, _ seed: Int, at place: String
    ) throws -> [Int] {
        guard testSplit >= 0, testSplit < 1 else {
            throw KeratinError(
                .invalidArgument, "testSplit must be at least 0 and below 1, got \(testSplit)",
                at: place)
        }
        var generator = try LegacyRandomState(seed: seed, at: place)
        return generator.permutation(count)
    }

    /// How many of the samples come before the test part, cut off as in Keras.
    static func trainCount(_ count: Int, _ testSplit: Double) -> Int {
        Int(Double(count) * (1 - testSplit))
    }

    /// The arrays x and y of an archive, in Keras's order and its two parts.
    /// - Parameter limit: how many samples are taken at most, from the start.
    func load(
        path: String, testSplit: Double, seed: Int, limit: Int = .max, at place: String
    ) throws -> (train: Samples, test: Samples) {
        let (bytes, path) = try read(path)
        do {
            let archive = try NPZ(bytes: bytes)
            let x = try archive.array("x").hostArray().samples(0..<limit)
            let y = try archive.array("y").hostArray().samples(0..<limit)
            guard x.shape.rank == 2, y.shape.rank == 1, x.count == y.count else {
                throw KeratinError(
                    .invalidData,
                    "expected x [samples, features] and y [samples], got \(x.shape) and \(y.shape)")
            }
            let order = try Self.split(x.count, testSplit, seed, at: place)
            let count = Self.trainCount(x.count, testSplit)
            func part(_ numbers: ArraySlice<Int>) throws -> Samples {
                Samples(
                    x: Tensor(try x.samples(Array(numbers))),
                    y: Tensor(try y.samples(Array(numbers))))
            }
            return (train: try part(order[..<count]), test: try part(order[count...]))
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }
}
