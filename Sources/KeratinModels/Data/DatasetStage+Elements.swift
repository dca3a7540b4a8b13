import KeratinCore
import KeratinTensor

// What is made of one element after the other.
extension DatasetStage {
    func map<Result>(
        isFree: Bool, _ transform: @escaping (Element) throws -> Result
    ) -> DatasetStage<Result> {
        made(isFree: isFree) { source in
            let walk = source.begin()
            return { try walk().map(transform) }
        }
    }

    func filter(_ isIncluded: @escaping (Element) throws -> Bool) -> DatasetStage {
        // That nothing is left of nothing is all that is known.
        let count: (DatasetCount) -> DatasetCount = { $0 == .known(0) ? $0 : .unknown }
        return made(isFree: false, count: count) { source in
            let walk = source.begin()
            return {
                while let element = try walk() {
                    if try isIncluded(element) { return element }
                }
                return nil
            }
        }
    }

    func enumerated() -> DatasetStage<(offset: Int, element: Element)> {
        made { source in
            let walk = source.begin()
            var offset = -1
            return {
                guard let element = try walk() else { return nil }
                offset += 1
                return (offset, element)
            }
        }
    }

    func zipped<Other>(with other: DatasetStage<Other>) -> DatasetStage<(Element, Other)> {
        let count: DatasetCount =
            switch (self.count, other.count) {
            case (.known(let a), .known(let b)): .known(Swift.min(a, b))
            case (.endless, let count), (let count, .endless): count
            default: .unknown
            }
        let upstream: (Int) -> DatasetStage<(Element, Other)> = {
            self.prefetched($0).zipped(with: other.prefetched($0))
        }
        return DatasetStage<(Element, Other)>(
            count, isFree: isFree && other.isFree, upstream: upstream
        ) {
            let (first, second) = (self.begin(), other.begin())
            return {
                guard let a = try first(), let b = try second() else { return nil }
                return (a, b)
            }
        }
    }

    func concatenated(with other: DatasetStage) -> DatasetStage {
        let count: DatasetCount =
            switch (self.count, other.count) {
            case (.known(let a), .known(let b)): .known(a + b)
            case (.endless, _), (_, .endless): .endless
            default: .unknown
            }
        let upstream: (Int) -> DatasetStage = {
            self.prefetched($0).concatenated(with: other.prefetched($0))
        }
        return DatasetStage(count, isFree: isFree && other.isFree, upstream: upstream) {
            let (first, second) = (self.begin(), other.begin())
            var isFirst = true
            return {
                if isFirst {
                    if let element = try first() { return element }
                    isFirst = false
                }
                return try second()
            }
        }
    }

    /// All elements of a walk, kept when it has come to its end; later walks give these.
    func cached() -> DatasetStage {
        let kept = DatasetCache<Element>()
        return made { source in
            if let elements = kept.elements {
                var iterator = elements.makeIterator()
                return { iterator.next() }
            }
            let walk = source.begin()
            var elements: [Element] = []
            return {
                guard let element = try walk() else {
                    kept.keep(elements)
                    return nil
                }
                elements.append(element)
                return element
            }
        }
    }
}

/// What a walk gave, for later ones.
private final class DatasetCache<Element>: @unchecked Sendable {
    // Unchecked: `kept` is used under its lock only, and its elements are not changed.
    private let kept = Locked<[Element]?>(nil)

    var elements: [Element]? {
        var result: [Element]?
        kept.withLock { result = $0 }
        return result
    }

    /// Of several walks at a time the first one to end is kept.
    func keep(_ elements: [Element]) {
        kept.withLock { if $0 == nil { $0 = elements } }
    }
}
