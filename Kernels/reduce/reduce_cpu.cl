// Reductions on processors: a work-item reads whole cache lines, in chains.
//
// y (outer, parts, inner): part p combines elements [p·part, (p+1)·part) of the reduced axis.
// The order of additions depends on the shapes alone.

// inner == 1: rows that are contiguous, in sixteen chains. A work-item owns `chunk` elements of y.
__kernel void reduce_rows(
    ARGUMENT(const T, x), ARGUMENT(T, y), const int count, const int chunk, const int length,
    const int parts, const int part) {
    POINTER(const T, x);
    POINTER(T, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) {
        const int piece = i % parts, outer = i / parts;
        const int first = piece * part, last = min(first + part, length);
        __global const T *p = x + (long)outer * length;
        T s[16];
        for (int j = 0; j < 16; j++) s[j] = IDENTITY;
        int k = first;
        for (; k + 16 <= last; k += 16) {
            for (int j = 0; j < 16; j++) {
                const T v = p[k + j];
                s[j] = COMBINE(s[j], v);
            }
        }
        for (int j = 0; k + j < last; j++) {
            const T v = p[k + j];
            s[j] = COMBINE(s[j], v);
        }
        for (int width = 8; width > 0; width >>= 1) {
            for (int j = 0; j < width; j++) s[j] = COMBINE(s[j], s[j + width]);
        }
        y[i] = s[0];
    }
}

// A work-item owns LANES neighbouring columns of one part: for inner > 1.
__kernel void reduce_columns(
    ARGUMENT(const T, x), ARGUMENT(T, y), const int length, const int inner, const int parts,
    const int part) {
    POINTER(const T, x);
    POINTER(T, y);
    const int column = (int)get_global_id(0) * LANES;
    const int piece = (int)get_global_id(1), outer = (int)get_global_id(2);
    const int first = piece * part, last = min(first + part, length);
    __global const T *p = x + (long)outer * length * inner + column;
    __global T *q = y + ((long)outer * parts + piece) * inner + column;
    const int width = min(LANES, inner - column);
    T s[LANES];
    for (int j = 0; j < LANES; j++) s[j] = IDENTITY;
    if (width == LANES) {
        for (int k = first; k < last; k++) {
            for (int j = 0; j < LANES; j++) {
                const T v = p[(long)k * inner + j];
                s[j] = COMBINE(s[j], v);
            }
        }
    } else {
        for (int k = first; k < last; k++) {
            for (int j = 0; j < width; j++) {
                const T v = p[(long)k * inner + j];
                s[j] = COMBINE(s[j], v);
            }
        }
    }
    for (int j = 0; j < width; j++) q[j] = s[j];
}
