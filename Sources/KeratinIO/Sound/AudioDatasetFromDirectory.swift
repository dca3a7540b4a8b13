import KeratinCore
import KeratinModels
import KeratinTensor

/// The sounds of the `.wav` files (PCM of 16 bits) in a folder, one subfolder for each class:
///
/// ```swift
/// let train = try audioDatasetFromDirectory("words", outputSequenceLength: 16_000, seed: 1, validationSplit: 0.2, subset: .training)
/// for (x, y) in train { … }                              // float32 [batch, samples, channels], int32 [batch]
/// ```
///
/// Files are ordered and held back as in Keras: by their paths, then, if they are shuffled, by NumPy's order for the seed; the last part is
/// for validation.
/// - Parameters:
///   - directory: the folder; `~` is the home folder.
///   - labels: `"inferred"`: from the subfolders; or a number for each file in the order of their paths; nil: none.
///   - labelMode: how labels are written; nil: none.
///   - classNames: which subfolders are taken, in which order; nil: all, by their names.
///   - batchSize: sounds in each batch, 1 or more.
///   - samplingRate: samples a second that every file must have, since sounds are not resampled; nil: any.
///   - outputSequenceLength: to how many samples sounds are cut or filled up with silence; nil: those of the longest of each batch.
///   - shuffle: whether the files are reordered, and again for each walk over training data. The order of a walk is not that of Keras.
///   - seed: of the orders, 0 or more; nil follows `setRandomSeed`. A split of shuffled files needs one.
///   - validationSplit: the part of the files that is held back, between 0 and 1; nil: none.
///   - subset: which part this is; `.both` gives two data sets: `let (train, validation) = try …`.
///   - followLinks: whether folders that are symbolic links are looked into.
///   - verbose: whether it is printed how many files were found.
/// - Throws: `KeratinError` for a folder without such files, a class without files, and arguments that do not fit.
public func audioDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int = 32, samplingRate: Int? = nil,
    outputSequenceLength: Int? = nil, shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double? = nil, subset: DatasetSubset? = nil, followLinks: Bool = false,
    verbose: Bool = true
) throws -> AudioDataset {
    let folder = AudioFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        batchSize: batchSize, samplingRate: samplingRate, length: outputSequenceLength,
        shuffle: shuffle, seed: seed, validationSplit: validationSplit, subset: subset,
        followLinks: followLinks, verbose: verbose)
    guard subset != .both else {
        throw folder.refused(
            "subset .both gives two data sets: let (train, validation) = try audioDatasetFromDirectory(…)"
        )
    }
    return try folder.datasets()[0]
}

/// The training and the validation part of the sounds in a folder at once, with `subset: .both`; see above.
/// - Throws: `KeratinError`, see above; and for any other subset.
@_disfavoredOverload
public func audioDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int = 32, samplingRate: Int? = nil,
    outputSequenceLength: Int? = nil, shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double, subset: DatasetSubset, followLinks: Bool = false,
    verbose: Bool = true
) throws -> (training: AudioDataset, validation: AudioDataset) {
    let folder = AudioFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        batchSize: batchSize, samplingRate: samplingRate, length: outputSequenceLength,
        shuffle: shuffle, seed: seed, validationSplit: validationSplit, subset: subset,
        followLinks: followLinks, verbose: verbose)
    guard subset == .both else {
        throw folder.refused("two data sets are the subset .both, got .\(subset)")
    }
    let datasets = try folder.datasets()
    return (training: datasets[0], validation: datasets[1])
}

/// The arguments of `audioDatasetFromDirectory`.
private struct AudioFolder {
    let directory: String
    let labels: DirectoryLabels?
    let labelMode: LabelMode?
    let classNames: [String]?
    let batchSize: Int
    let samplingRate: Int?
    let length: Int?
    let shuffle: Bool
    let seed: Int?
    let validationSplit: Double?
    let subset: DatasetSubset?
    let followLinks: Bool
    let verbose: Bool

    private static let place = "audioDatasetFromDirectory"

    func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: Self.place)
    }

    /// One data set, or those of both subsets.
    func datasets() throws -> [AudioDataset] {
        try check()
        let parts = try DirectoryRequest(
            directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
            shuffle: shuffle, seed: seed, validationSplit: validationSplit, subset: subset,
            followLinks: followLinks, verbose: verbose, suffixes: [".wav"], files: "sounds (.wav)",
            place: Self.place
        ).parts()
        func dataset(_ index: DirectoryIndex, isShuffled: Bool) -> AudioDataset {
            AudioDataset(
                index, labelMode: parts.labelMode, batchSize: batchSize, samplingRate: samplingRate,
                length: length, shuffle: isShuffled, seed: parts.seed)
        }
        guard let validation = parts.validation else {
            return [dataset(parts.training, isShuffled: shuffle)]
        }
        switch subset {
        case .validation: return [dataset(validation, isShuffled: shuffle)]
        case .both:
            // As in Keras: validation data of both keep one order.
            return [
                dataset(parts.training, isShuffled: shuffle),
                dataset(validation, isShuffled: false),
            ]
        default: return [dataset(parts.training, isShuffled: shuffle)]
        }
    }

    private func check() throws {
        guard batchSize > 0 else {
            throw refused("a batch needs at least one sound, got \(batchSize)")
        }
        if let samplingRate, samplingRate <= 0 {
            throw refused("samplingRate must be positive, got \(samplingRate)")
        }
        if let length, !(0...(1 << 30)).contains(length) {
            throw refused("outputSequenceLength must be 0 or more, got \(length)")
        }
        // Unlike pictures, sounds have no data set of both parts.
        guard (validationSplit == nil) == (subset == nil) else {
            throw refused("validationSplit and subset go together: give both or none")
        }
    }
}
