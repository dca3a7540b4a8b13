// Reads and writes through int32 indices. x is seen as (outer, extent, inner); indices are clamped.

#define GATHER(NAME, T)                                                                           \
    __kernel void NAME(                                                                           \
        PLACE ARGUMENT(const T, x), ARGUMENT(const int, indices), ARGUMENT(T, y), const int count,      \
        const int chunk, const int extent, const int inner, const int indexCount) {               \
        POINTER(const T, x);                                                                      \
        POINTER(const int, indices);                                                              \
        POINTER(T, y);                                                                            \
        RANGE(count, chunk)                                                                       \
        int i = start;                                                                            \
        while (i < end) {                                                                         \
            const int row = i / inner, column = i - row * inner;                                  \
            const int run = RUN(inner - column, end - i);                                         \
            const int outer = row / indexCount;                                                   \
            const int place = clamp(indices[row - outer * indexCount], 0, extent - 1);            \
            __global const T *p = x + ((long)outer * extent + place) * inner + column;            \
            for (int j = 0; j < run; j++) y[i + j] = p[j];                                        \
            i += run;                                                                             \
        }                                                                                         \
    }
GATHER(gather4, int)
GATHER(gather1, uchar)

// y = x[index] for x (extent, row).
#define DYNAMIC_SLICE(NAME, T)                                                                    \
    __kernel void NAME(                                                                           \
        PLACE ARGUMENT(const T, x), ARGUMENT(const int, index), ARGUMENT(T, y), const int count,  \
        const int chunk, const int extent) {                                                      \
        POINTER(const T, x);                                                                      \
        POINTER(const int, index);                                                                \
        POINTER(T, y);                                                                            \
        RANGE(count, chunk)                                                                       \
        __global const T *p = x + (long)clamp(index[0], 0, extent - 1) * count;                   \
        for (int i = start; i < end; i++) y[i] = p[i];                                            \
    }
DYNAMIC_SLICE(dynamic_slice4, int)
DYNAMIC_SLICE(dynamic_slice1, uchar)

// y[index] = row for y (extent, row).
#define DYNAMIC_UPDATE(NAME, T)                                                                   \
    __kernel void NAME(                                                                           \
        PLACE ARGUMENT(const T, row), ARGUMENT(const int, index), ARGUMENT(T, y), const int count,      \
        const int chunk, const int extent) {                                                      \
        POINTER(const T, row);                                                                    \
        POINTER(const int, index);                                                                \
        POINTER(T, y);                                                                            \
        RANGE(count, chunk)                                                                       \
        __global T *q = y + (long)clamp(index[0], 0, extent - 1) * count;                         \
        for (int i = start; i < end; i++) q[i] = row[i];                                          \
    }
DYNAMIC_UPDATE(dynamic_update4, int)
DYNAMIC_UPDATE(dynamic_update1, uchar)
