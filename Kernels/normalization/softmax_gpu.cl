// Softmax and its relatives over contiguous rows of `width` elements on GPUs: `lanes` work-items (a power of two) share a row, a
// group has one or several rows. A row is read once more for each step; the second time it lies in a cache.
#define ROW_ITEMS 256
#define ROW_GROUP __attribute__((reqd_work_group_size(ROW_ITEMS, 1, 1)))

// The work-item's lane and row. Those of rows that are not there go along with the barriers.
#define ROW_PLACE(rows)                                                                \
    __local float values[ROW_ITEMS];                                                   \
    const int item = (int)get_local_id(0), lane = item & (lanes - 1);                  \
    const int row = (int)get_global_id(0) / lanes, isInside = row < (rows);            \
    const int length = isInside ? width : 0;                                           \
    const int place = isInside ? row * width : 0;

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
    for (int j = lane; j < length; j += lanes) {
        const float v = p[j];
        best = LARGEST_NUMBER(best, v);
    }
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
    for (int j = lane; j < length; j += lanes) sum += exp(p[j] - peak);
    return row_total(values, item, lane, lanes, sum);
}

// ln Σ exp(p − peak), peak being the largest of p: ln(1 + the other terms), which keeps their digits where they are small.
static inline float row_log_power_sum(
    __local float *values, int item, int lane, int lanes, __global const float *p, int length,
    float peak) {
    float sum = 0.0f, peaks = 0.0f;
    for (int j = lane; j < length; j += lanes) {
        const float distance = p[j] - peak;
        sum += distance == 0.0f ? 0.0f : exp(distance);
        peaks += distance == 0.0f ? 1.0f : 0.0f;
    }
    const float total = row_total(values, item, lane, lanes, sum);
    const float count = row_total(values, item, lane, lanes, peaks);
    return log1p((count - 1.0f) + total);
}

__kernel ROW_GROUP void softmax(
    ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int width,
    const int lanes, const int logarithm) {
    POINTER(const float, x);
    POINTER(float, y);
    ROW_PLACE(rows)
    __global const float *p = x + place;
    __global float *q = y + place;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    if (logarithm) {
        const float shift = row_log_power_sum(values, item, lane, lanes, p, length, peak);
        for (int j = lane; j < length; j += lanes) q[j] = (p[j] - peak) - shift;
    } else {
        float total = row_power_sum(values, item, lane, lanes, p, length, peak);
        // NaN stays where it is; the rest of its row is 0.
        if (total != total) total = INFINITY;
        for (int j = lane; j < length; j += lanes) q[j] = exp(p[j] - peak) / total;
    }
}

__kernel ROW_GROUP void softmax_gradient(
    ARGUMENT(const float, y), ARGUMENT(const float, dy), ARGUMENT(float, dx), const int rows,
    const int width, const int lanes, const int logarithm) {
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(float, dx);
    ROW_PLACE(rows)
    __global const float *p = y + place, *d = dy + place;
    __global float *q = dx + place;
    float sum = 0.0f;
    if (logarithm) {
        for (int j = lane; j < length; j += lanes) sum += d[j];
        sum = row_total(values, item, lane, lanes, sum);
        for (int j = lane; j < length; j += lanes) q[j] = d[j] - exp(p[j]) * sum;
    } else {
        for (int j = lane; j < length; j += lanes) sum = fma(d[j], p[j], sum);
        sum = row_total(values, item, lane, lanes, sum);
        for (int j = lane; j < length; j += lanes) q[j] = p[j] * (d[j] - sum);
    }
}
