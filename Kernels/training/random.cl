// Philox4x32-10 (Salmon et al., SC11): element i is word i & 3 of the block with counter
// (i >> 2, step low, step high, stream) and key (seed low, seed high).

static inline uint4 philox(uint4 c, uint k0, uint k1) {
    for (int round = 0; round < 10; round++) {
        const uint high0 = mul_hi(0xD2511F53u, c.x), low0 = 0xD2511F53u * c.x;
        const uint high1 = mul_hi(0xCD9E8D57u, c.z), low1 = 0xCD9E8D57u * c.z;
        c = (uint4)(high1 ^ c.y ^ k0, low1, high0 ^ c.w ^ k1, low0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

// `chunk` is a multiple of four.
__kernel void random_bits(
    ARGUMENT(const uint, state), ARGUMENT(uint, y), const int count, const int chunk,
    const uint stream) {
    POINTER(const uint, state);
    POINTER(uint, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i += 4) {
        const uint4 word =
            philox((uint4)((uint)i >> 2, state[2], state[3], stream), state[0], state[1]);
        y[i] = word.x;
        if (i + 1 < end) y[i + 1] = word.y;
        if (i + 2 < end) y[i + 2] = word.z;
        if (i + 3 < end) y[i + 3] = word.w;
    }
}
