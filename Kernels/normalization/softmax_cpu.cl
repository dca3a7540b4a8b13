// Softmax and its relatives over contiguous rows of `width` elements.

// The largest number; NaN is passed over.
static inline float row_peak(__global const float *p, int width) {
    float best = -FLT_MAX;
    for (int j = 0; j < width; j++) {
        const float v = p[j];
        best = LARGEST_NUMBER(best, v);
    }
    return best;
}

// Σ exp(p − peak), eight chains.
static inline float row_power_sum(__global const float *p, int width, float peak) {
    float8 sum = (float8)(0.0f);
    int j = 0;
    for (; j + 8 <= width; j += 8) sum += exp(vload8(0, p + j) - peak);
    float total = sum8(sum);
    for (; j < width; j++) total += exp(p[j] - peak);
    return total;
}

// ln Σ exp(p − peak), peak being the largest of p: ln(1 + the other terms), which keeps their digits where they are small.
static inline float row_log_power_sum(__global const float *p, int width, float peak) {
    float8 sum = (float8)(0.0f), peaks = (float8)(0.0f);
    int j = 0;
    for (; j + 8 <= width; j += 8) {
        const float8 distance = vload8(0, p + j) - peak;
        const int8 isPeak = distance == (float8)(0.0f);
        sum += select(exp(distance), (float8)(0.0f), isPeak);
        peaks += select((float8)(0.0f), (float8)(1.0f), isPeak);
    }
    float total = sum8(sum), count = sum8(peaks);
    for (; j < width; j++) {
        const float distance = p[j] - peak;
        total += distance == 0.0f ? 0.0f : exp(distance);
        count += distance == 0.0f ? 1.0f : 0.0f;
    }
    return log1p((count - 1.0f) + total);
}

__kernel void softmax(
    ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int chunk, const int width,
    const int logarithm) {
    POINTER(const float, x);
    POINTER(float, y);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = x + (long)row * width;
        __global float *q = y + (long)row * width;
        const float peak = row_peak(p, width);
        if (logarithm) {
            const float shift = row_log_power_sum(p, width, peak);
            for (int j = 0; j < width; j++) q[j] = (p[j] - peak) - shift;
        } else {
            float8 sum = (float8)(0.0f);
            int j = 0;
            for (; j + 8 <= width; j += 8) {
                const float8 e = exp(vload8(0, p + j) - peak);
                vstore8(e, 0, q + j);
                sum += e;
            }
            float total = sum8(sum);
            for (; j < width; j++) {
                const float e = exp(p[j] - peak);
                q[j] = e;
                total += e;
            }
            // NaN stays where it is; the rest of its row is 0.
            if (total != total) total = INFINITY;
            for (j = 0; j < width; j++) q[j] /= total;
        }
    }
}

__kernel void softmax_gradient(
    ARGUMENT(const float, y), ARGUMENT(const float, dy), ARGUMENT(float, dx), const int rows,
    const int chunk, const int width, const int logarithm) {
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(float, dx);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = y + (long)row * width;
        __global const float *d = dy + (long)row * width;
        __global float *q = dx + (long)row * width;
        float sum = 0.0f;
        if (logarithm) {
            for (int j = 0; j < width; j++) sum += d[j];
            for (int j = 0; j < width; j++) q[j] = d[j] - exp(p[j]) * sum;
        } else {
            for (int j = 0; j < width; j++) sum = fma(d[j], p[j], sum);
            for (int j = 0; j < width; j++) q[j] = p[j] * (d[j] - sum);
        }
    }
}
