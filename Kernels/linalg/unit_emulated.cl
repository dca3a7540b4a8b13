// A matrix unit of ordinary instructions, to test on any device what is written for one: work-items show each other their parts
// in local memory.
#define UNIT_MEMORY uint parts[ITEMS * 6];
#define MULTIPLY(d, a, b0, b1)                                                                         \
    {                                                                                                  \
        __local uint *own = shared->parts + item * 6;                                                          \
        own[0] = (a)[0]; own[1] = (a)[1]; own[2] = (a)[2]; own[3] = (a)[3]; own[4] = (b0); own[5] = (b1); \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                  \
        for (int place = 0; place < 4; place++)                                                        \
            (d)[place] += emulatedSum(shared->parts + item / 32 * 32 * 6, item % 32, place);                   \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                  \
    }
// The unit reads no more of a number than TF32 has.
#define CUT(v) as_float((v)&0xffffe000u)
static inline float emulatedSum(__local const uint *parts, int lane, int place) {
    const int isLower = place / 2, column = lane % 4 * 2 + place % 2;
    float total = 0.0f;
    for (int depth = 0; depth < 8; depth++) {
        const float x = CUT(parts[(lane / 4 * 4 + depth % 4) * 6 + isLower + depth / 4 * 2]);
        const float y = CUT(parts[(column * 4 + depth % 4) * 6 + 4 + depth / 4]);
        total = fma(x, y, total);
    }
    return total;
}
