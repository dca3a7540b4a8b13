// Fills and copies. Everything that only moves elements (transpose, broadcast, slice, reverse, pad,
// concatenate) is a strided copy of an iteration space of at most eight axes, innermost last.

__kernel void fill4(PLACE ARGUMENT(int, y), const int count, const int chunk, const int value) {
    POINTER(int, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) y[i] = value;
}

__kernel void fill1(PLACE ARGUMENT(uchar, y), const int count, const int chunk, const int value) {
    POINTER(uchar, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) y[i] = (uchar)value;
}

// The index along an axis: elements are (outer, extent, inner).
__kernel void iota_int32(
    PLACE ARGUMENT(int, y), const int count, const int chunk, const int extent, const int inner) {
    POINTER(int, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) y[i] = (i / inner) % extent;
}

__kernel void iota_float32(
    PLACE ARGUMENT(float, y), const int count, const int chunk, const int extent, const int inner) {
    POINTER(float, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) y[i] = (float)((i / inner) % extent);
}

// One axis of what is left of an element's number.
#define COPY_AXIS(axis)                               \
    if (rest > 0) {                                   \
        const int next = rest / extents.axis;         \
        const int place = rest - next * extents.axis; \
        a += place * sources.axis;                    \
        b += place * targets.axis;                    \
        rest = next;                                  \
    }

// y[target of i] = x[source of i] for the elements i of the space `extents` (axis 7 innermost).
#define STRIDED_COPY(NAME, T)                                                                     \
    __kernel void NAME(                                                                           \
        PLACE ARGUMENT(const T, x), ARGUMENT(T, y), const int count, const int chunk,             \
        const int8 extents, const int8 sources, const int8 targets) {                             \
        POINTER(const T, x);                                                                      \
        POINTER(T, y);                                                                            \
        RANGE(count, chunk)                                                                       \
        const int width = extents.s7, from = sources.s7, to = targets.s7;                         \
        int i = start;                                                                            \
        while (i < end) {                                                                         \
            int rest = i / width;                                                                 \
            const int column = i - rest * width;                                                  \
            const int run = RUN(width - column, end - i);                                         \
            int a = column * from, b = column * to;                                               \
            COPY_AXIS(s6)                                                                         \
            COPY_AXIS(s5)                                                                         \
            COPY_AXIS(s4)                                                                         \
            COPY_AXIS(s3)                                                                         \
            COPY_AXIS(s2)                                                                         \
            COPY_AXIS(s1)                                                                         \
            COPY_AXIS(s0)                                                                         \
            __global const T *p = x + a;                                                          \
            __global T *q = y + b;                                                                \
            if (from == 1 && to == 1) {                                                           \
                for (int j = 0; j < run; j++) q[j] = p[j];                                        \
            } else {                                                                              \
                for (int j = 0; j < run; j++) q[j * to] = p[j * from];                            \
            }                                                                                     \
            i += run;                                                                             \
        }                                                                                         \
    }
STRIDED_COPY(strided_copy4, int)
STRIDED_COPY(strided_copy1, uchar)
