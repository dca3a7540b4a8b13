// Elements of patches for the matrix product of GPUs. `batch` of the product is the group; A already
// points at the group's first channel.

// Forward. m = output position, k = (cell, channel of the group).
static inline float load_patch(__global const float *x, int m, int k, const Geometry *g) {
    const int ow = m % g->oWidth; m /= g->oWidth;
    const int oh = m % g->oHeight; m /= g->oHeight;
    const int od = m % g->oDepth; m /= g->oDepth;
    const int c = k % g->groupChannels; k /= g->groupChannels;
    const int kw = k % g->kWidth; k /= g->kWidth;
    const int kh = k % g->kHeight; k /= g->kHeight;
    const int d = od * g->sDepth - g->pDepth + k * g->dDepth;
    const int h = oh * g->sHeight - g->pHeight + kh * g->dHeight;
    const int w = ow * g->sWidth - g->pWidth + kw * g->dWidth;
    if (d < 0 || d >= g->depth || h < 0 || h >= g->height || w < 0 || w >= g->width) return 0.0f;
    return x[((((long)m * g->depth + d) * g->height + h) * g->width + w) * g->channels + c];
}

static inline float load_convolution(
    __global const float *x, int m, int k, const Gemm *s, const Geometry *g) {
    return load_patch(x, m, k, g);
}

// Filter gradient: the same, the other way round.
static inline float load_filter_gradient(
    __global const float *x, int m, int k, const Gemm *s, const Geometry *g) {
    return load_patch(x, k, m, g);
}

// Input gradient. m = input position, k = (cell, filter of the group).
static inline float load_input_gradient(
    __global const float *dy, int m, int k, const Gemm *s, const Geometry *g) {
    const int w = m % g->width; m /= g->width;
    const int h = m % g->height; m /= g->height;
    const int d = m % g->depth; m /= g->depth;
    const int f = k % g->groupFilters; k /= g->groupFilters;
    const int kw = k % g->kWidth; k /= g->kWidth;
    const int kh = k % g->kHeight; k /= g->kHeight;
    const int td = d + g->pDepth - k * g->dDepth, th = h + g->pHeight - kh * g->dHeight;
    const int tw = w + g->pWidth - kw * g->dWidth;
    const int od = td / g->sDepth, oh = th / g->sHeight, ow = tw / g->sWidth;
    if (td < 0 || th < 0 || tw < 0 || od * g->sDepth != td || oh * g->sHeight != th
        || ow * g->sWidth != tw || od >= g->oDepth || oh >= g->oHeight || ow >= g->oWidth)
        return 0.0f;
    return dy[((((long)m * g->oDepth + od) * g->oHeight + oh) * g->oWidth + ow) * g->filters + f];
}

#define GEOMETRY_PARAMETER , const Geometry g
#define GEOMETRY_ARGUMENT , &g
GEMM(gemm_convolution, load_convolution, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
GEMM(gemm_input_gradient, load_input_gradient, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
GEMM(gemm_filter_gradient, load_filter_gradient, GEOMETRY_PARAMETER, GEOMETRY_ARGUMENT)
