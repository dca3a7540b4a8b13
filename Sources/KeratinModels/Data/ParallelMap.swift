import KeratinCore
import KeratinTensor

/// Threads that make something of the elements of a walk, and stay ahead of whoever takes it. The order is that of the walk, whichever
/// thread is first.
///
/// They start when the first element is asked for, and end with the walk: at its end, at an error, or when nobody can ask any more.
final class ParallelMap<Element, Result>: @unchecked Sendable {
    // Unchecked: everything that changes, and the walk, is used under `signal` only; `transform` is made for several threads.
    private let walk: DatasetWalk<Element>
    private let transform: @Sendable (Element) throws -> Result
    /// The most elements that are being made or wait to be taken.
    private let ahead: Int
    private let signal = Signal()
    /// What is made and not yet taken, by its number.
    private var made: [Int: Swift.Result<Result, any Error>] = [:]
    private var begun = 0
    private var taken = 0
    /// Whether no element is begun any more.
    private var isOver = false

    private init(
        _ walk: @escaping DatasetWalk<Element>, ahead: Int,
        _ transform: @escaping @Sendable (Element) throws -> Result
    ) {
        self.walk = walk
        self.ahead = ahead
        self.transform = transform
    }

    /// Lives as long as somebody may ask for elements.
    private final class Reader {
        let map: ParallelMap
        var isRunning = false
        init(_ map: ParallelMap) { self.map = map }
        deinit { map.abandon() }
    }

    /// What a closure makes of the elements of a walk, on so many threads. The walk must draw no seeds: which thread it is on is chance.
    static func walk(
        _ walk: @escaping DatasetWalk<Element>, threads: Int, ahead: Int,
        _ transform: @escaping @Sendable (Element) throws -> Result
    ) -> DatasetWalk<Result> {
        let reader = Reader(ParallelMap(walk, ahead: Swift.max(ahead, 1), transform))
        return {
            if !reader.isRunning {
                try reader.map.start(Swift.max(threads, 1))
                reader.isRunning = true
            }
            return try reader.map.take()
        }
    }

    /// Each thread has a hold of its own, which it gives up at its end.
    private func start(_ threads: Int) throws {
        for number in 0..<threads {
            do {
                try WorkerThread.start { [self] in while step() {} }
            } catch {
                // One is enough to go on.
                if number == 0 { throw error }
                return
            }
        }
    }

    // MARK: The threads

    /// - Returns: whether there may be more to do.
    private func step() -> Bool {
        let next: (number: Int, element: Element)? = signal.change {
            while begun - taken >= ahead, !isOver { signal.wait() }
            guard !isOver else { return nil }
            do {
                guard let element = try walk() else {
                    isOver = true
                    return nil
                }
                begun += 1
                return (begun - 1, element)
            } catch {
                made[begun] = .failure(error)
                begun += 1
                isOver = true
                return nil
            }
        }
        guard let next else { return false }
        let result = Swift.Result { try transform(next.element) }
        return signal.change {
            made[next.number] = result
            if case .failure = result { isOver = true }
            return !isOver
        }
    }

    // MARK: Whoever takes elements

    private func take() throws -> Result? {
        try signal.change {
            while made[taken] == nil, !isOver || taken < begun { signal.wait() }
            guard let result = made.removeValue(forKey: taken) else { return nil }
            taken += 1
            return try result.get()
        }
    }

    private func abandon() { signal.change { isOver = true } }
}

extension Dataset {
    /// What a closure makes of each element on so many threads of each walk's own, in the elements' order.
    /// - Parameters:
    ///   - ahead: the most elements that are being made or wait to be taken.
    ///   - transform: what it throws ends the walk, behind the elements before.
    package func mapped<Result>(
        threads: Int, ahead: Int, _ transform: @escaping @Sendable (Element) throws -> Result
    ) -> Dataset<Result> {
        guard stage.isFree else { return mapped(transform) }
        let stage = stage
        return Dataset<Result>(
            DatasetStage<Result>(stage.count) {
                ParallelMap.walk(stage.begin(), threads: threads, ahead: ahead, transform)
            }, batching: batching)
    }
}
