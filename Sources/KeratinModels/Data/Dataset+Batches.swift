import KeratinCore
import KeratinTensor

extension Dataset {
    /// Elements in arrays of so many, in their order; the last one takes the rest.
    ///
    /// Elements of tensors become tensors with a first axis more, see below; any others (texts, numbers) arrays.
    /// - Parameters:
    ///   - size: elements in each array, 1 or more.
    ///   - dropRemainder: whether a last array of fewer is left out.
    public func batched(_ size: Int, dropRemainder: Bool = false) -> Dataset<[Element]> {
        let batching = Batching(size: size, dropsRemainder: dropRemainder)
        return Dataset<[Element]>(stage.grouped(batching), batching: batching)
    }

    fileprivate func batched(
        _ size: Int, _ dropRemainder: Bool, _ parts: DatasetParts<Element>
    ) -> Dataset {
        let batching = Batching(size: size, dropsRemainder: dropRemainder)
        return Dataset(
            arrays?.batched(batching) ?? stage.batched(batching, parts), batching: batching)
    }
}

extension Dataset where Element == Tensor {
    /// Batches [samples, …] of elements in their order; the last one takes the rest. Elements of different shapes or types make one that
    /// carries the error.
    /// - Parameters:
    ///   - size: samples in each batch, 1 or more.
    ///   - dropRemainder: whether a last batch of fewer is left out.
    public func batched(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        batched(size, dropRemainder, .single)
    }

    /// The samples of batches, one after the other.
    public func unbatched() -> Dataset { Dataset(stage.unbatched(.single)) }
}

extension Dataset where Element == (Tensor, Tensor) {
    /// Batches [samples, …] of elements in their order; the last one takes the rest. Elements of different shapes or types make one that
    /// carries the error.
    /// - Parameters:
    ///   - size: samples in each batch, 1 or more.
    ///   - dropRemainder: whether a last batch of fewer is left out.
    public func batched(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        batched(size, dropRemainder, .pair)
    }

    /// The samples of batches, one after the other.
    public func unbatched() -> Dataset { Dataset(stage.unbatched(.pair)) }
}

extension Dataset where Element == (Tensor, Tensor, Tensor) {
    /// Batches [samples, …] of elements in their order; the last one takes the rest. Elements of different shapes or types make one that
    /// carries the error.
    /// - Parameters:
    ///   - size: samples in each batch, 1 or more.
    ///   - dropRemainder: whether a last batch of fewer is left out.
    public func batched(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        batched(size, dropRemainder, .triple)
    }

    /// The samples of batches, one after the other.
    public func unbatched() -> Dataset { Dataset(stage.unbatched(.triple)) }
}
