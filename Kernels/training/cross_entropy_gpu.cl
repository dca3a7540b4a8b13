// loss = −Σ t·log softmax(x) over rows of `width` elements, and its gradient dLoss·(softmax(x)·Σt − t), on GPUs: `lanes`
// work-items share a row. Sparse labels are class numbers; a number outside 0..<width gives NaN.

ROW_KERNEL(cross_entropy)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, labels), ARGUMENT(float, loss), const int rows,
    const int width, const int lanes) {
    POINTER(const float, x);
    POINTER(const float, labels);
    POINTER(float, loss);
    ROW_PLACE(cross_entropy, rows)
    __global const float *p = x + place, *t = labels + place;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    const float shift = row_log_power_sum(values, item, lane, lanes, p, length, peak);
    float sum = 0.0f;
    FOR_ROWS(p, t, sum = fma(w, (v - peak) - shift, sum))
    sum = row_total(values, item, lane, lanes, sum);
    if (lane == 0 && isInside) loss[row] = -sum;
}

ROW_KERNEL(sparse_cross_entropy)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const int, labels), ARGUMENT(float, loss), const int rows,
    const int width, const int lanes) {
    POINTER(const float, x);
    POINTER(const int, labels);
    POINTER(float, loss);
    ROW_PLACE(sparse_cross_entropy, rows)
    __global const float *p = x + place;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    const float shift = row_log_power_sum(values, item, lane, lanes, p, length, peak);
    if (lane == 0 && isInside) {
        const int label = labels[row];
        loss[row] = label >= 0 && label < width ? shift - (p[label] - peak) : NAN;
    }
}

ROW_KERNEL(cross_entropy_gradient)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, labels), ARGUMENT(const float, dLoss),
    ARGUMENT(float, dx), const int rows, const int width, const int lanes) {
    POINTER(const float, x);
    POINTER(const float, labels);
    POINTER(const float, dLoss);
    POINTER(float, dx);
    ROW_PLACE(cross_entropy_gradient, rows)
    __global const float *p = x + place, *t = labels + place;
    __global float *q = dx + place;
    const float factor = isInside ? dLoss[row] : 0.0f;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    const float scale = 1.0f / row_power_sum(values, item, lane, lanes, p, length, peak);
    FOR_ROWS(p, t, q[at] = factor * (exp(v - peak) * scale - w))
}

ROW_KERNEL(sparse_cross_entropy_gradient)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const int, labels), ARGUMENT(const float, dLoss),
    ARGUMENT(float, dx), const int rows, const int width, const int lanes) {
    POINTER(const float, x);
    POINTER(const int, labels);
    POINTER(const float, dLoss);
    POINTER(float, dx);
    ROW_PLACE(sparse_cross_entropy_gradient, rows)
    __global const float *p = x + place;
    __global float *q = dx + place;
    const int label = isInside ? labels[row] : 0;
    const float factor = isInside ? dLoss[row] : 0.0f;
    const float peak = row_peak(values, item, lane, lanes, p, length);
    const float valid = label >= 0 && label < width ? 1.0f : NAN;
    const float scale = valid / row_power_sum(values, item, lane, lanes, p, length, peak);
    FOR_ROW(p, q[at] = factor * (exp(v - peak) * scale - (at == label ? 1.0f : 0.0f)))
}
