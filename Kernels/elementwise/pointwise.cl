// Helpers of the generated pointwise kernels (see PointwiseGenerator.swift). A bool in a register is a
// mask that `select` understands: −1 in the lanes of a vector, 1 in a scalar.

// Whole-number division that rounds towards zero; by zero gives zero; never traps.
static inline int divide_int1(int a, int b) {
    if (b == 0) return 0;
    return b == -1 ? (int)(0u - (uint)a) : a / b;
}
// The remainder with the divisor's sign.
static inline int remainder_int1(int a, int b) {
    if (b == 0 || b == -1) return 0;
    const int r = a % b;
    return r != 0 && ((r < 0) != (b < 0)) ? r + b : r;
}
static inline float remainder1(float a, float b) {
    const float r = fmod(a, b);
    return r != 0.0f && ((r < 0.0f) != (b < 0.0f)) ? r + b : r;
}

#define LANEWISE4(T, NAME)                                                                        \
    static inline T##4 NAME##4(T##4 a, T##4 b) {                                                  \
        return (T##4)(                                                                            \
            NAME##1(a.s0, b.s0), NAME##1(a.s1, b.s1), NAME##1(a.s2, b.s2), NAME##1(a.s3, b.s3));  \
    }
#define LANEWISE8(T, NAME)                                                                        \
    static inline T##8 NAME##8(T##8 a, T##8 b) {                                                  \
        return (T##8)(                                                                            \
            NAME##1(a.s0, b.s0), NAME##1(a.s1, b.s1), NAME##1(a.s2, b.s2), NAME##1(a.s3, b.s3),   \
            NAME##1(a.s4, b.s4), NAME##1(a.s5, b.s5), NAME##1(a.s6, b.s6), NAME##1(a.s7, b.s7));  \
    }
LANEWISE4(int, divide_int)
LANEWISE8(int, divide_int)
LANEWISE4(int, remainder_int)
LANEWISE8(int, remainder_int)
LANEWISE4(float, remainder)
LANEWISE8(float, remainder)
