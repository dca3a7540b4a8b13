// im2col and its adjoint. patches: [batch, o…, K, channels].

__kernel void patches(
    PLACE ARGUMENT(const float, x), ARGUMENT(float, y), const int rows, const int chunk,
    const float padding, const Geometry g) {
    POINTER(const float, x);
    POINTER(float, y);
    RANGE(rows, chunk)
    // A row is one cell of one window: `channels` elements.
    for (int row = start; row < end; row++) {
        int rest = row;
        const int kw = rest % g.kWidth; rest /= g.kWidth;
        const int kh = rest % g.kHeight; rest /= g.kHeight;
        const int kd = rest % g.kDepth; rest /= g.kDepth;
        const int ow = rest % g.oWidth; rest /= g.oWidth;
        const int oh = rest % g.oHeight; rest /= g.oHeight;
        const int od = rest % g.oDepth; rest /= g.oDepth;
        const int d = od * g.sDepth - g.pDepth + kd * g.dDepth;
        const int h = oh * g.sHeight - g.pHeight + kh * g.dHeight;
        const int w = ow * g.sWidth - g.pWidth + kw * g.dWidth;
        __global float *q = y + (long)row * g.channels;
        if (d >= 0 && d < g.depth && h >= 0 && h < g.height && w >= 0 && w < g.width) {
            __global const float *p =
                x + ((((long)rest * g.depth + d) * g.height + h) * g.width + w) * g.channels;
            for (int c = 0; c < g.channels; c++) q[c] = p[c];
        } else {
            for (int c = 0; c < g.channels; c++) q[c] = padding;
        }
    }
}

// Each element of x gathers the cells that it fed, in the order of the window.
__kernel void fold_patches(
    PLACE ARGUMENT(const float, y), ARGUMENT(float, x), const int rows, const int chunk,
    const Geometry g) {
    POINTER(const float, y);
    POINTER(float, x);
    RANGE(rows, chunk)
    const int cells = g.kDepth * g.kHeight * g.kWidth;
    for (int row = start; row < end; row++) {
        int rest = row;
        const int w = rest % g.width; rest /= g.width;
        const int h = rest % g.height; rest /= g.height;
        const int d = rest % g.depth; rest /= g.depth;
        __global float *q = x + (long)row * g.channels;
        for (int c = 0; c < g.channels; c++) q[c] = 0.0f;
        for (int kd = 0; kd < g.kDepth; kd++) {
            const int td = d + g.pDepth - kd * g.dDepth, od = td / g.sDepth;
            if (td < 0 || od * g.sDepth != td || od >= g.oDepth) continue;
            for (int kh = 0; kh < g.kHeight; kh++) {
                const int th = h + g.pHeight - kh * g.dHeight, oh = th / g.sHeight;
                if (th < 0 || oh * g.sHeight != th || oh >= g.oHeight) continue;
                for (int kw = 0; kw < g.kWidth; kw++) {
                    const int tw = w + g.pWidth - kw * g.dWidth, ow = tw / g.sWidth;
                    if (tw < 0 || ow * g.sWidth != tw || ow >= g.oWidth) continue;
                    const long place = (((long)rest * g.oDepth + od) * g.oHeight + oh) * g.oWidth + ow;
                    const int cell = (kd * g.kHeight + kh) * g.kWidth + kw;
                    __global const float *p = y + (place * cells + cell) * g.channels;
                    for (int c = 0; c < g.channels; c++) q[c] += p[c];
                }
            }
        }
    }
}
