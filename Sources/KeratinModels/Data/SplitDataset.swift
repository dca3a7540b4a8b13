import KeratinCore
import KeratinTensor

/// How large a part of a data set is: a number of samples (`80`), or a fraction of them (`0.8`).
public protocol SplitSize: Sendable {
    /// The number of samples among so many; nil if the size is out of range: a number must be in 1..<total, a fraction between 0 and 1.
    func samples(of total: Int) -> Int?
}

extension Int: SplitSize {
    /// The number itself.
    public func samples(of total: Int) -> Int? { self > 0 && self < total ? self : nil }
}

extension Double: SplitSize {
    /// The fraction, rounded to a whole number of samples.
    public func samples(of total: Int) -> Int? {
        // Python's round: halves go to the even number.
        self > 0 && self < 1 ? Int((self * Double(total)).rounded(.toNearestOrEven)) : nil
    }
}

extension Float: SplitSize {
    /// The fraction, rounded to a whole number of samples.
    public func samples(of total: Int) -> Int? { Double("\(self)")?.samples(of: total) }
}

/// A data set in two parts, as Keras's `split_dataset` makes them:
///
/// ```swift
/// let (training, validation) = try splitDataset(Dataset(x, y), leftSize: 0.8, shuffle: true, seed: 1)
/// ```
///
/// The data set is walked over once. Of arrays only the samples' numbers are kept, of others the elements. Batches are taken apart and
/// made again.
/// - Parameters:
///   - dataset: with an end.
///   - leftSize: samples of the first part, as a number or a fraction; nil: what `rightSize` leaves.
///   - rightSize: samples of the second part, from the end; nil: what `leftSize` leaves.
///   - shuffle: whether the samples are reordered before. It is not the order of Keras.
///   - seed: of the order; nil follows `setRandomSeed`.
/// - Throws: `KeratinError` for sizes that are none or too large, a part without samples, a data set without an end, and what goes wrong
///   in the walk.
public func splitDataset<Element>(
    _ dataset: Dataset<Element>, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<Element>, Dataset<Element>) {
    let split = DatasetSplit(
        leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
    if let arrays = dataset.arrays {
        _ = try arrays.hostArrays()
        let (left, right) = try split.parts(of: arrays.numbers)
        func part(_ numbers: [Int]) -> Dataset<Element> {
            dataset.reordered(
                { _ in .elements(of: numbers, count: .known(numbers.count), isFree: true) },
                { $0 })
        }
        return (part(left), part(right))
    }
    let (left, right) = try split.parts(of: dataset.stage)
    func part(_ elements: [Element]) -> Dataset<Element> {
        Dataset(
            .elements(of: elements, count: .known(elements.count), isFree: true),
            batching: dataset.batching)
    }
    return (part(left), part(right))
}

/// Batches in two parts; see above. Samples are counted, not batches, and become batches of the same size again.
/// - Throws: `KeratinError`, see above.
public func splitDataset(
    _ dataset: Dataset<Tensor>, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<Tensor>, Dataset<Tensor>) {
    try splitBatches(
        dataset, dataset.unbatched(),
        DatasetSplit(leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
    ) { $0.batched($1.size, dropRemainder: $1.dropsRemainder) }
}

/// Batches in two parts; see above. Samples are counted, not batches, and become batches of the same size again.
/// - Throws: `KeratinError`, see above.
public func splitDataset(
    _ dataset: Dataset<(Tensor, Tensor)>, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<(Tensor, Tensor)>, Dataset<(Tensor, Tensor)>) {
    try splitBatches(
        dataset, dataset.unbatched(),
        DatasetSplit(leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
    ) { $0.batched($1.size, dropRemainder: $1.dropsRemainder) }
}

/// Batches in two parts; see above. Samples are counted, not batches, and become batches of the same size again.
/// - Throws: `KeratinError`, see above.
public func splitDataset(
    _ dataset: Dataset<(Tensor, Tensor, Tensor)>, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<(Tensor, Tensor, Tensor)>, Dataset<(Tensor, Tensor, Tensor)>) {
    try splitBatches(
        dataset, dataset.unbatched(),
        DatasetSplit(leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
    ) { $0.batched($1.size, dropRemainder: $1.dropsRemainder) }
}

/// The samples [samples, …] of an array in two parts; see above.
/// - Throws: `KeratinError`, see above.
public func splitDataset(
    _ x: some TensorConvertible, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<Tensor>, Dataset<Tensor>) {
    try splitDataset(
        Dataset(x), leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
}

/// Samples [samples, …] with their labels in two parts; see above.
/// - Throws: `KeratinError`, see above.
public func splitDataset(
    _ x: some TensorConvertible, _ y: some TensorConvertible, leftSize: (any SplitSize)? = nil,
    rightSize: (any SplitSize)? = nil, shuffle: Bool = false, seed: Int? = nil
) throws -> (Dataset<(Tensor, Tensor)>, Dataset<(Tensor, Tensor)>) {
    try splitDataset(
        Dataset(x, y), leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
}

private func splitBatches<Element>(
    _ dataset: Dataset<Element>, _ samples: Dataset<Element>, _ split: DatasetSplit,
    _ batched: (Dataset<Element>, Batching) -> Dataset<Element>
) throws -> (Dataset<Element>, Dataset<Element>) {
    func parts(_ dataset: Dataset<Element>) throws -> (Dataset<Element>, Dataset<Element>) {
        try splitDataset(
            dataset, leftSize: split.leftSize, rightSize: split.rightSize, shuffle: split.shuffle,
            seed: split.seed)
    }
    guard let batching = dataset.batching else { return try parts(dataset) }
    let (left, right) = try parts(samples)
    return (batched(left, batching), batched(right, batching))
}

/// How a data set is split.
private struct DatasetSplit {
    let leftSize: (any SplitSize)?
    let rightSize: (any SplitSize)?
    let shuffle: Bool
    let seed: Int?

    func parts<Element>(of stage: DatasetStage<Element>) throws -> ([Element], [Element]) {
        guard leftSize != nil || rightSize != nil else {
            throw refused("needs a leftSize or a rightSize")
        }
        guard stage.count != .endless else { throw refused("cannot split what has no end") }
        var elements: [Element] = []
        let walk = stage.begin()
        let carrier = ErrorCarrier<Element>.known
        while let element = try walk() {
            if let error = carrier?.error(element) { throw error }
            elements.append(element)
        }
        if shuffle {
            var generator = PhiloxGenerator(
                seed: seed.map { UInt64(bitPattern: Int64($0)) } ?? RandomSeed.next(), stream: 4)
            elements.shuffle(using: &generator)
        }
        let (left, right) = try sizes(elements.count)
        return (Array(elements.prefix(left)), Array(elements.suffix(right)))
    }

    private func sizes(_ total: Int) throws -> (Int, Int) {
        func samples(_ size: (any SplitSize)?, _ name: String) throws -> Int? {
            guard let size else { return nil }
            guard let count = size.samples(of: total) else {
                throw refused(
                    "\(name) must be a number of samples below the data set's \(total), or a fraction between 0 and 1, got \(size)"
                )
            }
            return count
        }
        let (first, second) = (
            try samples(leftSize, "leftSize"), try samples(rightSize, "rightSize")
        )
        let left = first ?? total - (second ?? 0)
        let right = second ?? total - left
        guard left > 0, right > 0, left + right <= total else {
            throw refused(
                "\(total) samples cannot be split into \(left) and \(right): both parts need samples, and there are not more"
            )
        }
        return (left, right)
    }

    private func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: "splitDataset")
    }
}
