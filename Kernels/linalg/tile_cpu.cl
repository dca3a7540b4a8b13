// The registers' part of matrix products on processors: MR rows of A, packed into `__local` memory, times a panel of NR
// columns of B. `__local` memory is the work-item's scratch: with a local size of one it is ordinary memory of the worker
// thread, and stays in its cache.
#if VECTOR_LANES == 16
#define VECTOR float16
#define VECTORU float16u
#define LANES_V 16
#define MR 12
#define ROWS_OF(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#else
#define VECTOR float8
#define VECTORU float8u
#define LANES_V 8
#define MR 6
#define ROWS_OF(X) X(0) X(1) X(2) X(3) X(4) X(5)
#endif
#define NR (2 * LANES_V)

// Calls a line of memory into the second cache.
#if defined(__clang__) && defined(__AVX__)
#define PREFETCH(p) __builtin_prefetch((const void *)(size_t)(p), 0, 2)
#else
#define PREFETCH(p) ((void)(p))
#endif

#define DECLARE_ROW(i) VECTOR x##i = (VECTOR)(0.0f), y##i = (VECTOR)(0.0f);
#define MULTIPLY_ROW(i)                    \
    {                                      \
        const VECTOR t = (VECTOR)(a[i]);   \
        x##i = fma(t, b0, x##i);           \
        y##i = fma(t, b1, y##i);           \
    }
#define MULTIPLY                                                    \
    {                                                               \
        const VECTOR b0 = *(__global const VECTORU *)b;             \
        const VECTOR b1 = *(__global const VECTORU *)(b + LANES_V); \
        ROWS_OF(MULTIPLY_ROW)                                       \
        a += MR;                                                    \
        b += depthB;                                                \
    }
#define PREFETCH_ROW(i)                              \
    {                                                \
        PREFETCH(c + (long)i * rowC);                \
        if (NR > 16) PREFETCH(c + (long)i * rowC + 16);  \
    }
#define ADD_ROW(i)                                               \
    {                                                            \
        __global const float *p = c + (long)i * rowC;            \
        x##i = *(__global const VECTORU *)p + x##i;              \
        y##i = *(__global const VECTORU *)(p + LANES_V) + y##i;  \
    }
#define STORE_ROW(i)                                 \
    {                                                \
        __global float *p = c + (long)i * rowC;      \
        *(__global VECTORU *)p = x##i;               \
        *(__global VECTORU *)(p + LANES_V) = y##i;   \
    }
#define SPILL_ROW(i)                                 \
    *(VECTORU *)(tile + i * NR) = x##i;              \
    *(VECTORU *)(tile + i * NR + LANES_V) = y##i;

// MR rows of A times a panel of B. Each tile also calls a fourth of the rows of the panel that comes
// after this one, from `next` on, into the second cache: with few tiles to a panel, waiting for B
// would cost a tenth of the time.
static __attribute__((noinline)) WIDE void gemm_tile(
    __local const float *a, __global const float *b, __global const float *next, int depthB,
    int depth, __global float *c, int rowC, int rows, int columns, int add) {
    ROWS_OF(DECLARE_ROW)
    ROWS_OF(PREFETCH_ROW)
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
        PREFETCH(next);
        if (NR > 16) PREFETCH(next + 16);
        next += depthB;
        MULTIPLY
        MULTIPLY
        MULTIPLY
        MULTIPLY
    }
    for (; k < depth; k++) MULTIPLY
    if (rows == MR && columns >= NR) {
        if (add) {
            ROWS_OF(ADD_ROW)
        }
        ROWS_OF(STORE_ROW)
        return;
    }
    float tile[MR * NR];
    ROWS_OF(SPILL_ROW)
    const int width = min(columns, NR);
    for (int i = 0; i < rows; i++) {
        __global float *p = c + (long)i * rowC;
        for (int j = 0; j < width; j++) p[j] = add ? p[j] + tile[i * NR + j] : tile[i * NR + j];
    }
}

