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
