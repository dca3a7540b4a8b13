import KeratinCore
import KeratinModels
import KeratinTensor

/// The pictures of the files in a folder, one subfolder for each class:
///
/// ```swift
/// let photos = try imageDatasetFromDirectory("photos", imageSize: [160, 160], validationSplit: 0.2, seed: 1)
/// try model.fit(photos.training, epochs: 3, validationData: photos.validation)
/// ```
///
/// Files are ordered and held back as in Keras: by their paths, then, if they are shuffled, by NumPy's order for the seed; the last part is
/// for validation. JPEG, PNG and WebP files are read; GIF and BMP files, which Keras reads too, end a walk with an error that names them.
/// - Parameters:
///   - directory: the folder; `~` is the home folder.
///   - labels: `"inferred"`: from the subfolders; or a number for each file in the order of their paths; nil: none.
///   - labelMode: how labels are written; nil: none.
///   - classNames: which subfolders are taken, in which order; nil: all, by their names.
///   - colorMode: `.rgb`, `.grayscale` or `.rgba`; see `loadImage`.
///   - batchSize: pictures in each batch, 1 or more; nil: pictures one by one, without the batch's axis.
///   - imageSize: height and width, to which all pictures are resized.
///   - shuffle: whether the files are reordered, and again for each walk over training data. The order of a walk is not that of Keras.
///   - seed: of the orders, 0 or more; nil follows `setRandomSeed`. A `subset` of shuffled files needs one.
///   - validationSplit: the part of the files that is held back, between 0 and 1; nil: none.
///   - subset: which part this is; `.both` gives two data sets: `let (train, validation) = try …`. nil: the data set has both parts.
///   - interpolation: `.bilinear`, `.nearest`, `.bicubic`, `.area`, `.lanczos3`, `.lanczos5`, `.gaussian` or `.mitchellcubic`, without
///     antialiasing, as TensorFlow computes them.
///   - followLinks: whether folders that are symbolic links are looked into.
///   - cropToAspectRatio: whether the largest part in the middle with the aspect of `imageSize` is taken.
///   - padToAspectRatio: whether pictures stand whole between black bars.
///   - verbose: whether it is printed how many files were found.
/// - Throws: `KeratinError` for a folder without such files, a class without files, and arguments that do not fit.
public func imageDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, colorMode: ColorMode = .rgb, batchSize: Int? = 32,
    imageSize: [Int] = [256, 256], shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double? = nil, subset: DatasetSubset? = nil,
    interpolation: ImageInterpolation = .bilinear, followLinks: Bool = false,
    cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false, verbose: Bool = true
) throws -> ImageDataset {
    let folder = ImageFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        colorMode: colorMode, batchSize: batchSize, imageSize: imageSize, shuffle: shuffle,
        seed: seed, validationSplit: validationSplit, subset: subset, interpolation: interpolation,
        followLinks: followLinks, crops: cropToAspectRatio, pads: padToAspectRatio, verbose: verbose
    )
    guard subset != .both else {
        throw folder.refused(
            "subset .both gives two data sets: let (train, validation) = try imageDatasetFromDirectory(…)"
        )
    }
    return try folder.datasets()[0]
}

/// The training and the validation part of the pictures in a folder at once, with `subset: .both`; see above.
/// - Throws: `KeratinError`, see above; and for any other subset.
@_disfavoredOverload
public func imageDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, colorMode: ColorMode = .rgb, batchSize: Int? = 32,
    imageSize: [Int] = [256, 256], shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double, subset: DatasetSubset,
    interpolation: ImageInterpolation = .bilinear, followLinks: Bool = false,
    cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false, verbose: Bool = true
) throws -> (training: ImageDataset, validation: ImageDataset) {
    let folder = ImageFolder(
        directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
        colorMode: colorMode, batchSize: batchSize, imageSize: imageSize, shuffle: shuffle,
        seed: seed, validationSplit: validationSplit, subset: subset, interpolation: interpolation,
        followLinks: followLinks, crops: cropToAspectRatio, pads: padToAspectRatio, verbose: verbose
    )
    guard subset == .both else {
        throw folder.refused("two data sets are the subset .both, got .\(subset)")
    }
    let datasets = try folder.datasets()
    return (training: datasets[0], validation: datasets[1])
}