// The same for the first half of a panel's columns, where there are no more.
#define DECLARE_HALF(i) VECTOR x##i = (VECTOR)(0.0f);
#define MULTIPLY_HALF(i) x##i = fma((VECTOR)(a[i]), b0, x##i);
#define SPILL_HALF(i) *(VECTORU *)(tile + i * LANES_V) = x##i;

static __attribute__((noinline)) WIDE void gemm_half_tile(
    __local const float *a, __global const float *b, int depthB, int depth, __global float *c,
    int rowC, int rows, int columns, int add) {
    ROWS_OF(DECLARE_HALF)
    for (int k = 0; k < depth; k++) {
        const VECTOR b0 = *(__global const VECTORU *)b;
        ROWS_OF(MULTIPLY_HALF)
        a += MR;
        b += depthB;
    }
    float tile[MR * LANES_V];
    ROWS_OF(SPILL_HALF)
    for (int i = 0; i < rows; i++) {
        __global float *p = c + (long)i * rowC;
        const float *q = tile + i * LANES_V;
        if (columns == LANES_V) {
            const VECTOR v = *(const VECTORU *)q;
            *(__global VECTORU *)p = add ? *(__global const VECTORU *)p + v : v;
        } else {
            for (int j = 0; j < columns; j++) p[j] = add ? p[j] + q[j] : q[j];
        }
    }
}

// MR contiguous rows of `depth` elements, `stride` apart, into panel[k][i]. Sixteen columns of four
// rows at a time: each cache line is read whole while it is at hand, and four by four elements are
// turned over in registers.
static inline void pack_rows(
    __global const float *p, long stride, __local float *panel, int depth) {
    int k = 0;
#if MR % 4 == 0
    for (; k + 16 <= depth; k += 16) {
        for (int i = 0; i < MR; i += 4) {
            __global const float *q = p + i * stride + k;
            for (int l = 0; l < 16; l += 4) {
                const float4 a = *(__global const float4u *)(q + l);
                const float4 b = *(__global const float4u *)(q + stride + l);
                const float4 c = *(__global const float4u *)(q + 2 * stride + l);
                const float4 d = *(__global const float4u *)(q + 3 * stride + l);
                __local float *to = panel + (k + l) * MR + i;
                *(__local float4u *)to = (float4)(a.x, b.x, c.x, d.x);
                *(__local float4u *)(to + MR) = (float4)(a.y, b.y, c.y, d.y);
                *(__local float4u *)(to + 2 * MR) = (float4)(a.z, b.z, c.z, d.z);
                *(__local float4u *)(to + 3 * MR) = (float4)(a.w, b.w, c.w, d.w);
            }
        }
    }
#endif
    for (; k + 4 <= depth; k += 4) {
        for (int i = 0; i < MR; i++) {
            const float4 v = *(__global const float4u *)(p + i * stride + k);
            panel[k * MR + i] = v.x;
            panel[(k + 1) * MR + i] = v.y;
            panel[(k + 2) * MR + i] = v.z;
            panel[(k + 3) * MR + i] = v.w;
        }
    }
    for (; k < depth; k++)
        for (int i = 0; i < MR; i++) panel[k * MR + i] = p[i * stride + k];
}

// `rows` rows of any matrix, either way round: panel[k][i] = p(i, k), zero beyond `rows`.
static inline void pack_matrix(
    __global const float *p, int rowStride, int depthStride, __local float *panel, int rows,
    int depth) {
    if (rows < MR) {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++)
                panel[k * MR + i] =
                    i < rows ? p[(long)i * rowStride + (long)k * depthStride] : 0.0f;
    } else if (rowStride == 1) {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++) panel[k * MR + i] = p[(long)k * depthStride + i];
    } else if (depthStride == 1) {
        pack_rows(p, rowStride, panel, depth);
    } else {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++)
                panel[k * MR + i] = p[(long)i * rowStride + (long)k * depthStride];
    }
}
