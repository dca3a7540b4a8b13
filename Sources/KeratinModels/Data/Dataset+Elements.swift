import KeratinCore
import KeratinTensor

extension Dataset {
    /// What a closure makes of each element.
    ///
    /// It is called on the thread that asks for elements. What may run on the thread of `prefetched` is handed to that:
    /// `prefetched(2) { … }`.
    /// - Parameter transform: what it throws ends the walk.
    public func map<Result>(
        _ transform: @escaping (Element) throws -> Result
    ) -> Dataset<Result> {
        Dataset<Result>(stage.map(isFree: false, transform), batching: batching)
    }

    /// What a closure makes of each element, on whichever thread computes the data set.
    package func mapped<Result>(
        _ transform: @escaping @Sendable (Element) throws -> Result
    ) -> Dataset<Result> {
        Dataset<Result>(stage.map(isFree: true, transform), batching: batching)
    }

    /// The elements that a closure wants.
    /// - Parameter isIncluded: called on the thread that asks for elements; what it throws ends the walk.
    public func filter(_ isIncluded: @escaping (Element) throws -> Bool) -> Dataset {
        Dataset(stage.filter(isIncluded), batching: batching)
    }

    /// Each element with its number, from 0 on.
    public func enumerated() -> Dataset<(offset: Int, element: Element)> {
        Dataset<(offset: Int, element: Element)>(stage.enumerated(), batching: batching)
    }

    /// The elements of two data sets in pairs; it ends with the shorter one.
    public func zipped<Other>(with other: Dataset<Other>) -> Dataset<(Element, Other)> {
        Dataset<(Element, Other)>(stage.zipped(with: other.stage), batching: batching)
    }

    /// The elements of this data set, then those of another one.
    public func concatenated(with other: Dataset) -> Dataset {
        Dataset(stage.concatenated(with: other.stage), batching: batching)
    }

    /// The elements of the first walk that comes to its end, kept in memory for all later ones: what stands before is computed once.
    ///
    /// Orders are kept too, so shuffle behind it. A data set without an end fills the memory.
    public func cached() -> Dataset { reordered({ $0.cached() }, { $0.cached() }) }

    /// The same elements, of which a thread of each walk's own computes so many ahead.
    ///
    /// It computes what stands before the first closure of `map` or `filter`, since these stay on the thread that asks; the closure of
    /// `prefetched(2) { … }` is the thread's. It ends when the walk does, or when its iterator is dropped.
    /// - Parameter count: 1 or more.
    public func prefetched(_ count: Int = 2) -> Dataset {
        Dataset(stage.prefetched(count), batching: batching)
    }

    /// What a closure makes of each element, computed by a thread of each walk's own that stays so many elements ahead.
    /// - Parameters:
    ///   - count: 1 or more.
    ///   - transform: what it throws ends the walk, behind the elements before.
    public func prefetched<Result>(
        _ count: Int = 2, _ transform: @escaping @Sendable (Element) throws -> Result
    ) -> Dataset<Result> {
        Dataset<Result>(
            stage.map(isFree: true, transform).prefetched(count), batching: batching)
    }
}
