// What a GPU can do at best: `keratin-bench roofline`.
#define PEAK_SUMS 16
// Steps of a turn, written out so that counting turns costs next to nothing.
#define PEAK_STEPS 8

// How many sums a work-item of the next kernel has.
__kernel void fma_sums(ARGUMENT(float, y)) {
    POINTER(float, y);
    y[0] = (float)PEAK_SUMS;
}

// Sixteen chains of fused multiply-adds a work-item; PEAK_STEPS divides `turns`.
__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void fma_peak(
    ARGUMENT(float, y), const int turns) {
    POINTER(float, y);
    const float a = 0.999f, b = 0.001f;
    float s[PEAK_SUMS];
    for (int j = 0; j < PEAK_SUMS; j++) s[j] = (float)(get_global_id(0) + j);
    for (int i = 0; i < turns; i += PEAK_STEPS)
        for (int step = 0; step < PEAK_STEPS; step++)
            for (int j = 0; j < PEAK_SUMS; j++) s[j] = fma(s[j], a, b);
    float sum = 0.0f;
    for (int j = 0; j < PEAK_SUMS; j++) sum += s[j];
    y[get_global_id(0)] = sum;
}
