// loss = −Σ t·log softmax(x) over rows of `width` elements, and its gradient dLoss·(softmax(x)·Σt − t).
// Sparse labels are class numbers; a number outside 0..<width gives NaN.

__kernel void cross_entropy(
    ARGUMENT(const float, x), ARGUMENT(const float, labels), ARGUMENT(float, loss), const int rows,
    const int chunk, const int width) {
    POINTER(const float, x);
    POINTER(const float, labels);
    POINTER(float, loss);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = x + (long)row * width;
        __global const float *t = labels + (long)row * width;
        const float peak = row_peak(p, width);
        const float shift = row_log_power_sum(p, width, peak);
        float sum = 0.0f;
        for (int j = 0; j < width; j++) sum = fma(t[j], (p[j] - peak) - shift, sum);
        loss[row] = -sum;
    }
}

__kernel void sparse_cross_entropy(
    ARGUMENT(const float, x), ARGUMENT(const int, labels), ARGUMENT(float, loss), const int rows,
    const int chunk, const int width) {
    POINTER(const float, x);
    POINTER(const int, labels);
    POINTER(float, loss);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = x + (long)row * width;
        const int label = labels[row];
        const float peak = row_peak(p, width);
        const float shift = row_log_power_sum(p, width, peak);
        loss[row] = label >= 0 && label < width ? shift - (p[label] - peak) : NAN;
    }
}

__kernel void cross_entropy_gradient(
    ARGUMENT(const float, x), ARGUMENT(const float, labels), ARGUMENT(const float, dLoss),
    ARGUMENT(float, dx), const int rows, const int chunk, const int width) {
    POINTER(const float, x);
    POINTER(const float, labels);
    POINTER(const float, dLoss);
    POINTER(float, dx);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = x + (long)row * width;
        __global const float *t = labels + (long)row * width;
        __global float *q = dx + (long)row * width;
        const float peak = row_peak(p, width);
        const float scale = 1.0f / row_power_sum(p, width, peak);
        for (int j = 0; j < width; j++) q[j] = dLoss[row] * (exp(p[j] - peak) * scale - t[j]);
    }
}

__kernel void sparse_cross_entropy_gradient(
    ARGUMENT(const float, x), ARGUMENT(const int, labels), ARGUMENT(const float, dLoss),
    ARGUMENT(float, dx), const int rows, const int chunk, const int width) {
    POINTER(const float, x);
    POINTER(const int, labels);
    POINTER(const float, dLoss);
    POINTER(float, dx);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        __global const float *p = x + (long)row * width;
        __global float *q = dx + (long)row * width;
        const int label = labels[row];
        const float peak = row_peak(p, width);
        const float valid = label >= 0 && label < width ? 1.0f : NAN;
        const float scale = valid / row_power_sum(p, width, peak);
        for (int j = 0; j < width; j++)
            q[j] = dLoss[row] * (exp(p[j] - peak) * scale - (j == label ? 1.0f : 0.0f));
    }
}
