// Panels of patches for the matrix product of processors: the rows of A are found in the image while
// they are packed, so that no patch buffer is needed. `batch` of the product is the group; A already
// points at the group's first channel.

// One run of `run` elements of four rows into four neighbouring columns of a panel; a null row is zero.
static inline void pack_four(
    __global const float *const rows[4], int run, __local float *to) {
    int c = 0;
    if (rows[0] && rows[1] && rows[2] && rows[3]) {
        for (; c + 4 <= run; c += 4, to += 4 * MR) {
            const float4 a0 = *(__global const float4u *)(rows[0] + c);
            const float4 a1 = *(__global const float4u *)(rows[1] + c);
            const float4 a2 = *(__global const float4u *)(rows[2] + c);
            const float4 a3 = *(__global const float4u *)(rows[3] + c);
            *(__local float4u *)to = (float4)(a0.x, a1.x, a2.x, a3.x);
            *(__local float4u *)(to + MR) = (float4)(a0.y, a1.y, a2.y, a3.y);
            *(__local float4u *)(to + 2 * MR) = (float4)(a0.z, a1.z, a2.z, a3.z);
            *(__local float4u *)(to + 3 * MR) = (float4)(a0.w, a1.w, a2.w, a3.w);
        }
        for (; c < run; c++, to += MR)
            *(__local float4u *)to = (float4)(rows[0][c], rows[1][c], rows[2][c], rows[3][c]);
        return;
    }
    for (; c < run; c++, to += MR)
        for (int i = 0; i < 4; i++) to[i] = rows[i] ? rows[i][c] : 0.0f;
}

// Forward. A(m, k): m = output position, k = (cell, channel of the group). Rows are
// taken in fours; where MR is no multiple of four, the last four overlap those before.
static inline void pack_convolution(
    __global const float *x, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s, const Geometry *g) {
    const int channels = g->groupChannels;
    const int firstCell = first / channels, firstChannel = first - firstCell * channels;
    const int kw0 = firstCell % g->kWidth, kh0 = firstCell / g->kWidth % g->kHeight;
    const int kd0 = firstCell / (g->kWidth * g->kHeight);
    for (int i = 0; i < MR; i += 4) {
        const int group = i + 4 <= MR ? i : MR - 4;
        int d0[4], h0[4], w0[4];
        __global const float *image[4];
        for (int j = 0; j < 4; j++) {
            int rest = row + group + j;
            image[j] = 0;
            if (group + j >= rows) continue;
            w0[j] = rest % g->oWidth * g->sWidth - g->pWidth; rest /= g->oWidth;
            h0[j] = rest % g->oHeight * g->sHeight - g->pHeight; rest /= g->oHeight;
            d0[j] = rest % g->oDepth * g->sDepth - g->pDepth; rest /= g->oDepth;
            image[j] = x + (long)rest * g->depth * g->height * g->width * g->channels;
        }
        int kw = kw0, kh = kh0, kd = kd0, channel = firstChannel;
        for (int k = 0; k < depth;) {
            const int run = min(channels - channel, depth - k);
            __global const float *from[4];
            for (int j = 0; j < 4; j++) {
                from[j] = 0;
                if (!image[j]) continue;
                const int d = d0[j] + kd * g->dDepth, h = h0[j] + kh * g->dHeight;
                const int w = w0[j] + kw * g->dWidth;
                if (d >= 0 && d < g->depth && h >= 0 && h < g->height && w >= 0 && w < g->width)
                    from[j] = image[j] + (((long)d * g->height + h) * g->width + w) * g->channels + channel;
            }
            pack_four(from, run, panel + k * MR + group);
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
    const int firstCell = first / filters, firstFilter = first - firstCell * filters;
    const int kw0 = firstCell % g->kWidth, kh0 = firstCell / g->kWidth % g->kHeight;
    const int kd0 = firstCell / (g->kWidth * g->kHeight);
    const int dense = g->sDepth == 1 && g->sHeight == 1 && g->sWidth == 1;
    for (int i = 0; i < MR; i += 4) {
        const int group = i + 4 <= MR ? i : MR - 4;
        int d0[4], h0[4], w0[4];
        __global const float *image[4];
        for (int j = 0; j < 4; j++) {
            int rest = row + group + j;
            image[j] = 0;
            if (group + j >= rows) continue;
            w0[j] = rest % g->width + g->pWidth; rest /= g->width;
            h0[j] = rest % g->height + g->pHeight; rest /= g->height;
            d0[j] = rest % g->depth + g->pDepth; rest /= g->depth;
            image[j] = dy + (long)rest * g->oDepth * g->oHeight * g->oWidth * g->filters;
        }
        int kw = kw0, kh = kh0, kd = kd0, filter = firstFilter;
        for (int k = 0; k < depth;) {
            const int run = min(filters - filter, depth - k);
            __global const float *from[4];
            for (int j = 0; j < 4; j++) {
                from[j] = 0;
                if (!image[j]) continue;
                int d = d0[j] - kd * g->dDepth, h = h0[j] - kh * g->dHeight;
                int w = w0[j] - kw * g->dWidth;
                if (d < 0 || h < 0 || w < 0) continue;
                if (!dense) {
                    if (d % g->sDepth || h % g->sHeight || w % g->sWidth) continue;
                    d /= g->sDepth;
                    h /= g->sHeight;
                    w /= g->sWidth;
                }
                if (d < g->oDepth && h < g->oHeight && w < g->oWidth)
                    from[j] = image[j] + (((long)d * g->oHeight + h) * g->oWidth + w) * g->filters + filter;
            }
            pack_four(from, run, panel + k * MR + group);
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
                if (run == MR) {
                    for (int c = 0; c < MR; c++) q[c] = p[c];
                } else {
                    for (int c = 0; c < run; c++) q[i + c] = p[c];
                }
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
