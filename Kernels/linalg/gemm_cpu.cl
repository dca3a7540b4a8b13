// The matrix product for processors, in the manner of Goto and van de Geijn ("Anatomy of
// High-Performance Matrix Multiplication", 2008) and BLIS: one work-item owns a block of rows, packs
// KC columns of them at a time into panels of MR rows and multiplies them with panels of NR columns
// of B in registers. `__local` memory is the work-item's scratch: with a local size of one it is
// ordinary memory of the worker thread, and stays in its cache.
//
// C[m, n] = Σ_k A(m, k)·B(k, n). How A(m, k) is found is the business of the packing functions in
// the `pack_*.cl` files, so that convolutions are products without a patch buffer.
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

typedef struct {
    int m, n, k;
    // Elements between batches (or groups).
    int batchA, batchB, batchC;
    // Dense A: elements between rows and between depths.
    int rowA, depthA;
    // B: elements between panels of NR columns and between depths.
    int panelB, depthB;
    int rowC;
    // Rows of a work-item, column panels of a work-item, and into how many pieces columns go.
    int blockRows, blockPanels, columnBlocks;
    // Depths of one split, and elements between the partial results of splits.
    int splitDepth, splitC;
    int hasBias, batchBias, activation;
} Gemm;

// Bias and activation over a tile that has just been stored, while the first cache holds it. A
// function of its own, so that the products' tiles are stored without a branch a row.
static __attribute__((noinline)) void gemm_finish(
    __global float *c, int rowC, int rows, int columns, int hasBias, __global const float *bias,
    int activation) {
    for (int i = 0; i < rows; i++, c += rowC) {
        int j = 0;
        for (; j + 8 <= columns; j += 8) {
            float8 v = *(__global const float8u *)(c + j);
            if (hasBias) v += *(__global const float8u *)(bias + j);
            *(__global float8u *)(c + j) = activate8(v, activation);
        }
        for (; j < columns; j++)
            c[j] = activate(hasBias ? c[j] + bias[j] : c[j], activation);
    }
}

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

