/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3" (SC11). The same counter gives the same bits everywhere, so vector
/// width, thread count and backend do not matter.
public enum Philox {
    /// Multiplies the first word of the counter in each round (Salmon et al., 2011).
    public static let multiplier0: UInt32 = 0xD251_1F53
    /// Multiplies the third word of the counter in each round.
    public static let multiplier1: UInt32 = 0xCD9E_8D57
    /// Added to the first word of the key after each round.
    public static let weyl0: UInt32 = 0x9E37_79B9
    /// Added to the second word of the key after each round.
    public static let weyl1: UInt32 = 0xBB67_AE85

    /// Four random words for one counter and key, after ten rounds.
    @inlinable
    public static func block(
        counter: SIMD4<UInt32>, key: SIMD2<UInt32>
    ) -> SIMD4<UInt32> {
        var c = counter
        var k0 = key.x
        var k1 = key.y
        for _ in 0..<10 {
            let p0 = UInt64(multiplier0) * UInt64(c.x)
            let p1 = UInt64(multiplier1) * UInt64(c.z)
            c = SIMD4(
                UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k0, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k1, UInt32(truncatingIfNeeded: p0))
            k0 &+= weyl0
            k1 &+= weyl1
        }
        return c
    }

    /// Word `index & 3` of the block with counter (index >> 2, step low, step high, stream) and key
    /// (seed low, seed high): what `Primitive.randomBits` stores at logical element `index`.
    @inlinable
    public static func bits(index: Int, seed: UInt64, step: UInt64, stream: UInt32) -> UInt32 {
        let words = block(
            counter: SIMD4(
                UInt32(truncatingIfNeeded: index >> 2), UInt32(truncatingIfNeeded: step),
                UInt32(truncatingIfNeeded: step >> 32), stream),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        return words[index & 3]
    }

    /// Bits to a float in [0, 1) with 24 significant bits.
    @inlinable
    public static func uniform(_ bits: UInt32) -> Float { Float(bits >> 8) * 0x1p-24 }
}
