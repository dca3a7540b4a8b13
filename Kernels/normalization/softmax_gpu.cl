// Softmax and its relatives over contiguous rows of `width` elements on GPUs: `lanes` work-items (a power of two) share a row, a
// group has one or several rows. A row is read once more for each step; the second time it lies in a cache.
#define ROW_ITEMS 256
typedef struct {
    float values[ROW_ITEMS];
} RowMemory;
#define ROW_KERNEL(name)               \
    typedef RowMemory LOCAL_TYPE(name); \
    __kernel __attribute__((reqd_work_group_size(ROW_ITEMS, 1, 1))) void name

// The work-item's lane and row. Those of rows that are not there go along with the barriers.
#define ROW_PLACE(name, rows)                                                          \
    LOCAL_MEMORY(name)                                                                 \
    __local float *values = shared->values;                                            \
    const int item = (int)get_local_id(0), lane = item & (lanes - 1);                  \
    const int row = (int)get_global_id(0) / lanes, isInside = row < (rows);            \
    const int length = isInside ? width : 0;                                           \
    const int place = isInside ? row * width : 0;

// Runs a statement for the elements of a row that are a lane's: v = p[at], and with a second pointer w = d[at]. Eight loads
// are under way together.
#define ROW_AHEAD 8
#define FOR_ROWS(p, d, statement)                                                      \
    {                                                                                  \
        int first = lane;                                                              \
        for (; length - first > (ROW_AHEAD - 1) * lanes; first += ROW_AHEAD * lanes) { \
            float vs[ROW_AHEAD], ws[ROW_AHEAD];                                        \
            for (int k = 0; k < ROW_AHEAD; k++) {                                      \
                vs[k] = (p)[first + k * lanes];                                        \
                ws[k] = (d)[first + k * lanes];                                        \
            }                                                                          \
            for (int k = 0; k < ROW_AHEAD; k++) {                                      \
                const int at = first + k * lanes;                                      \
                const float v = vs[k], w = ws[k];                                      \
                (void)at, (void)w;                                                     \
                statement;                                                             \
            }                                                                          \
        }                                                                              \
        for (int at = first; at < length; at += lanes) {                               \
            const float v = (p)[at], w = (d)[at];                                      \
            (void)w;                                                                   \
            statement;                                                                 \
        }                                                                              \
    }
#define FOR_ROW(p, statement) FOR_ROWS(p, p, statement)

// Σ over the lanes of a row, in a tree; all of them get it.
static inline float row_total(__local float *values, int item, int lane, int lanes, float own) {
    values[item] = own;
    for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < half_way) values[item] += values[item + half_way];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float total = values[item - lane];
    barrier(CLK_LOCAL_MEM_FENCE);
    return total;
}

// The largest number of a row; NaN is passed over.
static inline float row_peak(
    __local float *values, int item, int lane, int lanes, __global const float *p, int length) {
    float best = -FLT_MAX;
    FOR_ROW(p, best = LARGEST_NUMBER(best, v))
    values[item] = best;
    for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < half_way)
            values[item] = LARGEST_NUMBER(values[item], values[item + half_way]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float peak = values[item - lane];
    barrier(CLK_LOCAL_MEM_FENCE);
    return peak;
}

// Σ exp(p − peak).
static inline float row_power_sum(
    __local float *values, int item, int lane, int lanes, __global const float *p, int length,
    float peak) {
    float sum = 0.0f;
    FOR_ROW(p, sum += exp(v - peak))
    return row_total(values, item, lane, lanes, sum);
}

// ln Σ exp(p − peak), peak being the largest of p: ln(1 + the other terms), which keeps their digits where they are small.
static inline float row_log_power_sum(
    __local float *values, int item, int lane, int lanes, __global const float *p, int length,
    float peak) {
    float sum = 0.0f, peaks = 0.0f;
    FOR_ROW(p, {
        const float distance = v - peak;
        sum += distance == 0.0f ? 0.0f : exp(distance);
        peaks += distance == 0.0f ? 1.0f : 0.0f;
    })
    const float total = row_total(values, item, lane, lanes, sum);
    const float count = row_total(values, item, lane, lanes, peaks);
    return log1p((count - 1.0f) + total);
}

ROW_KERNEL(softmax)(
    PLACE ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int width,
    const int lanes, const int logarithm) {
    POINTER(const float, x);
    POINTER(float, y);
    ROW_PLACE(softmax, rows)
    __global const float *p = x + place;
    __global float *q = y + place;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    if (logarithm) {
        const float shift = row_log_power_sum(values, item, lane, lanes, p, length, peak);
        FOR_ROW(p, q[at] = (v - peak) - shift)
    } else {
        float total = row_power_sum(values, item, lane, lanes, p, length, peak);
        // NaN stays where it is; the rest of its row is 0.
        if (total != total) total = INFINITY;
        FOR_ROW(p, q[at] = exp(v - peak) / total)
    }
}

ROW_KERNEL(softmax_gradient)(
    PLACE ARGUMENT(const float, y), ARGUMENT(const float, dy), ARGUMENT(float, dx), const int rows,
    const int width, const int lanes, const int logarithm) {
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(float, dx);
    ROW_PLACE(softmax_gradient, rows)
    __global const float *p = y + place, *d = dy + place;
    __global float *q = dx + place;
    float sum = 0.0f;
    if (logarithm) {
        FOR_ROW(d, sum += v)
        sum = row_total(values, item, lane, lanes, sum);
        FOR_ROWS(p, d, q[at] = w - exp(v) * sum)
    } else {
        FOR_ROWS(p, d, sum = fma(w, v, sum))
        sum = row_total(values, item, lane, lanes, sum);
        FOR_ROWS(p, d, q[at] = v * (w - sum))
    }
}
