// Panels of patches for the matrix product of processors: the rows of A are found in the image while
// they are packed, so that no patch buffer is needed. `batch` of the product is the group; A already
// points at the group's first channel.

// Forward. A(m, k): m = output position, k = (cell, channel of the group).
static inline void pack_convolution(
    __global const float *x, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s, const Geometry *g) {
    const int channels = g->groupChannels;
    for (int i = 0; i < MR; i++) {
        if (i >= rows) {
            for (int k = 0; k < depth; k++) panel[k * MR + i] = 0.0f;
            continue;
        }
        int rest = row + i;
        const int ow = rest % g->oWidth; rest /= g->oWidth;
        const int oh = rest % g->oHeight; rest /= g->oHeight;
        const int od = rest % g->oDepth; rest /= g->oDepth;
        const int d0 = od * g->sDepth - g->pDepth, h0 = oh * g->sHeight - g->pHeight;
        const int w0 = ow * g->sWidth - g->pWidth;
        int cell = first / channels, channel = first - cell * channels;
        int kw = cell % g->kWidth, kh = cell / g->kWidth % g->kHeight;
        int kd = cell / (g->kWidth * g->kHeight);
        for (int k = 0; k < depth;) {
            const int run = min(channels - channel, depth - k);
            const int d = d0 + kd * g->dDepth, h = h0 + kh * g->dHeight, w = w0 + kw * g->dWidth;
            __local float *q = panel + k * MR + i;
            if (d >= 0 && d < g->depth && h >= 0 && h < g->height && w >= 0 && w < g->width) {
                __global const float *p = x
                    + ((((long)rest * g->depth + d) * g->height + h) * g->width + w) * g->channels
                    + channel;
                for (int c = 0; c < run; c++) q[c * MR] = p[c];
            } else {
                for (int c = 0; c < run; c++) q[c * MR] = 0.0f;
            }
            k += run;
            channel = 0;
            if (++kw == g->kWidth) {
                kw = 0;
                if (++kh == g->kHeight) {
                    kh = 0;
                    kd++;
                }
            }
        }
    }
}

// Input gradient. A(m, k): m = input position, k = (cell, filter of the group); the cell's window
// position is read if the stride meets it.
static inline void pack_input_gradient(
    __global const float *dy, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s, const Geometry *g) {
    const int filters = g->groupFilters;
    for (int i = 0; i < MR; i++) {
        if (i >= rows) {
            for (int k = 0; k < depth; k++) panel[k * MR + i] = 0.0f;
            continue;
        }
        int rest = row + i;
        const int w = rest % g->width + g->pWidth; rest /= g->width;
        const int h = rest % g->height + g->pHeight; rest /= g->height;
        const int d = rest % g->depth + g->pDepth; rest /= g->depth;
        int cell = first / filters, filter = first - cell * filters;
        int kw = cell % g->kWidth, kh = cell / g->kWidth % g->kHeight;
        int kd = cell / (g->kWidth * g->kHeight);
        for (int k = 0; k < depth;) {
            const int run = min(filters - filter, depth - k);
            const int td = d - kd * g->dDepth, th = h - kh * g->dHeight, tw = w - kw * g->dWidth;
            const int od = td / g->sDepth, oh = th / g->sHeight, ow = tw / g->sWidth;
            __local float *q = panel + k * MR + i;
            if (td >= 0 && th >= 0 && tw >= 0 && od * g->sDepth == td && oh * g->sHeight == th
                && ow * g->sWidth == tw && od < g->oDepth && oh < g->oHeight && ow < g->oWidth) {
                __global const float *p = dy
                    + ((((long)rest * g->oDepth + od) * g->oHeight + oh) * g->oWidth + ow) * g->filters
                    + filter;
                for (int c = 0; c < run; c++) q[c * MR] = p[c];
            } else {
                for (int c = 0; c < run; c++) q[c * MR] = 0.0f;
            }
            k += run;
            filter = 0;
            if (++kw == g->kWidth) {
                kw = 0;
                if (++kh == g->kHeight) {
                    kh = 0;
                    kd++;
                }
            }
        }
    }
}

// Filter gradient. A(m, k): m = (cell, channel of the group), k = output position.
static inline void pack_filter_gradient(
    __global const float *x, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s, const Geometry *g) {
    int rest = first;
    int ow = rest % g->oWidth; rest /= g->oWidth;
    int oh = rest % g->oHeight; rest /= g->oHeight;
    int od = rest % g->oDepth; rest /= g->oDepth;
    const int channels = g->groupChannels;
    const int firstCell = row / channels, firstChannel = row - firstCell * channels;
    const int kw0 = firstCell % g->kWidth, kh0 = firstCell / g->kWidth % g->kHeight;
    const int kd0 = firstCell / (g->kWidth * g->kHeight);
    for (int k = 0; k < depth; k++) {
        __local float *q = panel + k * MR;
        const int d0 = od * g->sDepth - g->pDepth, h0 = oh * g->sHeight - g->pHeight;
        const int w0 = ow * g->sWidth - g->pWidth;
        int kw = kw0, kh = kh0, kd = kd0, channel = firstChannel, i = 0;
        while (i < rows) {
            const int run = min(channels - channel, rows - i);
            const int d = d0 + kd * g->dDepth, h = h0 + kh * g->dHeight, w = w0 + kw * g->dWidth;
            if (d >= 0 && d < g->depth && h >= 0 && h < g->height && w >= 0 && w < g->width) {
                __global const float *p = x
                    + ((((long)rest * g->depth + d) * g->height + h) * g->width + w) * g->channels
                    + channel;
                for (int c = 0; c < run; c++) q[i + c] = p[c];
            } else {
                for (int c = 0; c < run; c++) q[i + c] = 0.0f;
            }
            i += run;
            channel = 0;
            if (++kw == g->kWidth) {
                kw = 0;
                if (++kh == g->kHeight) {
                    kh = 0;
                    kd++;
                }
            }
        }
        for (; i < MR; i++) q[i] = 0.0f;
        if (++ow == g->oWidth) {
            ow = 0;
            if (++oh == g->oHeight) {
                oh = 0;
                if (++od == g->oDepth) {
                    od = 0;
                    rest++;
                }
            }
        }
    }
}

#define GEOMETRY_PARAMETER , const Geometry g
#define GEOMETRY_ARGUMENT , &g
GEMM(gemm_convolution, pack_convolution, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
GEMM(gemm_input_gradient, pack_input_gradient, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
GEMM(gemm_filter_gradient, pack_filter_gradient, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
