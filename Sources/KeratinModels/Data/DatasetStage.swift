import KeratinCore
import KeratinTensor

/// One walk over a data set: gives the next element each time it is called, nil at the end. What is wrong is thrown; after that, and
/// after the end, it is not called again.
typealias DatasetWalk<Element> = () throws -> Element?

/// How many elements there are, as far as that can be said without a walk.
enum DatasetCount: Hashable {
    case known(Int)
    case endless
    case unknown

    /// What becomes of a known number; the other two stay what they are.
    func map(_ change: (Int) -> Int) -> DatasetCount {
        if case .known(let count) = self { .known(change(count)) } else { self }
    }
}

/// How the elements of a data set come about. The operations of `Dataset` make one stage of another; nothing happens before a walk
/// begins.
struct DatasetStage<Element> {
    let count: DatasetCount
    /// Whether any thread may walk. Closures of users that are not `@Sendable` stay on the thread that asks for elements.
    let isFree: Bool
    /// Begins a walk, on the thread that asks for elements; seeds are drawn here.
    let begin: () -> DatasetWalk<Element>
    /// The same stage, before which a thread stays so many elements ahead. nil: there is nothing that it could do.
    private let upstream: ((Int) -> DatasetStage)?

    init(
        _ count: DatasetCount, isFree: Bool = true, upstream: ((Int) -> DatasetStage)? = nil,
        begin: @escaping () -> DatasetWalk<Element>
    ) {
        self.count = count
        self.isFree = isFree
        self.begin = begin
        self.upstream = upstream
    }

    /// A stage whose walks take their elements from walks of this one.
    /// - Parameters:
    ///   - isFree: whether what the stage itself does may be done by any thread.
    ///   - count: makes the number of elements of this stage's.
    ///   - begin: begins a walk.
    func made<Result>(
        isFree: Bool = true, count: @escaping (DatasetCount) -> DatasetCount = { $0 },
        begin: @escaping (DatasetStage) -> DatasetWalk<Result>
    ) -> DatasetStage<Result> {
        DatasetStage<Result>(
            count(self.count), isFree: self.isFree && isFree,
            upstream: { ahead in
                self.prefetched(ahead).made(isFree: isFree, count: count, begin: begin)
            },
            begin: { begin(self) })
    }

    /// The same elements, of which a thread computes so many ahead: all that it may, which is what lies before the first closure that is
    /// not `@Sendable`.
    func prefetched(_ ahead: Int) -> DatasetStage {
        if isFree {
            return DatasetStage(count) { Prefetcher.walk(begin(), ahead: ahead) }
        }
        return upstream?(ahead) ?? self
    }

    /// A walk that only tells what is wrong.
    static func failing(_ error: KeratinError) -> DatasetWalk<Element> { { throw error } }

    /// The elements of a sequence, from its start in each walk.
    static func elements<S: Sequence>(
        of sequence: S, count: DatasetCount, isFree: Bool
    ) -> DatasetStage where S.Element == Element {
        DatasetStage(count, isFree: isFree) {
            var iterator = sequence.makeIterator()
            return { iterator.next() }
        }
    }
}
