import KeratinCore
import KeratinModels
import KeratinTensor

/// Texts of files in batches, with their labels; `textDatasetFromDirectory` makes it.
///
/// A walk gives ([String], Tensor): the texts of a batch and their labels. `batches` and `texts` are the same as a `Dataset`, which has
/// `map`, `prefetched` and the rest. Files are read when they are asked for. What is wrong with one is the last element of a walk, whose
/// labels carry the error.
public struct TextDataset: Sequence {
    /// The names of the classes, in the order of their numbers; empty without labels.
    public let classNames: [String]
    /// The files, in the order before each walk's shuffle.
    public let filePaths: [String]
    /// The texts with their labels.
    public let batches: Dataset<([String], Tensor)>
    /// The texts alone; labels are not needed. A file that cannot be read ends the walk with a warning, and `Iterator.error` says why.
    public let texts: Dataset<[String]>

    /// Begins a walk.
    public func makeIterator() -> Dataset<([String], Tensor)>.Iterator { batches.makeIterator() }

    init(
        _ index: DirectoryIndex, labelMode: LabelMode?, batchSize: Int, maxLength: Int?,
        shuffle: Bool, seed: Int
    ) {
        let paths = index.paths
        let classCount = index.classNames?.count ?? 0
        classNames = index.classNames ?? []
        filePaths = paths
        var order = Dataset(0..<paths.count)
        if shuffle { order = order.shuffled(seed: seed) }
        let groups: Dataset<[Int]> = order.batched(batchSize)
        let read: @Sendable ([Int]) throws -> [String] = { numbers in
            try numbers.map { number in
                let text = try readText(paths[number])
                guard let maxLength else { return text }
                return String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxLength)))
            }
        }
        let labels = index.labels
        texts = groups.mapped(read)
        batches = groups.mapped { numbers in
            guard let labels, let labelMode else {
                throw KeratinError(
                    .invalidState, "the texts have no labels: walk over `texts`", at: "TextDataset")
            }
            return (
                try read(numbers),
                labelMode.tensor(numbers.map { labels[$0] }, classCount: classCount)
            )
        }
    }
}
