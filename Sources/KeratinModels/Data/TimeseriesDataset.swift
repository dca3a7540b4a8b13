import KeratinCore
import KeratinLayers
import KeratinTensor

/// Windows that slide over a series, by the rule of Keras's `timeseries_dataset_from_array`.
///
/// Window i takes the steps start, start + samplingRate, …, `sequenceLength` of them, and start is
/// i·`sequenceStride` from `startIndex` on. Its target is the one at its start: to forecast, hand over targets that are
/// shifted.
///
/// - Parameters:
///   - data: [steps, …].
///   - targets: [steps, …], or nil.
///   - sequenceLength: steps of a window.
///   - sequenceStride: steps from one window's start to the next one's.
///   - samplingRate: steps from one step of a window to the next.
///   - batchSize: windows of a batch; nil gives windows one by one, without a batch axis.
///   - shuffle: whether the windows are reordered, by `seed`. The order is not the one that Keras draws.
///   - startIndex: the first step that is used; nil: 0.
///   - endIndex: the step after the last that is used, less than there are; nil: all.
/// - Returns: the windows; none if not even one fits, as in Keras.
/// - Throws: `KeratinError` for arguments that Keras refuses.
public func timeseriesDataset(
    _ data: NDArray, targets: NDArray?, sequenceLength: Int, sequenceStride: Int = 1,
    samplingRate: Int = 1, batchSize: Int? = 128, shuffle: Bool = false, seed: UInt64? = nil,
    startIndex: Int? = nil, endIndex: Int? = nil
) throws -> TimeseriesDataset {
    let place = "timeseriesDataset"
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        guard condition else { throw KeratinError(.invalidArgument, message(), at: place) }
    }
    let data = try data.hostArray()
    let targets = try targets?.hostArray()
    try require(data.shape.rank > 0, "data must be [steps, …], got a scalar")
    let steps = data.count
    let start = startIndex ?? 0
    let end = endIndex ?? steps
    try require(
        start >= 0 && start < steps || startIndex == nil,
        "startIndex must be in 0..<\(steps), got \(start)")
    try require(
        // Keras takes 0 for an end before which nothing lies.
        endIndex == nil || endIndex == 0 || (end > start && end < steps),
        "endIndex must be above startIndex \(start) and below the data's \(steps) steps, got \(end)"
    )
    for (name, value) in [("samplingRate", samplingRate), ("sequenceStride", sequenceStride)] {
        try require(
            value > 0 && value < steps,
            "\(name) must be positive and below the data's \(steps) steps, got \(value)")
    }
    try require(sequenceLength > 0, "sequenceLength must be positive, got \(sequenceLength)")
    try require(batchSize ?? 1 > 0, "batchSize must be positive, got \(batchSize ?? 0)")
    let (reach, overflow) = (sequenceLength - 1).multipliedReportingOverflow(by: samplingRate)
    var count = overflow ? 0 : max(end - start - reach, 0)
    if let targets {
        try require(targets.shape.rank > 0, "targets must be [steps, …], got a scalar")
        count = min(count, targets.count)
    }
    var starts = stride(from: 0, to: count, by: sequenceStride).map { start + $0 }
    // As in Keras the number of targets limits the windows as if the first belonged to the first step.
    if let targets, let last = starts.last {
        try require(
            last < targets.count,
            "the last window starts at step \(last), but there are only \(targets.count) targets")
    }
    if shuffle {
        var generator = PhiloxGenerator(seed: seed ?? RandomSeed.next(), stream: 2)
        starts.shuffle(using: &generator)
    }
    return TimeseriesDataset(
        data: data, targets: targets, starts: starts, length: sequenceLength, rate: samplingRate,
        batchSize: batchSize)
}

/// Batches of windows over a series, made as they are asked for. `timeseriesDataset` makes it.
public struct TimeseriesDataset: Sequence, Sendable {
    /// x: [windows, sequenceLength, …]; y: [windows, …], the targets.
    public typealias Element = (x: NDArray, y: NDArray?)

    let data: HostArray
    let targets: HostArray?
    let starts: [Int]
    let length: Int
    let rate: Int
    /// Windows per batch, of which the last may have fewer; nil: one window at a time, without the batch axis.
    public let batchSize: Int?

    /// The number of windows.
    public var windowCount: Int { starts.count }

    /// All windows as arrays, which `fit` takes: x [windows, sequenceLength, …] and y [windows, …].
    ///
    /// Overlapping windows are copied, so x takes up to `sequenceLength` times the memory of the series.
    public func arrays() -> Element { windows(starts) }

    public func makeIterator() -> Iterator { Iterator(dataset: self) }

    /// Walks over the batches once.
    public struct Iterator: IteratorProtocol {
        let dataset: TimeseriesDataset
        private var position = 0

        init(dataset: TimeseriesDataset) { self.dataset = dataset }

        public mutating func next() -> Element? {
            let rest = dataset.starts[position...]
            guard let first = rest.first else { return nil }
            guard let size = dataset.batchSize else {
                position += 1
                return dataset.window(first)
            }
            let part = rest.prefix(size)
            position = part.endIndex
            return dataset.windows(Array(part))
        }
    }

    private func windows(_ starts: [Int]) -> Element {
        let steps = starts.flatMap { start in (0..<length).map { start + $0 * rate } }
        return (
            Tensor(data.gathered(steps, as: [starts.count, length])),
            targets.map { Tensor($0.gathered(starts, as: [starts.count])) }
        )
    }

    private func window(_ start: Int) -> Element {
        let steps = (0..<length).map { start + $0 * rate }
        return (
            Tensor(data.gathered(steps, as: [length])),
            targets.map { Tensor($0.gathered([start], as: [])) }
        )
    }
}
