import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Trains the model on batches that come in their own time: from a network, a camera, another task. The sequence is one batch
    /// ahead of the training, which runs on a thread of its own, so that no task is held up.
    ///
    /// Each epoch walks over the sequence anew; what it throws ends `fit`. When the task is cancelled the training ends after its
    /// step. The callbacks belong to the training until it ends. See `fit(_:epochs:stepsPerEpoch:)` of sequences for the other
    /// arguments.
    /// - Returns: the metrics of each epoch.
    /// - Throws: what the sequence throws; `KeratinError` for batches that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit<Batches: AsyncSequence & Sendable, Inputs: ModelArrays, Labels: ModelArrays>(
        _ batches: Batches, epochs: Int = 1, stepsPerEpoch: Int? = nil,
        verbose: any Verbosity = 1, callbacks: [Callback] = [],
        validationData: (x: Inputs, y: Labels)? = nil, validationBatchSize: Int = 32,
        initialEpoch: Int = 0
    ) async throws -> History
    where Batches.Element == (Inputs, Labels), Inputs: Sendable, Labels: Sendable {
        let walks = AsyncWalks(batches)
        // The training has them alone while this task waits for it.
        nonisolated(unsafe) let callbacks = callbacks
        let verbosity = verbose.verbosity
        let (backend, seeds) = (Context.requested, RandomSeed.scope)
        defer { walks.end() }
        return try await withTaskCancellationHandler {
            try await onThread { [self] in
                try seeds.run {
                    try onBackend(backend) {
                        var options = FitOptions(
                            epochs: epochs, initialEpoch: initialEpoch, verbose: verbosity,
                            callbacks: callbacks)
                        options.isCancelled = { walks.isCancelled }
                        return try fit(
                            labelledWalks(stepsPerEpoch, walks.begin),
                            try validationData.map {
                                try validationSource($0, batchSize: validationBatchSize)
                            }, options)
                    }
                }
            }
        } onCancel: {
            walks.cancel()
        }
    }
}

private func onBackend<Result>(
    _ backend: (any Backend)?, _ body: () throws -> Result
) throws -> Result {
    if let backend { try withBackend(backend, body) } else { try body() }
}

/// Walks over an asynchronous sequence, one after the other.
private final class AsyncWalks<Batches: AsyncSequence & Sendable>: Sendable
where Batches.Element: Sendable {
    private let batches: Batches
    private let state = Locked<
        (task: Task<Void, Never>?, feed: AsyncFeed<Batches.Element>?, isCancelled: Bool)
    >(
        (nil, nil, false))

    init(_ batches: Batches) { self.batches = batches }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Begins a walk; what it gives waits for the next element.
    func begin() -> () throws -> Batches.Element? {
        end()
        let feed = AsyncFeed<Batches.Element>()
        let task = Task.detached { [batches] in
            do {
                for try await element in batches {
                    if Task.isCancelled { break }
                    await feed.put(element)
                }
                feed.finish()
            } catch {
                feed.finish(.failure(error))
            }
        }
        state.withLock { $0 = (task, feed, $0.isCancelled) }
        if isCancelled { feed.finish() }
        return { try feed.take() }
    }

    func end() {
        let (task, feed) = state.withLock { ($0.task, $0.feed) }
        task?.cancel()
        feed?.finish()
    }

    func cancel() {
        state.withLock { $0.isCancelled = true }
        end()
    }
}
