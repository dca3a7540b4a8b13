import KeratinCore
import KeratinTensor

extension Dataset {
    /// The elements in another order: each walk draws a new one, the same ones in the same turn for a seed.
    ///
    /// Batches are shuffled as they are; samples are shuffled before they become batches: `shuffled().batched(32)`.
    /// - Parameters:
    ///   - bufferSize: an element is drawn from so many; nil: from all. Of arrays only the samples' numbers are buffered.
    ///   - seed: nil follows `setRandomSeed`.
    ///   - reshuffleEachIteration: whether each walk has an order of its own.
    public func shuffled(
        bufferSize: Int? = nil, seed: Int? = nil, reshuffleEachIteration: Bool = true
    ) -> Dataset {
        let seed = seed.map { UInt64(bitPattern: Int64($0)) }
        return reordered(
            {
                $0.shuffled(bufferSize: bufferSize, seed: seed, eachTime: reshuffleEachIteration)
            },
            {
                $0.shuffled(bufferSize: bufferSize, seed: seed, eachTime: reshuffleEachIteration)
            })
    }

    /// The elements so many times, one walk behind the other; each is shuffled anew if it is shuffled.
    /// - Parameter count: nil: without an end.
    public func repeated(_ count: Int? = nil) -> Dataset {
        reordered({ $0.repeated(count) }, { $0.repeated(count) })
    }

    /// So many elements from the start, or all if there are fewer.
    public func prefix(_ maxLength: Int) -> Dataset {
        reordered({ $0.prefix(maxLength) }, { $0.prefix(maxLength) })
    }

    /// The elements without so many at the start.
    public func dropFirst(_ k: Int = 1) -> Dataset {
        reordered({ $0.dropFirst(k) }, { $0.dropFirst(k) })
    }

    /// The data set with its elements chosen anew: of arrays the samples' numbers, else the elements.
    func reordered(
        _ numbers: (DatasetStage<Int>) -> DatasetStage<Int>,
        _ elements: (DatasetStage<Element>) -> DatasetStage<Element>
    ) -> Dataset {
        guard var arrays else { return Dataset(elements(stage), batching: batching) }
        arrays.numbers = numbers(arrays.numbers)
        return Dataset(arrays)
    }
}
