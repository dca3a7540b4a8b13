// Convolution with one input channel a group: filter [cells, filters], filters = channels·multiplier,
// output channel f reads input channel f / multiplier. LANES channels of one position at a time.

__kernel void depthwise(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, w), ARGUMENT(const float, bias),
    ARGUMENT(float, y), const int rows, const int chunk, const int hasBias, const int activation,
    const Geometry g) {
    POINTER(const float, x);
    POINTER(const float, w);
    POINTER(const float, bias);
    POINTER(float, y);
    ROW_RANGE(rows, chunk)
    const int first = (int)get_global_id(0) * LANES, lanes = min(LANES, g.filters - first);
    const int multiplier = g.groupFilters;
    for (int row = start; row < end; row++) {
        int rest = row;
        const int ow = rest % g.oWidth; rest /= g.oWidth;
        const int oh = rest % g.oHeight; rest /= g.oHeight;
        const int od = rest % g.oDepth; rest /= g.oDepth;
        float sum[LANES];
        for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
        for (int kd = 0; kd < g.kDepth; kd++) {
            const int d = od * g.sDepth - g.pDepth + kd * g.dDepth;
            if (d < 0 || d >= g.depth) continue;
            for (int kh = 0; kh < g.kHeight; kh++) {
                const int h = oh * g.sHeight - g.pHeight + kh * g.dHeight;
                if (h < 0 || h >= g.height) continue;
                for (int kw = 0; kw < g.kWidth; kw++) {
                    const int v = ow * g.sWidth - g.pWidth + kw * g.dWidth;
                    if (v < 0 || v >= g.width) continue;
                    __global const float *p =
                        x + ((((long)rest * g.depth + d) * g.height + h) * g.width + v) * g.channels;
                    __global const float *q =
                        w + ((kd * g.kHeight + kh) * g.kWidth + kw) * g.filters + first;
                    if (multiplier == 1 && lanes == LANES) {
                        for (int c = 0; c < LANES; c++) sum[c] = fma(p[first + c], q[c], sum[c]);
                    } else {
                        for (int c = 0; c < lanes; c++)
                            sum[c] = fma(p[(first + c) / multiplier], q[c], sum[c]);
                    }
                }
            }
        }
        __global float *q = y + (long)row * g.filters + first;
        for (int c = 0; c < lanes; c++) {
            const float v = hasBias ? sum[c] + bias[first + c] : sum[c];
            q[c] = activate(v, activation);
        }
    }
}

__kernel void depthwise_input_gradient(
    PLACE ARGUMENT(const float, dy), ARGUMENT(const float, w), ARGUMENT(float, dx), const int rows,
    const int chunk, const Geometry g) {
    POINTER(const float, dy);
    POINTER(const float, w);
    POINTER(float, dx);
    ROW_RANGE(rows, chunk)
    const int channel = (int)get_global_id(0) * LANES;
    const int lanes = min(LANES, g.channels - channel);
    const int multiplier = g.groupFilters;
    for (int row = start; row < end; row++) {
        int rest = row;
        const int v = rest % g.width; rest /= g.width;
        const int h = rest % g.height; rest /= g.height;
        const int d = rest % g.depth; rest /= g.depth;
        float sum[LANES];
        for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
        const int d1 = last_output(d, g.pDepth, g.sDepth, g.oDepth);
        const int h1 = last_output(h, g.pHeight, g.sHeight, g.oHeight);
        const int w1 = last_output(v, g.pWidth, g.sWidth, g.oWidth);
        for (int od = first_output(d, g.pDepth, g.kDepth, g.dDepth, g.sDepth); od <= d1; od++) {
            const int kd = cell_of(d, od, g.pDepth, g.sDepth, g.dDepth, g.kDepth);
            if (kd < 0) continue;
            for (int oh = first_output(h, g.pHeight, g.kHeight, g.dHeight, g.sHeight); oh <= h1; oh++) {
                const int kh = cell_of(h, oh, g.pHeight, g.sHeight, g.dHeight, g.kHeight);
                if (kh < 0) continue;
                for (int ow = first_output(v, g.pWidth, g.kWidth, g.dWidth, g.sWidth); ow <= w1; ow++) {
                    const int kw = cell_of(v, ow, g.pWidth, g.sWidth, g.dWidth, g.kWidth);
                    if (kw < 0) continue;
                    __global const float *p =
                        dy + ((((long)rest * g.oDepth + od) * g.oHeight + oh) * g.oWidth + ow) * g.filters;
                    __global const float *q = w + ((kd * g.kHeight + kh) * g.kWidth + kw) * g.filters;
                    for (int c = 0; c < lanes; c++) {
                        for (int j = 0; j < multiplier; j++) {
                            const int f = (channel + c) * multiplier + j;
                            sum[c] = fma(p[f], q[f], sum[c]);
                        }
                    }
                }
            }
        }
        __global float *q = dx + (long)row * g.channels + channel;
        for (int c = 0; c < lanes; c++) q[c] = sum[c];
    }
}

// partial[part][cell][f] = Σ over the part's output rows (batch and first output axis) of x·dy.
__kernel void depthwise_filter_gradient(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, dy), ARGUMENT(float, partial), const int rows,
    const int part, const Geometry g) {
    POINTER(const float, x);
    POINTER(const float, dy);
    POINTER(float, partial);
    const int first = (int)get_global_id(0) * LANES, lanes = min(LANES, g.filters - first);
    const int cell = (int)get_global_id(1), piece = (int)get_global_id(2);
    const int cells = g.kDepth * g.kHeight * g.kWidth;
    const int kw = cell % g.kWidth, kh = cell / g.kWidth % g.kHeight;
    const int kd = cell / (g.kWidth * g.kHeight);
    float sum[LANES];
    for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
    // Rows are [batch, oDepth, oHeight]; each holds oWidth positions.
    for (int row = piece * part; row < min((piece + 1) * part, rows); row++) {
        const int oh = row % g.oHeight, od = row / g.oHeight % g.oDepth;
        const int n = row / (g.oHeight * g.oDepth);
        const int d = od * g.sDepth - g.pDepth + kd * g.dDepth;
        const int h = oh * g.sHeight - g.pHeight + kh * g.dHeight;
        if (d < 0 || d >= g.depth || h < 0 || h >= g.height) continue;
        for (int ow = 0; ow < g.oWidth; ow++) {
            const int v = ow * g.sWidth - g.pWidth + kw * g.dWidth;
            if (v < 0 || v >= g.width) continue;
            __global const float *p =
                x + ((((long)n * g.depth + d) * g.height + h) * g.width + v) * g.channels;
            __global const float *q = dy + ((long)row * g.oWidth + ow) * g.filters + first;
            if (g.groupFilters == 1) {
                FOR_LANES(lanes, sum[c] = fma(p[first + c], q[c], sum[c]))
            } else {
                for (int c = 0; c < lanes; c++)
                    sum[c] = fma(p[(first + c) / g.groupFilters], q[c], sum[c]);
            }
        }
    }
    __global float *q = partial + ((long)piece * cells + cell) * g.filters + first;
    for (int c = 0; c < lanes; c++) q[c] = sum[c];
}
