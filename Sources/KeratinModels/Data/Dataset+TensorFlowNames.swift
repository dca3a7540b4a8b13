import KeratinTensor

// What a user of TensorFlow's data sets writes: `Dataset(x, y).shuffle(1024).batch(32).prefetch(2)`.
extension Dataset {
    /// `shuffled(bufferSize:seed:reshuffleEachIteration:)`.
    public func shuffle(
        _ bufferSize: Int? = nil, seed: Int? = nil, reshuffleEachIteration: Bool = true
    ) -> Dataset {
        shuffled(
            bufferSize: bufferSize, seed: seed, reshuffleEachIteration: reshuffleEachIteration)
    }

    /// `repeated(_:)`.
    public func `repeat`(_ count: Int? = nil) -> Dataset { repeated(count) }

    /// `prefix(_:)`.
    public func take(_ count: Int) -> Dataset { prefix(count) }

    /// `dropFirst(_:)`.
    public func skip(_ count: Int) -> Dataset { dropFirst(count) }

    /// `cached()`.
    public func cache() -> Dataset { cached() }

    /// `prefetched(_:)`.
    public func prefetch(_ bufferSize: Int = 2) -> Dataset { prefetched(bufferSize) }

    /// `enumerated()`.
    public func enumerate() -> Dataset<(offset: Int, element: Element)> { enumerated() }

    /// `concatenated(with:)`.
    public func concatenate(_ other: Dataset) -> Dataset { concatenated(with: other) }

    /// `batched(_:dropRemainder:)`, of elements that are no tensors.
    public func batch(_ batchSize: Int, dropRemainder: Bool = false) -> Dataset<[Element]> {
        batched(batchSize, dropRemainder: dropRemainder)
    }

    /// `count`: nil if only a walk could tell, or if there is no end.
    public func cardinality() -> Int? { count }
}

extension Dataset where Element == Tensor {
    /// `batched(_:dropRemainder:)`.
    public func batch(_ batchSize: Int, dropRemainder: Bool = false) -> Dataset {
        batched(batchSize, dropRemainder: dropRemainder)
    }

    /// `unbatched()`.
    public func unbatch() -> Dataset { unbatched() }
}

extension Dataset where Element == (Tensor, Tensor) {
    /// `batched(_:dropRemainder:)`.
    public func batch(_ batchSize: Int, dropRemainder: Bool = false) -> Dataset {
        batched(batchSize, dropRemainder: dropRemainder)
    }

    /// `unbatched()`.
    public func unbatch() -> Dataset { unbatched() }
}

extension Dataset where Element == (Tensor, Tensor, Tensor) {
    /// `batched(_:dropRemainder:)`.
    public func batch(_ batchSize: Int, dropRemainder: Bool = false) -> Dataset {
        batched(batchSize, dropRemainder: dropRemainder)
    }

    /// `unbatched()`.
    public func unbatch() -> Dataset { unbatched() }
}
