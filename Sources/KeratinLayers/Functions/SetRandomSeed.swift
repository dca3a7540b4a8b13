import KeratinTensor

/// Makes everything random from here on a function of a seed: initializers, dropout, the order of samples. `RandomSeed.with` does so for
/// one closure alone.
public func setRandomSeed(_ seed: Int) { RandomSeed.set(UInt64(bitPattern: Int64(seed))) }
