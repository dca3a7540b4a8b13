// Eight blocks at once: words x, y, z, w of each.
static inline void philox8(uint8 c[4], uint key0, uint key1) {
    for (int round = 0; round < 10; round++) {
        const ulong8 p0 = convert_ulong8(c[0]) * (ulong8)(0xD2511F53ul);
        const ulong8 p1 = convert_ulong8(c[2]) * (ulong8)(0xCD9E8D57ul);
        c[0] = convert_uint8(p1 >> (ulong8)(32)) ^ c[1] ^ (uint8)(key0);
        c[1] = convert_uint8(p1 & (ulong8)(0xFFFFFFFFul));
        c[2] = convert_uint8(p0 >> (ulong8)(32)) ^ c[3] ^ (uint8)(key1);
        c[3] = convert_uint8(p0 & (ulong8)(0xFFFFFFFFul));
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

#define STORE_BLOCK(n) \
    vstore4((uint4)(c[0].s##n, c[1].s##n, c[2].s##n, c[3].s##n), n, y + i);

// `chunk` is a multiple of four.
__kernel void random_bits(
    ARGUMENT(const uint, state), ARGUMENT(uint, y), const int count, const int chunk,
    const uint stream) {
    POINTER(const uint, state);
    POINTER(uint, y);
    RANGE(count, chunk)
    int i = start;
    for (; i + 32 <= end; i += 32) {
        uint8 c[4];
        c[0] = (uint8)((uint)i >> 2) + (uint8)(0, 1, 2, 3, 4, 5, 6, 7);
        c[1] = (uint8)(state[2]);
        c[2] = (uint8)(state[3]);
        c[3] = (uint8)(stream);
        philox8(c, state[0], state[1]);
        STORE_BLOCK(0) STORE_BLOCK(1) STORE_BLOCK(2) STORE_BLOCK(3)
        STORE_BLOCK(4) STORE_BLOCK(5) STORE_BLOCK(6) STORE_BLOCK(7)
    }
    for (; i < end; i += 4) {
        const uint4 word =
            philox((uint4)((uint)i >> 2, state[2], state[3], stream), state[0], state[1]);
        y[i] = word.x;
        if (i + 1 < end) y[i + 1] = word.y;
        if (i + 2 < end) y[i + 2] = word.z;
        if (i + 3 < end) y[i + 3] = word.w;
    }
}
