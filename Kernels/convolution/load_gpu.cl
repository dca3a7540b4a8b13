// Where the elements of convolutions' factors lie (gemm_gpu.cl). LEFT: 0 patches of the image by output position (m) and
// filter element (depth); 1 the same the other way round, for the filter's gradient; 2 the results' gradient by input
// position and filter element, for the input's. `batch` of the product is the group; A already points at the group's first
// channel.
//
// A patch's element has a place that is the sum of two: of the output position and of the filter's element. The one that
// stays while the depth runs is found once; where single channels are moved it is found each time, which needs no registers.

// Whole-number division by a number that the host knows: multiply and shift (Granlund and Montgomery, 1994).
typedef struct {
    uint multiplier;
    int shift;
} Divisor;

typedef struct {
    // Channels or filters of a group; the filter's extents.
    Divisor inner, kWidth, kHeight;
    // The extents of the positions, and the strides.
    Divisor width, height, depth, sWidth, sHeight, sDepth;
} Divisors;

static inline int divide(int n, Divisor by) {
    return (int)(((ulong)(uint)n * by.multiplier) >> by.shift);
}

typedef struct {
    int at, d, h, w;
} Place;

// Of the output position m: its patch's first element, which may lie before the image.
static inline Place position(int m, const Geometry *g, const Divisors *by) {
    const int row = divide(m, by->width), w = (m - row * g->oWidth) * g->sWidth - g->pWidth;
    const int slice = divide(row, by->height), h = (row - slice * g->oHeight) * g->sHeight - g->pHeight;
#if VOLUME
    const int sample = divide(slice, by->depth);
    const int d = (slice - sample * g->oDepth) * g->sDepth - g->pDepth;
#else
    const int sample = slice, d = 0;
#endif
    return (Place){(((sample * g->depth + d) * g->height + h) * g->width + w) * g->channels, d, h, w};
}

// Of the filter's element k: how far it lies from the patch's first.
static inline Place element(int k, const Geometry *g, const Divisors *by) {
    const int cell = divide(k, by->inner), c = k - cell * g->groupChannels;
    const int row = divide(cell, by->kWidth), w = (cell - row * g->kWidth) * g->dWidth;
#if VOLUME
    const int slice = divide(row, by->kHeight), d = slice * g->dDepth;
    const int h = (row - slice * g->kHeight) * g->dHeight;
#else
    const int d = 0, h = row * g->dHeight;
#endif
    return (Place){((d * g->height + h) * g->width + w) * g->channels + c, d, h, w};
}

static inline VALUES_A patch(__global const float *x, Place p, Place q, const Geometry *g) {
    const int inside = (uint)(p.d + q.d) < (uint)g->depth && (uint)(p.h + q.h) < (uint)g->height
        && (uint)(p.w + q.w) < (uint)g->width;
    return inside ? *(__global const VALUES_A *)(x + p.at + q.at) : (VALUES_A)(0.0f);
}

// Of the input position m: its sample and coordinates, moved by the padding.
static inline Place input_position(int m, const Geometry *g, const Divisors *by) {
    const int row = divide(m, by->width), w = m - row * g->width + g->pWidth;
    const int slice = divide(row, by->height), h = row - slice * g->height + g->pHeight;
#if VOLUME
    const int sample = divide(slice, by->depth), d = slice - sample * g->depth + g->pDepth;
#else
    const int sample = slice, d = 0;
#endif
    return (Place){sample, d, h, w};
}

// The result's gradient that the filter's element k takes to the input position p.
static inline VALUES_A pulled(
    __global const float *dy, Place p, int k, const Geometry *g, const Divisors *by) {
    const int cell = divide(k, by->inner), f = k - cell * g->groupFilters;
    const int row = divide(cell, by->kWidth), w = p.w - (cell - row * g->kWidth) * g->dWidth;
#if VOLUME
    const int slice = divide(row, by->kHeight), d = p.d - slice * g->dDepth;
    const int h = p.h - (row - slice * g->kHeight) * g->dHeight;
    const int od = divide(d, by->sDepth);
    const int isThere = d >= 0 && od < g->oDepth && od * g->sDepth == d;
#else
    const int od = 0, isThere = 1, h = p.h - row * g->dHeight;
#endif
    const int oh = divide(h, by->sHeight), ow = divide(w, by->sWidth);
    if (!isThere || h < 0 || w < 0 || oh >= g->oHeight || ow >= g->oWidth
        || oh * g->sHeight != h || ow * g->sWidth != w)
        return (VALUES_A)(0.0f);
    const int at = (((p.at * g->oDepth + od) * g->oHeight + oh) * g->oWidth + ow) * g->filters + f;
    return *(__global const VALUES_A *)(dy + at);
}

#define GEOMETRY_PARAMETERS , const Geometry g, const Divisors by
#if LEFT == 0
#define FIXED_A(line) position(min(line, s.m - 1), &g, &by)
#define FIND_A(fixed, depth) patch(A, fixed, element(depth, &g, &by), &g)
#elif LEFT == 1
#define FIXED_A(line) element(min(line, s.m - 1), &g, &by)
#define FIND_A(fixed, depth) patch(A, position(depth, &g, &by), fixed, &g)
#else
#define FIXED_A(line) input_position(min(line, s.m - 1), &g, &by)
#define FIND_A(fixed, depth) pulled(A, fixed, depth, &g, &by)
#endif
#if VECTOR_A == 4
#define PLACES_A Place
#define PLACE_A(line) FIXED_A(line)
#define LOAD_A(place, line, depth) FIND_A(place, depth)
#else
#define PLACES_A int
#define PLACE_A(line) 0
#define LOAD_A(place, line, depth) FIND_A(FIXED_A(line), depth)
#endif

#if LEFT == 2
// The filter's element by cell and filter, and the channel.
static inline VALUES_B turned(
    __global const float *filter, int n, int k, const Geometry *g, const Divisors *by) {
    const int cell = divide(k, by->inner), f = k - cell * g->groupFilters;
    return *(__global const VALUES_B *)(filter + (cell * g->groupChannels + n) * g->filters + f);
}
#define LOAD_B(column, depth) turned(B, column, depth, &g, &by)
#else
#define LOAD_B(column, depth) (*(__global const VALUES_B *)(B + (long)(depth) * s.depthB + (column)))
#endif
