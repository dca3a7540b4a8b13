// What a processor can do at best: `keratin-bench roofline`.
#ifdef __AVX512F__
#define PEAK_VECTOR float16
#define PEAK_LANES 16
#else
#define PEAK_VECTOR float8
#define PEAK_LANES 8
#endif

// How many sums a work-item of the next kernel has.
__kernel void fma_sums(ARGUMENT(float, y)) {
    POINTER(float, y);
    y[0] = (float)(12 * PEAK_LANES);
}

// Twelve chains of fused multiply-adds a work-item.
__kernel WIDE void fma_peak(ARGUMENT(float, y), const int turns) {
    POINTER(float, y);
    const PEAK_VECTOR a = (PEAK_VECTOR)(0.999f), b = (PEAK_VECTOR)(0.001f);
    PEAK_VECTOR s0 = (PEAK_VECTOR)((float)get_global_id(0));
    PEAK_VECTOR s1 = s0 + 1, s2 = s0 + 2, s3 = s0 + 3, s4 = s0 + 4, s5 = s0 + 5, s6 = s0 + 6;
    PEAK_VECTOR s7 = s0 + 7, s8 = s0 + 8, s9 = s0 + 9, s10 = s0 + 10, s11 = s0 + 11;
    for (int i = 0; i < turns; i++) {
        s0 = fma(s0, a, b); s1 = fma(s1, a, b); s2 = fma(s2, a, b); s3 = fma(s3, a, b);
        s4 = fma(s4, a, b); s5 = fma(s5, a, b); s6 = fma(s6, a, b); s7 = fma(s7, a, b);
        s8 = fma(s8, a, b); s9 = fma(s9, a, b); s10 = fma(s10, a, b); s11 = fma(s11, a, b);
    }
    const PEAK_VECTOR s = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
#if PEAK_LANES == 16
    y[get_global_id(0)] = sum8(s.lo + s.hi);
#else
    y[get_global_id(0)] = sum8(s);
#endif
}
