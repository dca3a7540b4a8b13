import KeratinCore
import KeratinModels
import KeratinTensor

/// How labels of classes are written.
public enum LabelMode: String, Hashable, Sendable, CaseIterable {
    /// int32 [samples]: class numbers.
    case int
    /// float32 [samples, classes]: 1 at the class, 0 elsewhere.
    case categorical
    /// float32 [samples, 1]: 0 or 1, of two classes.
    case binary
}

/// A part of the files in a folder.
public enum DatasetSubset: String, Hashable, Sendable, CaseIterable {
    /// What is not held back.
    case training
    /// What is held back.
    case validation
    /// One after the other: two data sets.
    case both
}

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
                TextDataset.tensor(numbers.map { labels[$0] }, labelMode, classCount)
            )
        }
    }

    static func tensor(_ labels: [Int], _ mode: LabelMode, _ classCount: Int) -> Tensor {
        switch mode {
        case .int: return Tensor(labels.map { Int32(clamping: $0) })
        case .binary: return Tensor(labels.map { Float($0) }, shape: [labels.count, 1])
        case .categorical:
            let rows = labels.flatMap { label in
                (0..<classCount).map { $0 == label ? 1 : 0 as Float }
            }
            return Tensor(rows, shape: [labels.count, classCount])
        }
    }
}