// One work-item: (row block, column block; split; batch).
#define GEMM(NAME, PACK, EXTRA_PARAMETERS, EXTRA)                                                 \
    __kernel WIDE void NAME(                                                                      \
        ARGUMENT(const float, A), ARGUMENT(const float, B), ARGUMENT(const float, bias),          \
        ARGUMENT(float, C), const Gemm s EXTRA_PARAMETERS) {                                      \
        POINTER(const float, A);                                                                  \
        POINTER(const float, B);                                                                  \
        POINTER(const float, bias);                                                               \
        POINTER(float, C);                                                                        \
        __local float panels[MC * KC];                                                            \
        const int item = (int)get_global_id(0), split = (int)get_global_id(1);                    \
        const int batch = (int)get_global_id(2);                                                  \
        const int firstRow = item / s.columnBlocks * s.blockRows;                                 \
        const int blockRows = min(s.blockRows, s.m - firstRow);                                   \
        const int firstPanel = item % s.columnBlocks * s.blockPanels;                             \
        const int lastPanel = min(firstPanel + s.blockPanels, (s.n + NR - 1) / NR);               \
        const int firstDepth = split * s.splitDepth;                                              \
        const int lastDepth = min(firstDepth + s.splitDepth, s.k);                                \
        A += (long)batch * s.batchA;                                                              \
        B += (long)batch * s.batchB;                                                              \
        C += (long)split * s.splitC + (long)batch * s.batchC;                                     \
        bias += (long)batch * s.batchBias;                                                        \
        for (int k = firstDepth; k < lastDepth; k += KC) {                                        \
            const int depth = min(KC, lastDepth - k);                                             \
            const int last = k + depth == lastDepth;                                              \
            for (int row = 0; row < blockRows; row += MR)                                         \
                PACK(A, panels + row * KC, firstRow + row, min(MR, blockRows - row), k, depth,    \
                     &s EXTRA);                                                                   \
            for (int panel = firstPanel; panel < lastPanel; panel++) {                            \
                __global const float *b = B + (long)panel * s.panelB + (long)k * s.depthB;        \
                __global const float *next = panel + 1 < lastPanel ? b + s.panelB : b;            \
                const int column = panel * NR;                                                    \
                const int columns = min(NR, s.n - column);                                        \
                for (int row = 0, tile = 0; row < blockRows; row += MR, tile++) {                 \
                    __global float *c = C + (long)(firstRow + row) * s.rowC + column;             \
                    const int rows = min(MR, blockRows - row);                                    \
                    if (columns <= LANES_V)                                                       \
                        gemm_half_tile(                                                           \
                            panels + row * KC, b, s.depthB, depth, c, s.rowC, rows, columns,      \
                            k > firstDepth);                                                      \
                    else                                                                          \
                        gemm_tile(                                                                \
                            panels + row * KC, b, next + (long)(tile & 3) * (depth / 4) * s.depthB,\
                            s.depthB, depth, c, s.rowC, rows, columns, k > firstDepth);           \
                    if (last && (s.hasBias || s.activation))                                      \
                        gemm_finish(                                                              \
                            c, s.rowC, rows, columns, s.hasBias,                                  \
                            bias + (s.hasBias ? column : 0), s.activation);                       \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
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

// Dense A, either way round: panel[k][i] = A(row + i, first + k), zero beyond `rows`.
static inline void pack_dense(
    __global const float *A, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s) {
    __global const float *p = A + (long)row * s->rowA + (long)first * s->depthA;
    if (rows < MR) {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++)
                panel[k * MR + i] = i < rows ? p[(long)i * s->rowA + (long)k * s->depthA] : 0.0f;
    } else if (s->rowA == 1) {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++) panel[k * MR + i] = p[(long)k * s->depthA + i];
    } else if (s->depthA == 1) {
        pack_rows(p, s->rowA, panel, depth);
    } else {
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < MR; i++)
                panel[k * MR + i] = p[(long)i * s->rowA + (long)k * s->depthA];
    }
}

#define NOTHING
GEMM(gemm_dense, pack_dense, NOTHING, NOTHING)

// B into panels of NR columns, zero beyond n: [batch][panel][k][NR]. B(k, n) lies at
// k / inner · outerStride + k % inner · innerStride + n · columnStride.
// A work-item packs `chunk` depths of `group` panels.
__kernel WIDE void gemm_pack_b(
    ARGUMENT(const float, B), ARGUMENT(float, packed), const int k, const int n, const int chunk,
    const int group, const int inner, const int outerStride, const int innerStride,
    const int columnStride, const int batchB, const int batchPacked) {
    POINTER(const float, B);
    POINTER(float, packed);
    const int first = (int)get_global_id(0) * chunk, last = min(first + chunk, k);
    const int firstPanel = (int)get_global_id(1) * group, batch = (int)get_global_id(2);
    const int lastPanel = min(firstPanel + group, (n + NR - 1) / NR);
    const long panelSize = (long)k * NR;
    B += (long)batch * batchB;
    packed += (long)batch * batchPacked;
    // Rows of B are read as far as whole panels go, one after the other: their neighbouring lines
    // are on the way by then.
    const int whole = columnStride == 1 ? clamp(n / NR, firstPanel, lastPanel) : firstPanel;
    for (int i = first; i < last; i++) {
        const int outer = i < inner ? 0 : i / inner;
        __global const float *from =
            B + (long)outer * outerStride + (long)(i - outer * inner) * innerStride;
        for (int panel = firstPanel; panel < whole; panel++) {
            const VECTOR v0 = *(__global const VECTORU *)(from + panel * NR);
            const VECTOR v1 = *(__global const VECTORU *)(from + panel * NR + LANES_V);
            __global float *to = packed + panel * panelSize + (long)i * NR;
            *(__global VECTORU *)to = v0;
            *(__global VECTORU *)(to + LANES_V) = v1;
        }
    }
    for (int panel = whole; panel < lastPanel; panel++) {
        const int columns = min(NR, n - panel * NR);
        __global const float *from = B + (long)panel * NR * columnStride;
        __global float *to = packed + panel * panelSize;
        // Sixteen depths at a time, so that a strided column's cache line is used whole.
        for (int block = first; block < last; block += 16) {
            const int end = min(block + 16, last);
            const int outer = block / inner, place = block - outer * inner;
            int j = 0;
            if (innerStride == 1 && end - block == 16 && place + 16 <= inner) {
                // Four columns of four depths are turned over in registers.
                __global const float *p = from + (long)outer * outerStride + place;
                for (; j + 4 <= columns; j += 4) {
                    __global const float *q = p + (long)j * columnStride;
                    for (int l = 0; l < 16; l += 4) {
                        const float4 a = *(__global const float4u *)(q + l);
                        const float4 b = *(__global const float4u *)(q + columnStride + l);
                        const float4 c = *(__global const float4u *)(q + 2l * columnStride + l);
                        const float4 d = *(__global const float4u *)(q + 3l * columnStride + l);
                        __global float *t = to + (long)(block + l) * NR + j;
                        *(__global float4u *)t = (float4)(a.x, b.x, c.x, d.x);
                        *(__global float4u *)(t + NR) = (float4)(a.y, b.y, c.y, d.y);
                        *(__global float4u *)(t + 2 * NR) = (float4)(a.z, b.z, c.z, d.z);
                        *(__global float4u *)(t + 3 * NR) = (float4)(a.w, b.w, c.w, d.w);
                    }
                }
            }
            for (; j < NR; j++) {
                for (int i = block; i < end; i++) {
                    const int o = i < inner ? 0 : i / inner;
                    __global const float *p =
                        from + (long)o * outerStride + (long)(i - o * inner) * innerStride;
                    to[(long)i * NR + j] = j < columns ? p[(long)j * columnStride] : 0.0f;
                }
            }
        }
    }
}
