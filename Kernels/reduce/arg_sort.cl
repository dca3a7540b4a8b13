// The order of a row's elements: blocks of SORT_BLOCK are ordered by counting who comes before whom; then pairs of ordered runs are
// merged, where each element looks for its place in the other run by halving it. Equal elements keep their order.
#define SORT_BLOCK 16

// A whole number in the order of the elements; NaN is the largest. `flip` is -1 for a descending order, else 0.
static inline int sort_key_float32(float v, int flip) {
    const int bits = v == 0.0f ? 0 : as_int(v);
    return (v != v ? INT_MAX : bits ^ ((bits >> 31) & INT_MAX)) ^ flip;
}
static inline int sort_key_int32(int v, int flip) { return v ^ flip; }

#define ARG_SORT(NAME, T)                                                                          \
    __kernel void arg_sort_blocks_##NAME(                                                          \
        PLACE ARGUMENT(const T, x), ARGUMENT(int, y), const int count, const int chunk,            \
        const int length, const int flip) {                                                        \
        POINTER(const T, x);                                                                       \
        POINTER(int, y);                                                                           \
        RANGE(count, chunk)                                                                        \
        for (int e = start; e < end; e++) {                                                        \
            const int row = e / length * length, i = e - row;                                      \
            const int first = i / SORT_BLOCK * SORT_BLOCK;                                         \
            const int last = min(first + SORT_BLOCK, length);                                      \
            const int own = sort_key_##NAME(x[e], flip);                                           \
            int place = first;                                                                     \
            for (int j = first; j < last; j++) {                                                   \
                const int other = sort_key_##NAME(x[row + j], flip);                               \
                place += other < own || (other == own && j < i);                                   \
            }                                                                                      \
            y[row + place] = i;                                                                    \
        }                                                                                          \
    }                                                                                              \
    __kernel void arg_sort_merge_##NAME(                                                           \
        PLACE ARGUMENT(const T, x), ARGUMENT(const int, order), ARGUMENT(int, y), const int count, \
        const int chunk, const int length, const int flip, const int width) {                      \
        POINTER(const T, x);                                                                       \
        POINTER(const int, order);                                                                 \
        POINTER(int, y);                                                                           \
        RANGE(count, chunk)                                                                        \
        for (int e = start; e < end; e++) {                                                        \
            const int row = e / length * length, p = e - row;                                      \
            const int pair = p / width / 2 * 2 * width;                                            \
            const int middle = pair + min(width, length - pair);                                   \
            const int limit = middle + min(width, length - middle);                                \
            const bool isLeft = p < middle;                                                        \
            const int own = sort_key_##NAME(x[row + order[e]], flip);                              \
            /* How many of the other run come before: of equal ones the left run's. */             \
            int low = isLeft ? middle : pair, high = isLeft ? limit : middle;                      \
            const int base = low;                                                                  \
            while (low < high) {                                                                   \
                const int half_way = low + (high - low) / 2;                                       \
                const int other = sort_key_##NAME(x[row + order[row + half_way]], flip);           \
                if (isLeft ? other < own : other <= own) {                                         \
                    low = half_way + 1;                                                            \
                } else {                                                                           \
                    high = half_way;                                                               \
                }                                                                                  \
            }                                                                                      \
            const int rank = isLeft ? p - pair : p - middle;                                       \
            y[row + pair + rank + (low - base)] = order[e];                                        \
        }                                                                                          \
    }
ARG_SORT(float32, float)
ARG_SORT(int32, int)
