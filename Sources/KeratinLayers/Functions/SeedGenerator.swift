import KeratinCore
import KeratinTensor

/// Gives seeds one after the other: each `next()` another one, the same ones from the same beginning.
///
/// `random.normal([2], seed: generator.next())` draws other numbers each time; a plain number as a seed draws the same ones.
public final class SeedGenerator: Sendable {
    private let generator: Locked<PhiloxGenerator>

    /// - Parameter seed: where the seeds begin; nil: anew, as `setRandomSeed` says.
    public init(_ seed: Int? = nil) {
        let start = seed.map { UInt64(bitPattern: Int64($0)) } ?? RandomSeed.next()
        generator = Locked(PhiloxGenerator(seed: start))
    }

    /// The next seed.
    public func next() -> UInt64 { generator.withLock { $0.next() } }
}
