import KeratinCore
import KeratinLayers
import KeratinTensor

/// Elements one after the other, made as they are asked for: samples of arrays, the elements of any sequence, and what is made of them.
///
/// ```swift
/// for (x, y) in Dataset(train.x, train.y).shuffled(seed: epoch).batched(64) { … }
/// let data = Dataset(train.x, train.y).shuffled().batched(32).map { x, y in (x / 255, y) }.prefetched(2)
/// ```
///
/// Operations apply in the order in which they are written, and compute nothing before a walk asks. Each walk (`for … in`) begins anew.
/// Names of TensorFlow (`shuffle`, `batch`, `repeat`, `prefetch`, …) mean the same.
///
/// An element of arrays is what they were given as: a tensor, or a tuple of them. Batches are [samples, …]; the numbers stay in host
/// memory until an operation needs them. What is wrong (arrays of different lengths, an argument, an error that a closure throws) is
/// the last element of a walk: its tensors carry the error. `TrainingLimits` hold for batches.
public struct Dataset<Element>: Sequence {
    /// Samples that are chosen by their numbers; nil once something else was made of them.
    let arrays: ArraySamples<Element>?
    let stage: DatasetStage<Element>
    /// What the elements are batches of; nil: they are no batches.
    let batching: Batching?

    init(_ stage: DatasetStage<Element>, batching: Batching? = nil) {
        arrays = nil
        self.stage = stage
        self.batching = batching
    }

    init(_ arrays: ArraySamples<Element>) {
        self.arrays = arrays
        stage = arrays.samples
        batching = nil
    }

    /// The number of elements (samples, or batches) of a walk; nil if only a walk could tell, or if there is no end.
    public var count: Int? {
        if case .known(let count) = stage.count { count } else { nil }
    }

    /// Begins a walk.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// Walks over the elements once.
    public struct Iterator: IteratorProtocol {
        private var walk: DatasetWalk<Element>?
        private let carrier = ErrorCarrier<Element>.known
        /// How many elements there may be yet.
        private var most: Int
        /// What ended the walk, if it did not come to its end.
        ///
        /// Elements with tensors carry it too. Where the elements have none (texts, numbers), the walk ends with a warning.
        public private(set) var error: (any Error)?

        fileprivate init(_ dataset: Dataset) {
            walk = dataset.stage.begin()
            most =
                dataset.batching == nil || TrainingLimits.maxStepsPerEpoch == nil
                ? .max : TrainingLimits.steps(dataset.count ?? .max)
        }

        /// The next element; nil at the end.
        public mutating func next() -> Element? {
            guard let walk, most > 0 else { return nil }
            most -= 1
            do {
                guard let element = try walk() else {
                    self.walk = nil
                    return nil
                }
                if let failure = carrier?.error(element) {
                    error = failure
                    self.walk = nil
                }
                return element
            } catch {
                self.error = error
                self.walk = nil
                if let carrier { return carrier.make(error) }
                warn("a data set ended early: \(error)")
                return nil
            }
        }
    }
}

extension Dataset where Element == Tensor {
    /// The samples of an array [samples, …].
    public init(_ x: some TensorConvertible) {
        self.init(ArraySamples([x.tensor], DatasetParts.single.make))
    }
}

extension Dataset where Element == (Tensor, Tensor) {
    /// Samples [samples, …] with their labels [samples, …].
    public init(_ x: some TensorConvertible, _ y: some TensorConvertible) {
        self.init(ArraySamples([x.tensor, y.tensor], DatasetParts.pair.make))
    }
}

extension Dataset where Element == (Tensor, Tensor, Tensor) {
    /// Samples [samples, …] with their labels and weights.
    public init(
        _ x: some TensorConvertible, _ y: some TensorConvertible,
        _ sampleWeight: some TensorConvertible
    ) {
        self.init(
            ArraySamples([x.tensor, y.tensor, sampleWeight.tensor], DatasetParts.triple.make))
    }
}

extension Dataset {
    /// The elements of a sequence; each walk begins at its start, if the sequence can be walked over again (arrays, ranges, `CSVBatches`).
    @_disfavoredOverload
    public init<S: Sequence & Sendable>(_ elements: S) where S.Element == Element {
        let count = (elements as? any Collection).map { DatasetCount.known($0.count) }
        self.init(.elements(of: elements, count: count ?? .unknown, isFree: true))
    }

    /// The elements of a sequence that stays on the thread that walks: `prefetched` cannot stay ahead of it.
    @_disfavoredOverload
    public init<S: Sequence>(_ elements: S) where S.Element == Element {
        let count = (elements as? any Collection).map { DatasetCount.known($0.count) }
        self.init(.elements(of: elements, count: count ?? .unknown, isFree: false))
    }

    /// Elements that a closure makes.
    ///
    /// ```swift
    /// let draws = Dataset<(Tensor, Tensor)>(generator: {
    ///     var step = 0
    ///     return {
    ///         step += 1
    ///         return step <= 100 ? draw(step) : nil
    ///     }
    /// })
    /// ```
    /// - Parameter generator: begins a walk: gives a closure that gives the next element each time it is called, nil at the end. What that
    ///   throws ends the walk.
    public init(generator: @escaping @Sendable () -> () throws -> Element?) {
        self.init(DatasetStage(.unknown) { generator() })
    }
}
