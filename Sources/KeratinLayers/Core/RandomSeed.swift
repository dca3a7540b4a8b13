import KeratinCore
import Synchronization

/// The seed that everything random starts from: initialisers, dropout, shuffling.
public enum RandomSeed {
    private static let state = Mutex<(seed: UInt64, count: UInt64)>((seed: 0, count: 0))
    private static let isSet = Atomic<Bool>(false)

    /// Makes everything random from here on a function of `seed` (Keras's `set_random_seed`).
    public static func set(_ seed: UInt64) {
        isSet.store(true, ordering: .relaxed)
        state.withLock { $0 = (seed, 0) }
    }

    /// A fresh seed. Without a seed set it differs from process to process.
    package static func next() -> UInt64 {
        if !isSet.exchange(true, ordering: .relaxed) {
            var generator = SystemRandomNumberGenerator()
            set(generator.next())
        }
        return state.withLock { state in
            let words = Philox.block(
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: state.count),
                    UInt32(truncatingIfNeeded: state.count >> 32), 0, 0x5EED),
                key: SIMD2(
                    UInt32(truncatingIfNeeded: state.seed),
                    UInt32(truncatingIfNeeded: state.seed >> 32)))
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

    package init(seed: UInt64, stream: UInt32 = 0) {
        self.seed = seed
        self.stream = stream
    }

    package mutating func next() -> UInt64 {
        let low = Philox.bits(index: index, seed: seed, step: 0, stream: stream)
        let high = Philox.bits(index: index + 1, seed: seed, step: 0, stream: stream)
        index += 2
        return UInt64(low) | UInt64(high) << 32
    }

    /// Uniform in [0, 1) with 53 bits.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
