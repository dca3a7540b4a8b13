import KeratinCore
import KeratinModels
import KeratinTensor

/// What is wanted of the files in a folder, by the rules of Keras's data sets from folders.
struct DirectoryRequest {
    let directory: String
    let labels: DirectoryLabels?
    let labelMode: LabelMode?
    let classNames: [String]?
    let shuffle: Bool
    let seed: Int?
    let validationSplit: Double?
    /// nil beside a split: both parts are used by one call, which needs no seed to keep them apart.
    let subset: DatasetSubset?
    let followLinks: Bool
    let verbose: Bool
    /// The ends of the files' names, in small letters.
    let suffixes: [String]
    /// What messages call the files.
    let files: String
    /// The function that asks.
    let place: String

    /// The files in two parts.
    struct Parts {
        let training: DirectoryIndex
        /// nil: nothing is held back.
        let validation: DirectoryIndex?
        /// nil: no labels.
        let labelMode: LabelMode?
        /// Of the orders of later walks.
        let seed: Int
    }

    /// - Throws: `KeratinError` for arguments that do not fit, a folder without such files, and a class without files.
    func parts() throws -> Parts {
        try check()
        let seed = seed ?? Int(RandomSeed.next() % 1_000_000)
        let hasLabels = labels != nil && labelMode != nil
        var index = try DirectoryIndex(
            directory, labels: hasLabels ? labels : nil, suffixes: suffixes,
            classNames: classNames, followLinks: followLinks, at: place)
        guard !index.paths.isEmpty else {
            throw KeratinError(.invalidData, "holds no \(files)", at: directory)
        }
        if hasLabels { try checkClasses(index.classNames ?? []) }
        let count = index.paths.count
        report(
            "Found \(count) files"
                + (index.classNames.map { " belonging to \($0.count) classes." } ?? "."))
        if shuffle { try index.shuffle(seed: seed, at: place) }
        let mode = hasLabels ? labelMode : nil
        guard let validationSplit else {
            return Parts(training: index, validation: nil, labelMode: mode, seed: seed)
        }
        let held = Int(validationSplit * Double(count))
        guard held > 0, held < count else {
            throw refused(
                "of \(count) files the validationSplit \(validationSplit) leaves no files for one of the parts"
            )
        }
        let rest = count - held
        if subset != .validation { report("Using \(rest) files for training.") }
        if subset != .training { report("Using \(held) files for validation.") }
        return Parts(
            training: index.part(0..<rest), validation: index.part(rest..<count), labelMode: mode,
            seed: seed)
    }

    private func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: place)
    }

    private func report(_ text: String) {
        if verbose { InteractiveLogging.message(text) }
    }

    private func check() throws {
        if case .unknown(let word) = labelMode {
            throw refused("labelMode is int, categorical, binary or nil, got '\(word)'")
        }
        if case .unknown(let word) = subset {
            throw refused("subset is training, validation or both, got '\(word)'")
        }
        if let validationSplit, !(validationSplit > 0 && validationSplit < 1) {
            throw refused("validationSplit must be between 0 and 1, got \(validationSplit)")
        }
        guard validationSplit != nil || subset == nil else {
            throw refused("validationSplit and subset go together: give both or none")
        }
        guard subset == nil || !shuffle || seed != nil else {
            throw refused(
                "a split of shuffled files needs a seed, so that its parts have no file in common")
        }
    }

    private func checkClasses(_ names: [String]) throws {
        if labelMode == .binary, names.count != 2 {
            throw refused("labelMode .binary needs 2 classes, got \(names.count): \(names)")
        }
        if labelMode == .categorical, case .numbers(let numbers) = labels,
            let wrong = numbers.first(where: { $0 < 0 || $0 >= names.count })
        {
            throw refused(
                "labelMode .categorical needs class numbers below \(names.count), got \(wrong)")
        }
    }
}
