import KeratinCore
import KeratinModels
import KeratinTensor

/// The texts of the `.txt` files in a folder, one subfolder for each class:
///
/// ```swift
/// let train = try textDatasetFromDirectory("aclImdb/train", seed: 1, validationSplit: 0.2, subset: .training)
/// for (texts, y) in train { … }                              // [String], int32 [texts]
/// ```
///
/// Files are ordered and held back as in Keras: by their paths, then, if they are shuffled, by NumPy's order for the seed; the last part is
/// for validation.
/// - Parameters:
///   - directory: the folder; `~` is the home folder.
///   - labels: `"inferred"`: from the subfolders; or a number for each file in the order of their paths; nil: none.
///   - labelMode: how labels are written; nil: none.
///   - classNames: which subfolders are taken, in which order; nil: all, by their names.
///   - batchSize: texts in each batch, 1 or more.
///   - maxLength: longer texts are cut off after so many characters (code points); nil: none is.
///   - shuffle: whether the files are reordered, and again for each walk over training data. The order of a walk is not that of Keras.
///   - seed: of the orders, 0 or more; nil follows `setRandomSeed`. A split of shuffled files needs one.
///   - validationSplit: the part of the files that is held back, between 0 and 1; nil: none.
///   - subset: which part this is; `.both` gives two data sets: `let (train, validation) = try …`.
///   - followLinks: whether folders that are symbolic links are looked into.
///   - verbose: whether it is printed how many files were found.
/// - Throws: `KeratinError` for a folder without such files, a class without files, and arguments that do not fit.
public func textDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int = 32, maxLength: Int? = nil, shuffle: Bool = true,
    seed: Int? = nil, validationSplit: Double? = nil, subset: DatasetSubset? = nil,
    followLinks: Bool = false, verbose: Bool = true
) throws -> TextDataset {
    let folder = TextFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        batchSize: batchSize, maxLength: maxLength, shuffle: shuffle, seed: seed,
        validationSplit: validationSplit, subset: subset, followLinks: followLinks, verbose: verbose
    )
    guard subset != .both else {
        throw folder.refused(
            "subset .both gives two data sets: let (train, validation) = try textDatasetFromDirectory(…)"
        )
    }
    return try folder.datasets()[0]
}

/// The training and the validation part of the texts in a folder at once, with `subset: .both`; see above.
/// - Throws: `KeratinError`, see above; and for any other subset.
@_disfavoredOverload
public func textDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int = 32, maxLength: Int? = nil, shuffle: Bool = true,
    seed: Int? = nil, validationSplit: Double, subset: DatasetSubset,
    followLinks: Bool = false, verbose: Bool = true
) throws -> (training: TextDataset, validation: TextDataset) {
    let folder = TextFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        batchSize: batchSize, maxLength: maxLength, shuffle: shuffle, seed: seed,
        validationSplit: validationSplit, subset: subset, followLinks: followLinks, verbose: verbose
    )
    guard subset == .both else {
        throw folder.refused("two data sets are the subset .both, got .\(subset)")
    }
    let datasets = try folder.datasets()
    return (training: datasets[0], validation: datasets[1])
}

/// The arguments of `textDatasetFromDirectory`.
private struct TextFolder {
    let directory: String
    let labels: DirectoryLabels?
    let labelMode: LabelMode?
    let classNames: [String]?
    let batchSize: Int
    let maxLength: Int?
    let shuffle: Bool
    let seed: Int?
    let validationSplit: Double?
    let subset: DatasetSubset?
    let followLinks: Bool
    let verbose: Bool

    private static let place = "textDatasetFromDirectory"

    func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: Self.place)
    }

    /// One data set, or those of both subsets.
    func datasets() throws -> [TextDataset] {
        guard batchSize > 0 else {
            throw refused("a batch needs at least one text, got \(batchSize)")
        }
        if let maxLength, maxLength < 0 {
            throw refused("maxLength must be 0 or more, got \(maxLength)")
        }
        guard (validationSplit == nil) == (subset == nil) else {
            throw refused("validationSplit and subset go together: give both or none")
        }
        let parts = try DirectoryRequest(
            directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
            shuffle: shuffle, seed: seed, validationSplit: validationSplit, subset: subset,
            followLinks: followLinks, verbose: verbose, suffixes: [".txt"],
            files: "text files (.txt)", place: Self.place
        ).parts()
        func dataset(_ index: DirectoryIndex, isShuffled: Bool) -> TextDataset {
            TextDataset(
                index, labelMode: parts.labelMode, batchSize: batchSize, maxLength: maxLength,
                shuffle: isShuffled, seed: parts.seed)
        }
        guard let subset, let validation = parts.validation else {
            return [dataset(parts.training, isShuffled: shuffle)]
        }
        switch subset {
        case .validation: return [dataset(validation, isShuffled: shuffle)]
        // As in Keras: validation data of both keep one order.
        case .both:
            return [
                dataset(parts.training, isShuffled: shuffle),
                dataset(validation, isShuffled: false),
            ]
        case .training, .unknown: return [dataset(parts.training, isShuffled: shuffle)]
        }
    }
}
