import KeratinCore
import KeratinModels
import KeratinTensor

/// Pictures of files in batches, with their labels; `imageDatasetFromDirectory` makes it.
///
/// A walk gives (Tensor, Tensor): float32 [pictures, height, width, channels], 0…255, and their labels; `fit` takes it as it is. `batches`
/// and `images` are the same as a `Dataset`, which has `map`, `prefetched` and the rest.
///
/// Files are read and resized on several threads of each walk's own, some batches ahead of whoever takes them; the order does not depend
/// on the threads. What is wrong with a file is the last element of a walk, whose tensors carry the error.
public struct ImageDataset: Sequence {
    /// The names of the classes, in the order of their numbers; empty without labels.
    public let classNames: [String]
    /// The files, in the order before each walk's shuffle.
    public let filePaths: [String]
    /// The pictures with their labels.
    public let batches: Dataset<(Tensor, Tensor)>
    /// The pictures alone; labels are not needed.
    public let images: Dataset<Tensor>
    private let heldBack: Dataset<(Tensor, Tensor)>?

    /// Begins a walk.
    public func makeIterator() -> Dataset<(Tensor, Tensor)>.Iterator { batches.makeIterator() }

    /// The number of batches.
    public var count: Int? { batches.count }

    /// The part that is not held back, which is what the data set itself walks over.
    public var training: Dataset<(Tensor, Tensor)> { batches }

    /// The part that `validationSplit` holds back, always in one order. Without one a walk gives an error.
    public var validation: Dataset<(Tensor, Tensor)> {
        if let heldBack { return heldBack }
        return Dataset([0]).mapped { _ in
            throw KeratinError(
                .invalidState, "nothing is held back: give validationSplit and no subset",
                at: "ImageDataset")
        }
    }

    /// - Parameter validation: the files that are held back; nil: none are.
    init(
        _ index: DirectoryIndex, labelMode: LabelMode?, reader: ImageBatchReader, shuffle: Bool,
        seed: Int, validation: DirectoryIndex? = nil
    ) {
        classNames = index.classNames ?? []
        filePaths = index.paths
        let pictures = Pictures(index, labelMode, reader)
        images = pictures.images(pictures.groups(shuffle: shuffle, seed: seed))
        batches = pictures.batches(pictures.groups(shuffle: shuffle, seed: seed))
        heldBack = validation.map {
            let held = Pictures($0, labelMode, reader)
            return held.batches(held.groups(shuffle: false, seed: seed))
        }
    }
}

/// Files with their labels, and how they are read.
private struct Pictures: Sendable {
    let paths: [String]
    let labels: [Int]?
    let classCount: Int
    let labelMode: LabelMode?
    let reader: ImageBatchReader

    init(_ index: DirectoryIndex, _ labelMode: LabelMode?, _ reader: ImageBatchReader) {
        paths = index.paths
        labels = index.labels
        classCount = index.classNames?.count ?? 0
        self.labelMode = labelMode
        self.reader = reader
    }

    /// The files' numbers in batches.
    func groups(shuffle: Bool, seed: Int) -> Dataset<[Int]> {
        var order = Dataset(0..<paths.count)
        if shuffle { order = order.shuffled(seed: seed) }
        return order.batched(reader.batchSize ?? 1)
    }

    func images(_ groups: Dataset<[Int]>) -> Dataset<Tensor> {
        groups.mapped(threads: reader.threads, ahead: reader.threads + 1) { numbers in
            try reader.read(numbers.map { paths[$0] })
        }
    }

    func batches(_ groups: Dataset<[Int]>) -> Dataset<(Tensor, Tensor)> {
        groups.mapped(threads: reader.threads, ahead: reader.threads + 1) { numbers in
            guard let labels, let labelMode else {
                throw KeratinError(
                    .invalidState, "the pictures have no labels: walk over `images`",
                    at: "ImageDataset")
            }
            let x = try reader.read(numbers.map { paths[$0] })
            let y = labelMode.tensor(numbers.map { labels[$0] }, classCount: classCount)
            return (x, reader.batchSize == nil ? y[0] : y)
        }
    }
}

/// Reads the files of a batch into one array.
struct ImageBatchReader: Sendable {
    let colorMode: ColorMode
    let channels: Int
    let fitting: ImageFitting
    /// nil: pictures one by one, without the batch's axis.
    let batchSize: Int?
    /// How many threads read; fewer where batches are large.
    let threads: Int

    /// - Throws: `KeratinError` for arguments that do not fit, and a batch that memory does not hold.
    init(
        colorMode: ColorMode, fitting: ImageFitting, batchSize: Int?, threads: Int, at place: String
    ) throws {
        do { channels = try colorMode.channelCount } catch let error as KeratinError {
            throw error.located(at: place)
        }
        self.colorMode = colorMode
        self.fitting = fitting
        self.batchSize = batchSize
        let picture = fitting.height * fitting.width * channels * 4
        let (bytes, overflow) = picture.multipliedReportingOverflow(by: batchSize ?? 1)
        guard !overflow, bytes < 1 << 40 else {
            throw KeratinError(
                .unavailable, "a batch of \(batchSize ?? 1) such pictures is larger than memory",
                at: place)
        }
        // Batches that are ready or being read take a quarter of a gigabyte, or two batches.
        self.threads = Swift.max(1, Swift.min(threads, (1 << 28) / Swift.max(bytes, 1) - 1))
    }

    /// float32 [files, height, width, channels].
    /// - Throws: `KeratinError` that names the file.
    func read(_ paths: [String]) throws -> Tensor {
        let each = fitting.height * fitting.width * channels
        let count = each * paths.count
        guard hasHostMemory(byteCount: count * 4) else {
            throw KeratinError(
                .unavailable, "there is no memory for \(paths.count) pictures", at: "ImageDataset")
        }
        var failure: (any Error)?
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, made in
            guard let target = buffer.baseAddress else { return }
            do {
                for (number, path) in paths.enumerated() {
                    let image = try ImageFile.read(path, colorMode)
                    try image.pixels.withUnsafeBufferPointer { pixels in
                        guard let source = pixels.baseAddress else { return }
                        try fitting.fit(
                            source, height: image.height, width: image.width, channels: channels,
                            to: target + number * each)
                    }
                }
                made = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        let picture = [fitting.height, fitting.width, channels]
        return Tensor(
            try HostArray(
                values, shape: Shape(batchSize == nil ? picture : [paths.count] + picture)))
    }
}
