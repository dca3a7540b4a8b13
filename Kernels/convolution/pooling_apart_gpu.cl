// The gradient of maximum pooling whose windows do not overlap, on GPUs. A work-item owns a channel of one window and of the
// cells after it, up to the next: the first maximum gets dy, the others 0.

// Where the cells of an output position begin along one axis, the first with what lies before it.
static inline int cells_begin(int output, int padding, int stride, int extent) {
    return output == 0 ? 0 : clamp(output * stride - padding, 0, extent);
}
static inline int cells_end(int output, int outputs, int padding, int stride, int extent) {
    return output == outputs - 1 ? extent : clamp((output + 1) * stride - padding, 0, extent);
}

__kernel void maximum_pooling_gradient_apart(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, dy), ARGUMENT(float, dx), const int count,
    const int chunk, const Geometry g) {
    POINTER(const float, x);
    POINTER(const float, dy);
    POINTER(float, dx);
    const int i = (int)get_global_id(0);
    if (i >= count) return;
    int rest = i / g.channels;
    const int channel = i - rest * g.channels;
    const int ow = rest % g.oWidth; rest /= g.oWidth;
    const int oh = rest % g.oHeight; rest /= g.oHeight;
    const int od = rest % g.oDepth; rest /= g.oDepth;
    const int d0 = cells_begin(od, g.pDepth, g.sDepth, g.depth);
    const int h0 = cells_begin(oh, g.pHeight, g.sHeight, g.height);
    const int w0 = cells_begin(ow, g.pWidth, g.sWidth, g.width);
    const int d1 = cells_end(od, g.oDepth, g.pDepth, g.sDepth, g.depth);
    const int h1 = cells_end(oh, g.oHeight, g.pHeight, g.sHeight, g.height);
    const int w1 = cells_end(ow, g.oWidth, g.pWidth, g.sWidth, g.width);
    // Where the window ends.
    const int d2 = min(od * g.sDepth - g.pDepth + g.kDepth, d1);
    const int h2 = min(oh * g.sHeight - g.pHeight + g.kHeight, h1);
    const int w2 = min(ow * g.sWidth - g.pWidth + g.kWidth, w1);
    float best = -FLT_MAX;
    int place = -1;
    for (int d = d0; d < d2; d++)
        for (int h = h0; h < h2; h++)
            for (int w = w0; w < w2; w++) {
                const int at = (((rest * g.depth + d) * g.height + h) * g.width + w) * g.channels + channel;
                const float v = x[at];
                // The first counts, even if it is no number.
                if (place < 0 || v > best) {
                    best = LARGEST_NUMBER(-FLT_MAX, v);
                    place = at;
                }
            }
    const float share = dy[i];
    for (int d = d0; d < d1; d++)
        for (int h = h0; h < h1; h++)
            for (int w = w0; w < w1; w++) {
                const int at = (((rest * g.depth + d) * g.height + h) * g.width + w) * g.channels + channel;
                dx[at] = at == place ? share : 0.0f;
            }
}
