// Pooling over [batch, depth, height, width, channels]; cells in the padding do not take part.
// A row is one output (or, in gradients, input) position: `channels` elements, at most LANES at a time.
__kernel void maximum_pooling(
    PLACE ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int chunk,
    const Geometry g) {
    POINTER(const float, x);
    POINTER(float, y);
    ROW_RANGE(rows, chunk)
    const int first = (int)get_global_id(0) * LANES, lanes = min(LANES, g.channels - first);
    for (int row = start; row < end; row++) {
        int rest = row;
        const int ow = rest % g.oWidth; rest /= g.oWidth;
        const int oh = rest % g.oHeight; rest /= g.oHeight;
        const int od = rest % g.oDepth; rest /= g.oDepth;
        float best[LANES];
        for (int c = 0; c < LANES; c++) best[c] = -FLT_MAX;
        for (int kd = 0; kd < g.kDepth; kd++) {
            const int d = od * g.sDepth - g.pDepth + kd * g.dDepth;
            if (d < 0 || d >= g.depth) continue;
            for (int kh = 0; kh < g.kHeight; kh++) {
                const int h = oh * g.sHeight - g.pHeight + kh * g.dHeight;
                if (h < 0 || h >= g.height) continue;
                for (int kw = 0; kw < g.kWidth; kw++) {
                    const int w = ow * g.sWidth - g.pWidth + kw * g.dWidth;
                    if (w < 0 || w >= g.width) continue;
                    __global const float *p =
                        x + ((((long)rest * g.depth + d) * g.height + h) * g.width + w) * g.channels + first;
                    FOR_LANES(lanes, best[c] = LARGEST_NUMBER(best[c], p[c]))
                }
            }
        }
        __global float *q = y + (long)row * g.channels + first;
        for (int c = 0; c < lanes; c++) q[c] = best[c];
    }
}

__kernel void average_pooling(
    PLACE ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int chunk,
    const Geometry g) {
    POINTER(const float, x);
    POINTER(float, y);
    ROW_RANGE(rows, chunk)
    const int first = (int)get_global_id(0) * LANES, lanes = min(LANES, g.channels - first);
    for (int row = start; row < end; row++) {
        int rest = row;
        const int ow = rest % g.oWidth; rest /= g.oWidth;
        const int oh = rest % g.oHeight; rest /= g.oHeight;
        const int od = rest % g.oDepth; rest /= g.oDepth;
        float sum[LANES];
        for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
        int cells = 0;
        for (int kd = 0; kd < g.kDepth; kd++) {
            const int d = od * g.sDepth - g.pDepth + kd * g.dDepth;
            if (d < 0 || d >= g.depth) continue;
            for (int kh = 0; kh < g.kHeight; kh++) {
                const int h = oh * g.sHeight - g.pHeight + kh * g.dHeight;
                if (h < 0 || h >= g.height) continue;
                for (int kw = 0; kw < g.kWidth; kw++) {
                    const int w = ow * g.sWidth - g.pWidth + kw * g.dWidth;
                    if (w < 0 || w >= g.width) continue;
                    __global const float *p =
                        x + ((((long)rest * g.depth + d) * g.height + h) * g.width + w) * g.channels + first;
                    cells++;
                    FOR_LANES(lanes, sum[c] += p[c])
                }
            }
        }
        __global float *q = y + (long)row * g.channels + first;
        for (int c = 0; c < lanes; c++) q[c] = sum[c] / (float)cells;
    }
}

// Output positions along one axis whose windows cover input position `place`: first and last.
static inline int first_output(int place, int padding, int size, int dilation, int stride) {
    const int low = place + padding - (size - 1) * dilation;
    return low <= 0 ? 0 : (low + stride - 1) / stride;
}
static inline int last_output(int place, int padding, int stride, int extent) {
    return min((place + padding) / stride, extent - 1);
}
// Which cell of the window at `output` covers `place`; -1 if dilation steps over it.
static inline int cell_of(int place, int output, int padding, int stride, int dilation, int size) {
    const int distance = place + padding - output * stride;
    const int cell = distance / dilation;
    return cell * dilation == distance && cell < size ? cell : -1;
}

// Whether an element is its window's maximum, which is -FLT_MAX if there is no number in it.
#define MEETS(v, maximum) (LARGEST_NUMBER(-FLT_MAX, v) == (maximum))

