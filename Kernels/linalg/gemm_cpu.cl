// The matrix product for processors, in the manner of Goto and van de Geijn ("Anatomy of
// High-Performance Matrix Multiplication", 2008) and BLIS: one work-item owns a block of rows, packs
// KC columns of them at a time into panels of MR rows and multiplies them with panels of NR columns
// of B in registers. `__local` memory is the work-item's scratch: with a local size of one it is
// ordinary memory of the worker thread, and stays in its cache.
//
// C[m, n] = Σ_k A(m, k)·B(k, n). How A(m, k) is found is the business of the packing functions in
// the `pack_*.cl` files, so that convolutions are products without a patch buffer.
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

// Dense A, either way round: panel[k][i] = A(row + i, first + k), zero beyond `rows`.
static inline void pack_dense(
    __global const float *A, __local float *panel, int row, int rows, int first, int depth,
    const Gemm *s) {
    pack_matrix(
        A + (long)row * s->rowA + (long)first * s->depthA, s->rowA, s->depthA, panel, rows, depth);
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
