/// SipHash-2-4 of Aumasson and Bernstein (2012), a hash with a key of two words. TensorFlow chooses the place of unknown
/// tokens by it where there is a salt (`to_hash_bucket_strong`).
enum SipHash {
    static func hash(_ bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) -> UInt64 {
        // "somepseudorandomlygeneratedbytes"
        var state = SIMD4<UInt64>(
            key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d,
            key.0 ^ 0x6c79_6765_6e65_7261, key.1 ^ 0x7465_6462_7974_6573)
        func rounds(_ count: Int) {
            for _ in 0..<count {
                state[0] &+= state[1]
                state[2] &+= state[3]
                state[1] = rotate(state[1], 13) ^ state[0]
                state[3] = rotate(state[3], 16) ^ state[2]
                state[0] = rotate(state[0], 32)
                state[2] &+= state[1]
                state[0] &+= state[3]
                state[1] = rotate(state[1], 17) ^ state[2]
                state[3] = rotate(state[3], 21) ^ state[0]
                state[2] = rotate(state[2], 32)
            }
        }
        func absorb(_ word: UInt64) {
            state[3] ^= word
            rounds(2)
            state[0] ^= word
        }
        let whole = bytes.count / 8 * 8
        for offset in stride(from: 0, to: whole, by: 8) {
            absorb(
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        // The rest, and the length in the highest byte.
        var last = UInt64(truncatingIfNeeded: bytes.count) &<< 56
        for offset in whole..<bytes.count {
            last |= UInt64(bytes[offset]) &<< UInt64(8 * (offset - whole))
        }
        absorb(last)
        state[2] ^= 0xff
        rounds(4)
        return state[0] ^ state[1] ^ state[2] ^ state[3]
    }

    private static func rotate(_ value: UInt64, _ places: UInt64) -> UInt64 {
        value &<< places | value &>> (64 - places)
    }
}
