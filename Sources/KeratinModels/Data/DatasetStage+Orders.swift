import KeratinCore
import KeratinTensor

// The same elements in another order, more often, or fewer of them.
extension DatasetStage {
    private static func refused(_ message: String) -> KeratinError {
        KeratinError(.invalidArgument, message, at: "Dataset")
    }

    func prefix(_ length: Int) -> DatasetStage {
        let change: (DatasetCount) -> DatasetCount = { count in
            switch count {
            case .known(let count): .known(Swift.max(Swift.min(count, length), 0))
            case .endless: .known(Swift.max(length, 0))
            case .unknown: .unknown
            }
        }
        return made(count: change) { source in
            guard length >= 0 else {
                return Self.failing(Self.refused("takes 0 elements or more, got \(length)"))
            }
            let walk = source.begin()
            var left = length
            return {
                guard left > 0 else { return nil }
                left -= 1
                return try walk()
            }
        }
    }

    func dropFirst(_ length: Int) -> DatasetStage {
        let change: (DatasetCount) -> DatasetCount = {
            $0.map { Swift.max($0 - Swift.max(length, 0), 0) }
        }
        return made(count: change) { source in
            guard length >= 0 else {
                return Self.failing(Self.refused("skips 0 elements or more, got \(length)"))
            }
            let walk = source.begin()
            var left = length
            return {
                while left > 0 {
                    left -= 1
                    if try walk() == nil {
                        left = 0
                        return nil
                    }
                }
                return try walk()
            }
        }
    }

    /// - Parameter times: nil: without end.
    func repeated(_ times: Int?) -> DatasetStage {
        let change: (DatasetCount) -> DatasetCount = { count in
            guard let times else { return count == .known(0) ? count : .endless }
            let product = count.map {
                let (product, overflow) = $0.multipliedReportingOverflow(by: Swift.max(times, 0))
                return overflow ? .max : product
            }
            return times <= 0 ? .known(0) : product
        }
        return made(count: change) { source in
            if let times, times < 0 {
                return Self.failing(Self.refused("is repeated 0 times or more, got \(times)"))
            }
            var left = times ?? .max
            guard left > 0 else { return { nil } }
            var walk = source.begin()
            var isEmpty = true
            return {
                while true {
                    if let element = try walk() {
                        isEmpty = false
                        return element
                    }
                    // Walks without an element would follow each other without end.
                    if times != nil { left -= 1 }
                    guard left > 0, !isEmpty else {
                        left = 0
                        walk = { nil }
                        return nil
                    }
                    walk = source.begin()
                    isEmpty = true
                }
            }
        }
    }

    /// - Parameters:
    ///   - bufferSize: nil: all elements.
    ///   - seed: nil follows `setRandomSeed`.
    ///   - eachTime: whether each walk has an order of its own.
    func shuffled(bufferSize: Int?, seed: UInt64?, eachTime: Bool) -> DatasetStage {
        let seeds = ShuffleSeeds(seed: seed, eachTime: eachTime)
        return made { source in
            if let bufferSize, bufferSize < 1 {
                return Self.failing(
                    Self.refused(
                        "is shuffled with a buffer of 1 element or more, got \(bufferSize)"))
            }
            if bufferSize == nil, source.count == .endless {
                return Self.failing(
                    Self.refused(
                        "an endless data set is never read as a whole: shuffle it before it is repeated, or with a bufferSize"
                    ))
            }
            var shuffler = Shuffler<Element>(
                size: bufferSize ?? .max, walk: source.begin(),
                generator: PhiloxGenerator(seed: seeds.next(), stream: 3))
            return { try shuffler.next() }
        }
    }
}

/// The seeds of the walks over a shuffled data set, the same ones in the same turn.
private final class ShuffleSeeds: Sendable {
    private let state: Locked<(seed: UInt64?, walks: UInt64)>
    private let isGiven: Bool
    private let eachTime: Bool

    init(seed: UInt64?, eachTime: Bool) {
        state = Locked((seed, 0))
        isGiven = seed != nil
        self.eachTime = eachTime
    }

    func next() -> UInt64 {
        state.withLock { state in
            // Without a seed each walk draws one, or the first walk one for all.
            let seed = isGiven || !eachTime ? state.seed ?? RandomSeed.next() : RandomSeed.next()
            state.seed = seed
            guard eachTime else { return seed }
            defer { state.walks += 1 }
            return seed &+ state.walks
        }
    }
}

/// Draws elements from a buffer that is filled up from a walk.
private struct Shuffler<Element> {
    let size: Int
    let walk: DatasetWalk<Element>
    var generator: PhiloxGenerator
    private var buffer: [Element] = []
    /// The element behind the buffer; nil: the buffer holds the rest, in the order in which it is taken from the end.
    private var following: Element?
    private var hasBegun = false

    init(size: Int, walk: @escaping DatasetWalk<Element>, generator: PhiloxGenerator) {
        self.size = size
        self.walk = walk
        self.generator = generator
    }

    mutating func next() throws -> Element? {
        if !hasBegun {
            hasBegun = true
            while buffer.count < size, let element = try walk() { buffer.append(element) }
            if buffer.count == size { following = try walk() }
            if following == nil { orderRest() }
        }
        guard let next = following else { return buffer.popLast() }
        let place = Int.random(in: buffer.indices, using: &generator)
        let element = buffer[place]
        buffer[place] = next
        following = try walk()
        if following == nil { orderRest() }
        return element
    }

    private mutating func orderRest() {
        buffer.shuffle(using: &generator)
        buffer.reverse()
    }
}
