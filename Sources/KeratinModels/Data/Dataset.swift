import KeratinCore
import KeratinTensor

/// Samples of arrays, one after the other or in batches, for loops of one's own:
///
/// ```swift
/// for (x, y) in Dataset(train.x, train.y).shuffled(seed: epoch).batched(64) { … }
/// ```
///
/// An element is what the arrays were given as: a tensor, or a pair of them. Batches are [samples, …]; the numbers stay in host memory until
/// an operation needs them. Arrays of different lengths make elements that carry the error. `TrainingLimits` hold for batches.
public struct Dataset<Element>: Sequence {
    private let arrays: [Tensor]
    private let element: ([Tensor]) -> Element
    private var shuffling: (seed: UInt64?, eachTime: Bool)?
    private var batchSize: Int?
    private var dropsRemainder = false

    private init(_ arrays: [Tensor], _ element: @escaping ([Tensor]) -> Element) {
        self.arrays = arrays
        self.element = element
    }

    /// The number of elements: samples, or batches.
    public var count: Int {
        let samples = Swift.max(arrays.map { $0.shape.first }.min() ?? 0, 0)
        guard let batchSize, batchSize > 0 else { return samples }
        let (full, rest) = samples.quotientAndRemainder(dividingBy: batchSize)
        return dropsRemainder || rest == 0 ? full : full + 1
    }

    /// The samples in another order: each walk draws a new one, the same ones in the same turn for a seed.
    /// - Parameters:
    ///   - seed: nil follows `setRandomSeed`.
    ///   - reshuffleEachIteration: whether each walk has an order of its own.
    public func shuffled(seed: Int? = nil, reshuffleEachIteration: Bool = true) -> Dataset {
        var copy = self
        copy.shuffling = (seed.map { UInt64(bitPattern: Int64($0)) }, reshuffleEachIteration)
        copy.walks = Walks()
        return copy
    }

    /// Batches of samples in their order; the last one takes the rest.
    /// - Parameters:
    ///   - size: samples in each batch.
    ///   - dropRemainder: whether a last batch of fewer is left out.
    public func batched(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        var copy = self
        copy.batchSize = size
        copy.dropsRemainder = dropRemainder
        return copy
    }

    /// How often the samples were walked over.
    private final class Walks: Sendable {
        private let count = Locked(0)
        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private var walks = Walks()

    public func makeIterator() -> Iterator {
        Iterator(
            dataset: self, order: order(),
            most: batchSize == nil ? .max : TrainingLimits.steps(count))
    }

    /// The samples' numbers in the order of a walk.
    private func order() -> [Int] {
        var order = Array(0..<Swift.max(arrays.map { $0.shape.first }.min() ?? 0, 0))
        guard let shuffling else { return order }
        let walk = shuffling.eachTime ? walks.next() : 0
        var generator = PhiloxGenerator(
            seed: (shuffling.seed ?? RandomSeed.next()) &+ UInt64(walk), stream: 3)
        order.shuffle(using: &generator)
        return order
    }

    /// Walks over the elements once.
    public struct Iterator: IteratorProtocol {
        fileprivate let dataset: Dataset
        fileprivate let order: [Int]
        /// How many elements there may be yet.
        private var most: Int
        private var position = 0
        private var hasFailed = false

        fileprivate init(dataset: Dataset, order: [Int], most: Int) {
            self.dataset = dataset
            self.order = order
            self.most = most
        }

        /// The next element; nil at the end. What is wrong with the data is an element that carries the error, and the last one.
        public mutating func next() -> Element? {
            if hasFailed { return nil }
            do {
                try dataset.check()
                guard let size = dataset.batchSize else {
                    guard position < order.count else { return nil }
                    defer { position += 1 }
                    return dataset.element(try dataset.samples([order[position]]).map { $0[0] })
                }
                let rest = order[position...].prefix(size)
                guard !rest.isEmpty, most > 0, !dataset.dropsRemainder || rest.count == size
                else { return nil }
                most -= 1
                position += rest.count
                return dataset.element(try dataset.samples(Array(rest)))
            } catch {
                hasFailed = true
                return dataset.element(dataset.arrays.map { _ in Tensor(failed: error) })
            }
        }
    }

    /// - Throws: `KeratinError` if the arrays do not belong together, or a batch has no samples.
    private func check() throws {
        for array in arrays {
            try array.check()
            guard array.hasNumbers else {
                throw KeratinError(
                    .invalidState, "takes arrays with numbers, not symbolic or recorded ones",
                    at: "Dataset")
            }
        }
        let shapes = arrays.map { "\($0.shape)" }.joined(separator: " and ")
        guard arrays.allSatisfy({ $0.rank > 0 }), Set(arrays.map { $0.shape.first }).count <= 1
        else {
            throw KeratinError(
                .shapeMismatch,
                "the arrays need one first axis, that of the samples, got \(shapes)",
                at: "Dataset")
        }
        if let batchSize, batchSize < 1 {
            throw KeratinError(
                .invalidArgument, "a batch needs at least one sample, got \(batchSize)",
                at: "Dataset")
        }
    }

    private func samples(_ numbers: [Int]) throws -> [Tensor] {
        try arrays.map { Tensor(try $0.hostArray().samples(numbers)) }
    }
}

extension Dataset where Element == Tensor {
    /// The samples of an array [samples, …].
    public init(_ x: some TensorConvertible) {
        self.init([x.tensor]) { $0[0] }
    }
}

extension Dataset where Element == (Tensor, Tensor) {
    /// Samples [samples, …] with their labels [samples, …].
    public init(_ x: some TensorConvertible, _ y: some TensorConvertible) {
        self.init([x.tensor, y.tensor]) { ($0[0], $0[1]) }
    }
}

extension Dataset where Element == (Tensor, Tensor, Tensor) {
    /// Samples [samples, …] with their labels and weights.
    public init(
        _ x: some TensorConvertible, _ y: some TensorConvertible,
        _ sampleWeight: some TensorConvertible
    ) {
        self.init([x.tensor, y.tensor, sampleWeight.tensor]) { ($0[0], $0[1], $0[2]) }
    }
}
