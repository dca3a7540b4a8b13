// Reductions on GPUs: work-items that are neighbours read neighbours, and a group joins what its items have in a tree.
//
// y (outer, parts, inner): part p combines elements [p·part, (p+1)·part) of the reduced axis.
// The order of additions depends on the shapes alone.
#define REDUCE_ITEMS 256

typedef struct {
    T values[REDUCE_ITEMS];
} ReduceMemory;

// The values of `lanes` work-items (a power of two), `stride` apart, joined in a tree; the one with lane 0 has the result.
static inline T joined(__local T *values, int item, int lane, int lanes, int stride, T own) {
    values[item] = own;
    for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < half_way)
            values[item] = COMBINE(values[item], values[item + half_way * stride]);
    }
    return values[item];
}

// v[0…3] = p[0…3], from any place or from one that is aligned to sixteen bytes.
#define LOAD_FOUR(v, p) \
    v[0] = (p)[0], v[1] = (p)[1], v[2] = (p)[2], v[3] = (p)[3]
#define LOAD_FOUR_ALIGNED(v, p)                                  \
    {                                                            \
        const T4 four = *(__global const T4 *)(p);               \
        v[0] = four.x, v[1] = four.y, v[2] = four.z, v[3] = four.w; \
    }

// inner == 1: `lanes` work-items a part of a row; each takes four elements in turn, in four chains. Both forms add in the
// same order.
#define REDUCE_ROWS(NAME, LOAD)                                                                    \
    typedef ReduceMemory LOCAL_TYPE(NAME);                                                         \
    __kernel __attribute__((reqd_work_group_size(REDUCE_ITEMS, 1, 1))) void NAME(                  \
        PLACE ARGUMENT(const T, x), ARGUMENT(T, y), const int count, const int length, const int parts,  \
        const int part, const int lanes) {                                                         \
        POINTER(const T, x);                                                                       \
        POINTER(T, y);                                                                             \
        LOCAL_MEMORY(NAME)                                                                         \
        const int item = (int)get_local_id(0), lane = item & (lanes - 1);                          \
        const int row = (int)get_global_id(0) / lanes;                                             \
        T s[4] = {IDENTITY, IDENTITY, IDENTITY, IDENTITY};                                         \
        if (row < count) {                                                                         \
            const int outer = row / parts, first = (row - outer * parts) * part;                   \
            const int last = min(first + part, length), step = 4 * lanes;                          \
            __global const T *p = x + outer * length;                                              \
            int k = first + 4 * lane;                                                              \
            for (; last - k >= 3 * step + 4; k += 4 * step) {                                      \
                T v[4][4];                                                                         \
                for (int i = 0; i < 4; i++) LOAD(v[i], p + k + i * step);                          \
                for (int i = 0; i < 4; i++)                                                        \
                    for (int j = 0; j < 4; j++) s[j] = COMBINE(s[j], v[i][j]);                     \
            }                                                                                      \
            for (; last - k >= 4; k += step) {                                                     \
                T v[4];                                                                            \
                LOAD(v, p + k);                                                                    \
                for (int j = 0; j < 4; j++) s[j] = COMBINE(s[j], v[j]);                            \
            }                                                                                      \
            for (int j = 0; j < 3; j++) {                                                          \
                if (k + j < last) {                                                                \
                    const T v = p[k + j];                                                          \
                    s[j] = COMBINE(s[j], v);                                                       \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        s[0] = COMBINE(s[0], s[1]);                                                                \
        s[2] = COMBINE(s[2], s[3]);                                                                \
        const T result = joined(shared->values, item, lane, lanes, 1, COMBINE(s[0], s[2]));                \
        if (lane == 0 && row < count) y[row] = result;                                             \
    }
REDUCE_ROWS(reduce_rows, LOAD_FOUR)
REDUCE_ROWS(reduce_rows_aligned, LOAD_FOUR_ALIGNED)

// inner > 1: a group owns `width` columns of one or several parts; `lanes` work-items go down a column. There are
// `blocks` groups beside each other and `count` parts in all.
typedef ReduceMemory LOCAL_TYPE(reduce_columns);
__kernel __attribute__((reqd_work_group_size(REDUCE_ITEMS, 1, 1))) void reduce_columns(
    PLACE ARGUMENT(const T, x), ARGUMENT(T, y), const int count, const int length, const int inner,
    const int parts, const int part, const int width, const int lanes, const int blocks) {
    POINTER(const T, x);
    POINTER(T, y);
    LOCAL_MEMORY(reduce_columns)
    const int item = (int)get_local_id(0), group = (int)get_group_id(0);
    const int lane = item / width & (lanes - 1), each = width * lanes;
    const int column = group % blocks * width + (item & (width - 1));
    const int row = group / blocks * (REDUCE_ITEMS / each) + item / each;
    const bool isInside = column < inner && row < count;
    T s = IDENTITY;
    if (isInside) {
        const int outer = row / parts, first = (row - outer * parts) * part;
        const int last = min(first + part, length);
        const int step = lanes * inner;
        int k = first + lane;
        __global const T *p = x + ((outer * length + k) * inner + column);
        // Eight loads are under way together.
        for (; last - k > 7 * lanes; k += 8 * lanes) {
            T v[8];
            for (int i = 0; i < 8; i++, p += step) v[i] = *p;
            for (int i = 0; i < 8; i++) s = COMBINE(s, v[i]);
        }
        for (; k < last; k += lanes, p += step) {
            const T v = *p;
            s = COMBINE(s, v);
        }
    }
    const T result = joined(shared->values, item, lane, lanes, width, s);
    if (lane == 0 && isInside) y[row * inner + column] = result;
}
