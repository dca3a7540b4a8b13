import KeratinCore
import KeratinModels
import KeratinTensor

/// Sounds of files in batches, with their labels; `audioDatasetFromDirectory` makes it.
///
/// A walk gives (Tensor, Tensor): the sounds of a batch, float32 [batch, samples, channels], and their labels; `fit` takes it as it is.
/// `batches` and `sounds` are the same as a `Dataset`, which has `map`, `prefetched` and the rest. Files are read when they are asked for.
/// What is wrong with one is the last element of a walk, which carries the error.
public struct AudioDataset: Sequence {
    /// The names of the classes, in the order of their numbers; empty without labels.
    public let classNames: [String]
    /// The files, in the order before each walk's shuffle.
    public let filePaths: [String]
    /// The sounds with their labels.
    public let batches: Dataset<(Tensor, Tensor)>
    /// The sounds alone; labels are not needed.
    public let sounds: Dataset<Tensor>

    /// Begins a walk.
    public func makeIterator() -> Dataset<(Tensor, Tensor)>.Iterator { batches.makeIterator() }

    /// - Parameters:
    ///   - samplingRate: what every file must have; nil: any.
    ///   - length: to which sounds are cut or filled up; nil: that of the longest of a batch.
    init(
        _ index: DirectoryIndex, labelMode: LabelMode?, batchSize: Int, samplingRate: Int?,
        length: Int?, shuffle: Bool, seed: Int
    ) {
        let paths = index.paths
        let classCount = index.classNames?.count ?? 0
        classNames = index.classNames ?? []
        filePaths = paths
        var order = Dataset(0..<paths.count)
        if shuffle { order = order.shuffled(seed: seed) }
        let groups: Dataset<[Int]> = order.batched(batchSize)
        let read: @Sendable ([Int]) throws -> Tensor = { numbers in
            try Self.sounds(numbers.map { paths[$0] }, samplingRate, length)
        }
        let labels = index.labels
        sounds = groups.mapped(read)
        batches = groups.mapped { numbers in
            guard let labels, let labelMode else {
                throw KeratinError(
                    .invalidState, "the sounds have no labels: walk over `sounds`",
                    at: "AudioDataset")
            }
            return (
                try read(numbers),
                labelMode.tensor(numbers.map { labels[$0] }, classCount: classCount)
            )
        }
    }

    private static func sounds(
        _ paths: [String], _ samplingRate: Int?, _ length: Int?
    ) throws -> Tensor {
        let files = try paths.map { path in
            let file = try WAV(try FileAccess.read(path), at: path)
            if let samplingRate, file.samplingRate != samplingRate {
                throw KeratinError(
                    .unavailable,
                    "has \(file.samplingRate) samples a second, not \(samplingRate), and sounds are not resampled here",
                    at: path)
            }
            return file
        }
        let channels = files.first?.channels ?? 1
        for (path, file) in zip(paths, files) where file.channels != channels {
            throw KeratinError(
                .shapeMismatch,
                "has \(file.channels) channels, and '\(paths[0])' of the same batch has \(channels)",
                at: path)
        }
        let length = length ?? files.map(\.count).max() ?? 0
        let shape: Shape = [files.count, length, channels]
        guard shape.count <= 1 << 31 else {
            throw KeratinError(.invalidData, "a batch \(shape) of sounds is too large")
        }
        return Tensor(files.flatMap { $0.samples(length) }, shape: shape)
    }
}
