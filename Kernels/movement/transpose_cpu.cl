// y[b, j, i] = x[b, i, j] for x [batch, rows, columns], in blocks of sixteen by sixteen that stay in the
// nearest cache.
#define TRANSPOSE(NAME, T)                                                                        \
    __kernel void NAME(                                                                           \
        ARGUMENT(const T, x), ARGUMENT(T, y), const int rows, const int chunk, const int columns) { \
        POINTER(const T, x);                                                                      \
        POINTER(T, y);                                                                            \
        ROW_RANGE(rows, chunk)                                                                    \
        const int first = (int)get_global_id(0) * LANES, last = min(first + LANES, columns);      \
        const long offset = (long)get_global_id(2) * rows * columns;                              \
        for (int row = start; row < end; row += 16) {                                             \
            const int stop = min(row + 16, end);                                                  \
            for (int j = first; j < last; j++)                                                    \
                for (int i = row; i < stop; i++)                                                  \
                    y[offset + (long)j * rows + i] = x[offset + (long)i * columns + j];           \
        }                                                                                         \
    }
TRANSPOSE(transpose4, int)
TRANSPOSE(transpose1, uchar)