/// The same with the size first and the seed behind the split.
/// - Throws: `KeratinError`, see above.
@_disfavoredOverload
public func imageDatasetFromDirectory(
    _ directory: String, imageSize: [Int], batchSize: Int? = 32, validationSplit: Double? = nil,
    seed: Int? = nil, labelMode: LabelMode? = .int, colorMode: ColorMode = .rgb,
    shuffle: Bool = true, subset: DatasetSubset? = nil,
    interpolation: ImageInterpolation = .bilinear, verbose: Bool = true
) throws -> ImageDataset {
    try imageDatasetFromDirectory(
        directory, labelMode: labelMode, colorMode: colorMode, batchSize: batchSize,
        imageSize: imageSize, shuffle: shuffle, seed: seed, validationSplit: validationSplit,
        subset: subset, interpolation: interpolation, verbose: verbose)
}

/// The arguments of `imageDatasetFromDirectory`.
private struct ImageFolder {
    let directory: String
    let labels: DirectoryLabels?
    let labelMode: LabelMode?
    let classNames: [String]?
    let colorMode: ColorMode
    let batchSize: Int?
    let imageSize: [Int]
    let shuffle: Bool
    let seed: Int?
    let validationSplit: Double?
    let subset: DatasetSubset?
    let interpolation: ImageInterpolation
    let followLinks: Bool
    let crops: Bool
    let pads: Bool
    let verbose: Bool

    private static let place = "imageDatasetFromDirectory"

    func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: Self.place)
    }

    /// One data set, or those of both subsets.
    func datasets() throws -> [ImageDataset] {
        let reader = try reader()
        let parts = try DirectoryRequest(
            directory: directory, labels: labels, labelMode: labelMode, classNames: classNames,
            shuffle: shuffle, seed: seed, validationSplit: validationSplit, subset: subset,
            followLinks: followLinks, verbose: verbose, suffixes: ImageFormat.suffixes,
            files: "pictures (\(ImageFormat.suffixes.joined(separator: ", ")))", place: Self.place
        ).parts()
        func dataset(
            _ index: DirectoryIndex, isShuffled: Bool, validation: DirectoryIndex? = nil
        ) -> ImageDataset {
            ImageDataset(
                index, labelMode: parts.labelMode, reader: reader, shuffle: isShuffled,
                seed: parts.seed, validation: validation)
        }
        switch subset {
        case .both:
            guard let validation = parts.validation else {
                throw refused("validationSplit and subset go together: give both or none")
            }
            // As in Keras: validation data of both keep one order.
            return [
                dataset(parts.training, isShuffled: shuffle),
                dataset(validation, isShuffled: false),
            ]
        case .validation:
            return [dataset(parts.validation ?? parts.training, isShuffled: shuffle)]
        case .training: return [dataset(parts.training, isShuffled: shuffle)]
        case nil, .unknown:
            return [
                dataset(parts.training, isShuffled: shuffle, validation: parts.validation)
            ]
        }
    }

    private func reader() throws -> ImageBatchReader {
        if let batchSize, batchSize <= 0 {
            throw refused("a batch needs at least one picture, got \(batchSize)")
        }
        guard !crops || !pads else {
            throw refused("cropToAspectRatio and padToAspectRatio exclude each other")
        }
        let size = try ImageSize(imageSize, "imageSize", at: Self.place)
        do { _ = try FloatWeights(interpolation, count: 1, inputs: 1) } catch let error
            as KeratinError
        { throw error.located(at: Self.place) }
        return try ImageBatchReader(
            colorMode: colorMode,
            fitting: ImageFitting(
                height: size.height, width: size.width, interpolation: interpolation,
                aspect: crops ? .crop : pads ? .pad : .free),
            batchSize: batchSize, threads: Swift.min(AllowedProcessors.count, 16), at: Self.place)
    }
}