// dx gathers dy of those windows whose first maximum it is (first in row-major order).
__kernel void maximum_pooling_gradient(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, y), ARGUMENT(const float, dy),
    ARGUMENT(float, dx), const int rows, const int chunk, const Geometry g) {
    POINTER(const float, x);
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(float, dx);
    ROW_RANGE(rows, chunk)
    const int channel = (int)get_global_id(0) * LANES;
    const int lanes = min(LANES, g.channels - channel);
    // Positions are counted on, not divided out.
    const int w0 = start % g.width, h0 = start / g.width % g.height;
    const int d0 = start / (g.width * g.height) % g.depth;
    const int n0 = start / (g.width * g.height * g.depth);
    for (int row = start, w = w0, h = h0, d = d0, rest = n0; row < end; row++) {
        __global float *q = dx + (long)row * g.channels + channel;
        __global const float *own = x + (long)row * g.channels + channel;
        float sum[LANES];
        for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
        const int d1 = last_output(d, g.pDepth, g.sDepth, g.oDepth);
        const int h1 = last_output(h, g.pHeight, g.sHeight, g.oHeight);
        const int w1 = last_output(w, g.pWidth, g.sWidth, g.oWidth);
        for (int od = first_output(d, g.pDepth, g.kDepth, g.dDepth, g.sDepth); od <= d1; od++) {
            const int kd = cell_of(d, od, g.pDepth, g.sDepth, g.dDepth, g.kDepth);
            if (kd < 0) continue;
            for (int oh = first_output(h, g.pHeight, g.kHeight, g.dHeight, g.sHeight); oh <= h1; oh++) {
                const int kh = cell_of(h, oh, g.pHeight, g.sHeight, g.dHeight, g.kHeight);
                if (kh < 0) continue;
                for (int ow = first_output(w, g.pWidth, g.kWidth, g.dWidth, g.sWidth); ow <= w1; ow++) {
                    const int kw = cell_of(w, ow, g.pWidth, g.sWidth, g.dWidth, g.kWidth);
                    if (kw < 0) continue;
                    const long place =
                        ((((long)rest * g.oDepth + od) * g.oHeight + oh) * g.oWidth + ow) * g.channels + channel;
                    // Cells before this one in the window must be different from the maximum.
                    int hit[LANES];
                    __global const float *top = y + place;
                    FOR_LANES(lanes, hit[c] = MEETS(own[c], top[c]))
                    const int before = (kd * g.kHeight + kh) * g.kWidth + kw;
                    for (int cell = 0; cell < before; cell++) {
                        const int cd = od * g.sDepth - g.pDepth + cell / (g.kHeight * g.kWidth) * g.dDepth;
                        const int ch = oh * g.sHeight - g.pHeight + cell / g.kWidth % g.kHeight * g.dHeight;
                        const int cw = ow * g.sWidth - g.pWidth + cell % g.kWidth * g.dWidth;
                        if (cd < 0 || cd >= g.depth || ch < 0 || ch >= g.height || cw < 0 || cw >= g.width)
                            continue;
                        __global const float *p =
                            x + ((((long)rest * g.depth + cd) * g.height + ch) * g.width + cw) * g.channels + channel;
                        FOR_LANES(lanes, hit[c] &= !MEETS(p[c], top[c]))
                    }
                    __global const float *share = dy + place;
                    FOR_LANES(lanes, sum[c] += hit[c] ? share[c] : 0.0f)
                }
            }
        }
        for (int c = 0; c < lanes; c++) q[c] = sum[c];
        if (++w == g.width) {
            w = 0;
            if (++h == g.height) {
                h = 0;
                if (++d == g.depth) {
                    d = 0;
                    rest++;
                }
            }
        }
    }
}

// Real cells of the window at `output` along one axis.
static inline int cells_of(int output, int padding, int stride, int dilation, int size, int extent) {
    int cells = 0;
    for (int k = 0; k < size; k++) {
        const int place = output * stride - padding + k * dilation;
        cells += place >= 0 && place < extent;
    }
    return cells;
}

__kernel void average_pooling_gradient(
    PLACE ARGUMENT(const float, dy), ARGUMENT(float, dx), const int rows, const int chunk,
    const Geometry g) {
    POINTER(const float, dy);
    POINTER(float, dx);
    ROW_RANGE(rows, chunk)
    const int channel = (int)get_global_id(0) * LANES;
    const int lanes = min(LANES, g.channels - channel);
    // Positions are counted on, not divided out.
    const int w0 = start % g.width, h0 = start / g.width % g.height;
    const int d0 = start / (g.width * g.height) % g.depth;
    const int n0 = start / (g.width * g.height * g.depth);
    for (int row = start, w = w0, h = h0, d = d0, rest = n0; row < end; row++) {
        float sum[LANES];
        for (int c = 0; c < LANES; c++) sum[c] = 0.0f;
        const int d1 = last_output(d, g.pDepth, g.sDepth, g.oDepth);
        const int h1 = last_output(h, g.pHeight, g.sHeight, g.oHeight);
        const int w1 = last_output(w, g.pWidth, g.sWidth, g.oWidth);
        for (int od = first_output(d, g.pDepth, g.kDepth, g.dDepth, g.sDepth); od <= d1; od++) {
            if (cell_of(d, od, g.pDepth, g.sDepth, g.dDepth, g.kDepth) < 0) continue;
            const int cd = cells_of(od, g.pDepth, g.sDepth, g.dDepth, g.kDepth, g.depth);
            for (int oh = first_output(h, g.pHeight, g.kHeight, g.dHeight, g.sHeight); oh <= h1; oh++) {
                if (cell_of(h, oh, g.pHeight, g.sHeight, g.dHeight, g.kHeight) < 0) continue;
                const int ch = cells_of(oh, g.pHeight, g.sHeight, g.dHeight, g.kHeight, g.height);
                for (int ow = first_output(w, g.pWidth, g.kWidth, g.dWidth, g.sWidth); ow <= w1; ow++) {
                    if (cell_of(w, ow, g.pWidth, g.sWidth, g.dWidth, g.kWidth) < 0) continue;
                    const int cw = cells_of(ow, g.pWidth, g.sWidth, g.dWidth, g.kWidth, g.width);
                    const float share = (float)(cd * ch * cw);
                    __global const float *p = dy
                        + ((((long)rest * g.oDepth + od) * g.oHeight + oh) * g.oWidth + ow) * g.channels
                        + channel;
                    FOR_LANES(lanes, sum[c] += p[c] / share)
                }
            }
        }
        __global float *q = dx + (long)row * g.channels + channel;
        for (int c = 0; c < lanes; c++) q[c] = sum[c];
        if (++w == g.width) {
            w = 0;
            if (++h == g.height) {
                h = 0;
                if (++d == g.depth) {
                    d = 0;
                    rest++;
                }
            }
        }
    }
}
