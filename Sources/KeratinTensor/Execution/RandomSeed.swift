import KeratinCore

/// The seed that everything random starts from: initialisers, dropout, shuffling.
public enum RandomSeed {
    private static let shared = SeedSequence()
    @TaskLocal private static var own: SeedSequence?

    /// Makes everything random from here on a function of `seed` (Keras's `set_random_seed`). Inside of `with` it sets the seed of
    /// that closure, else the one that all tasks share.
    public static func set(_ seed: UInt64) { (own ?? shared).set(seed) }

    /// Runs `body` with a seed of its own, so that what it draws does not depend on what other tasks draw meanwhile.
    public static func with<Result>(
        _ seed: UInt64, _ body: () throws -> Result
    ) rethrows -> Result {
        let sequence = SeedSequence()
        sequence.set(seed)
        return try $own.withValue(sequence, operation: body)
    }

    /// Where the sequence of seeds is.
    package struct Snapshot: Equatable, Sendable {
        /// nil: none was set or drawn yet.
        package let seed: UInt64?
        /// How many were given.
        package let count: UInt64

        package init(seed: UInt64?, count: UInt64) {
            self.seed = seed
            self.count = count
        }
    }

    /// Where the sequence of seeds is, so that it can go on from there in another process.
    package static var snapshot: Snapshot { (own ?? shared).snapshot }

    /// Goes on from where a sequence of seeds was.
    package static func restore(_ snapshot: Snapshot) { (own ?? shared).restore(snapshot) }

    /// The seeds of a task, for a thread that works for it.
    package struct Scope: Sendable {
        fileprivate let own: SeedSequence?

        /// Runs `body` with the task's seeds.
        package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
            try RandomSeed.$own.withValue(own, operation: body)
        }
    }

    /// The seeds of the present task.
    package static var scope: Scope { Scope(own: own) }

    /// A fresh seed. Without a seed set it differs from process to process.
    package static func next() -> UInt64 { (own ?? shared).next() }
}

/// Seeds from a seed, one after the other.
private final class SeedSequence: Sendable {
    private let state = Locked<(seed: UInt64?, count: UInt64)>((nil, 0))

    func set(_ seed: UInt64) { state.withLock { $0 = (seed, 0) } }

    var snapshot: RandomSeed.Snapshot {
        state.withLock { RandomSeed.Snapshot(seed: $0.seed, count: $0.count) }
    }

    func restore(_ snapshot: RandomSeed.Snapshot) {
        state.withLock { $0 = (snapshot.seed, snapshot.count) }
    }

    func next() -> UInt64 {
        state.withLock { state in
            var system = SystemRandomNumberGenerator()
            let seed = state.seed ?? system.next()
            state.seed = seed
            let words = Philox.block(
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: state.count),
                    UInt32(truncatingIfNeeded: state.count >> 32), 0, 0x5EED),
                key: SIMD2(
                    UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
            state.count += 1
            return UInt64(words.x) | UInt64(words.y) << 32
        }
    }
}

/// Philox as one of Swift's random number generators.
package struct PhiloxGenerator: RandomNumberGenerator {
    private let seed: UInt64
    private let stream: UInt32
    private var index = 0
    /// The four words that the index lies in.
    private var words = SIMD4<UInt32>()

    package init(seed: UInt64, stream: UInt32 = 0) {
        self.seed = seed
        self.stream = stream
    }

    package mutating func next() -> UInt64 {
        let first = index & 3
        if first == 0 {
            words = Philox.block(
                counter: SIMD4(UInt32(truncatingIfNeeded: index >> 2), 0, 0, stream),
                key: SIMD2(
                    UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        }
        index += 2
        return UInt64(words[first]) | UInt64(words[first + 1]) << 32
    }

    /// Uniform in [0, 1) with 53 bits.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
