import KeratinCore
import KeratinLayers
import KeratinTensor

/// Where the batches of epochs come from.
protocol BatchSource: AnyObject {
    /// How many batches an epoch has; nil: it has what comes.
    var steps: Int? { get }

    /// Begins an epoch, or a walk over samples that are only evaluated.
    func begin(epoch: Int) throws

    /// The next batch; nil at the end of the data.
    func next() throws -> StagedBatch?

    /// What else must be remembered to go on in the midst of the data.
    var position: SourcePosition { get }

    /// Goes on where another run was, before its epoch begins.
    func resume(at position: SourcePosition) throws
}

/// A batch that a plan can take.
struct StagedBatch {
    let data: StepData
    /// The samples' numbers in the data.
    let indices: ArraySlice<Int>
}

/// How far a run has come in its data.
package struct SourcePosition: Equatable, Sendable {
    /// What the orders of samples are drawn from.
    package var seed: UInt64 = 0
    /// How many walks over the data were begun.
    package var walks = 0
    /// How many batches the present walk has given.
    package var batches = 0
    /// Where the process's seeds were when the present walk began.
    package var walkSeed: RandomSeed.Snapshot?

    package init() {}
}

/// Batches of arrays, in an order of its own for each walk over them.
final class ArrayBatches: BatchSource {
    private let data: StepData
    private let batchSize: Int
    private let shuffle: Bool
    /// Steps of an epoch, where they are not what the samples give.
    private let stepsPerEpoch: Int?
    private var order: [Int]
    private(set) var position = SourcePosition()

    /// - Parameters:
    ///   - count: how many samples, from the first on, there are.
    ///   - stepsPerEpoch: steps after which an epoch ends; the next one goes on behind.
    init(
        _ data: StepData, count: Int, batchSize: Int, shuffle: Bool, stepsPerEpoch: Int? = nil
    ) {
        self.data = data
        self.batchSize = batchSize
        self.shuffle = shuffle
        self.stepsPerEpoch = stepsPerEpoch
        order = Array(0..<count)
        if shuffle { position.seed = RandomSeed.next() }
    }

    private var batches: Int { (order.count - 1) / batchSize + 1 }

    var steps: Int? { stepsPerEpoch ?? batches }

    func begin(epoch: Int) {
        // Where epochs have a length of their own they go on in the samples, and a walk begins when the last one is through.
        guard stepsPerEpoch == nil || position.walks == 0 || position.batches == batches else {
            return
        }
        position.walks += 1
        position.batches = 0
        reorder()
    }

    /// The order of a walk depends on nothing but the seed and the walk's number.
    private func reorder() {
        guard shuffle else { return }
        for index in order.indices { order[index] = index }
        var generator = PhiloxGenerator(
            seed: position.seed &+ UInt64(position.walks) &* 0x9E37_79B9_7F4A_7C15, stream: 1)
        order.shuffle(using: &generator)
    }

    func next() -> StagedBatch? {
        guard position.batches < batches else { return nil }
        let first = position.batches * batchSize
        position.batches += 1
        return StagedBatch(
            data: data,
            indices: order[
                first..<(order.count - first > batchSize ? first + batchSize : order.count)])
    }

    func resume(at position: SourcePosition) throws {
        guard position.batches >= 0, position.batches <= batches else {
            throw KeratinError(
                .invalidData,
                "the run that is to go on was at batch \(position.batches) of its data; now there are \(batches)"
            )
        }
        self.position = position
        if position.walks > 0 { reorder() }
    }
}

/// Batches of any sequence, one after the other.
final class SequenceBatches: BatchSource {
    private let make: () -> () throws -> StepParts<HostArray>?
    /// Knows what its inputs are converted to, once it is built.
    private unowned let model: Model
    private let stepsPerEpoch: Int?
    private var iterator: (() throws -> StepParts<HostArray>?)?
    private var isThrough = false
    /// Whether no batch of the epoch was taken yet.
    private var isAtStart = false
    private(set) var position = SourcePosition()

    /// - Parameters:
    ///   - make: begins a walk; what it gives returns the next batch, checked, or nil.
    ///   - stepsPerEpoch: steps after which an epoch ends; the next one goes on behind.
    init(
        for model: Model, stepsPerEpoch: Int?,
        _ make: @escaping () -> () throws -> StepParts<HostArray>?
    ) {
        self.make = make
        self.model = model
        self.stepsPerEpoch = stepsPerEpoch
    }

    var steps: Int? { stepsPerEpoch }

    func begin(epoch: Int) {
        isAtStart = true
        guard stepsPerEpoch == nil || iterator == nil || isThrough else { return }
        beginWalk()
    }

    private func beginWalk() {
        position.walkSeed = RandomSeed.snapshot
        iterator = make()
        isThrough = false
        position.walks += 1
        position.batches = 0
    }

    func next() throws -> StagedBatch? {
        defer { isAtStart = false }
        guard !isThrough, let parts = try taken() else {
            isThrough = true
            return nil
        }
        position.batches += 1
        let data = StepData(parts, inputTypes: model.inputTypes)
        return StagedBatch(data: data, indices: ArraySlice(0..<parts.count))
    }

    /// The next element. An epoch that finds the walk at its end begins another.
    private func taken() throws -> StepParts<HostArray>? {
        if let parts = try iterator?() { return parts }
        guard isAtStart, position.batches > 0 else { return nil }
        beginWalk()
        return try iterator?()
    }

    func resume(at position: SourcePosition) throws {
        // A sequence may count its walks, as one does that draws another order each time.
        while self.position.walks < position.walks {
            if self.position.walks == position.walks - 1, let seed = position.walkSeed {
                RandomSeed.restore(seed)
            }
            beginWalk()
        }
        // A walk that an epoch takes whole is through with it.
        while self.position.batches < position.batches {
            guard try iterator?() != nil else {
                throw KeratinError(
                    .invalidData,
                    "the run that is to go on had taken \(position.batches) batches; now there are \(self.position.batches)"
                )
            }
            self.position.batches += 1
        }
    }
}
