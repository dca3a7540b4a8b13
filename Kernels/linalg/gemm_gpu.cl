// The matrix product for GPUs: a work-group owns a tile of TM × TN elements of C, moves TK depths of
// A and B at a time through local memory, and each of its 256 work-items keeps RM × RN sums in
// registers. How A(m, k) is found is LOAD_A's business, so that convolutions are products without a
// patch buffer.
#define TM 64
#define TN 64
#define TK 16
#define RM 4
#define RN 4

typedef struct {
    int m, n, k;
    int batchA, batchB, batchC;
    int rowA, depthA;
    // B(k, n) lies at k / innerB · outerStrideB + k % innerB · innerStrideB + n · columnB.
    int innerB, outerStrideB, innerStrideB, columnB;
    int rowC;
    int splitDepth, splitC, splits;
    int hasBias, batchBias, activation;
} Gemm;

static inline float load_dense(__global const float *A, int m, int k, const Gemm *s) {
    return A[(long)m * s->rowA + (long)k * s->depthA];
}

// Groups: (column tile, row tile; batch · splits + split). The edges are guarded in the loads and the
// stores, so that every work-item meets every barrier.
#define GEMM(NAME, LOAD_A, EXTRA_PARAMETERS, EXTRA)                                               \
    __kernel __attribute__((reqd_work_group_size(16, 16, 1))) void NAME(                          \
        ARGUMENT(const float, A), ARGUMENT(const float, B), ARGUMENT(const float, bias),          \
        ARGUMENT(float, C), const Gemm s EXTRA_PARAMETERS) {                                      \
        POINTER(const float, A);                                                                  \
        POINTER(const float, B);                                                                  \
        POINTER(const float, bias);                                                               \
        POINTER(float, C);                                                                        \
        __local float tileA[TK][TM + 4];                                                          \
        __local float tileB[TK][TN + 4];                                                          \
        const int column = (int)get_local_id(0), row = (int)get_local_id(1);                      \
        const int item = row * 16 + column;                                                       \
        const int firstRow = (int)get_group_id(1) * TM, firstColumn = (int)get_group_id(0) * TN;  \
        const int batch = (int)get_group_id(2) / s.splits;                                        \
        const int split = (int)get_group_id(2) - batch * s.splits;                                \
        const int firstDepth = split * s.splitDepth;                                              \
        const int lastDepth = min(firstDepth + s.splitDepth, s.k);                                \
        A += (long)batch * s.batchA;                                                              \
        B += (long)batch * s.batchB;                                                              \
        C += (long)split * s.splitC + (long)batch * s.batchC;                                     \
        float sum[RM][RN];                                                                        \
        for (int i = 0; i < RM; i++)                                                              \
            for (int j = 0; j < RN; j++) sum[i][j] = 0.0f;                                        \
        for (int k = firstDepth; k < lastDepth; k += TK) {                                        \
            for (int e = 0; e < TM * TK / 256; e++) {                                             \
                const int place = item + e * 256;                                                 \
                const int i = s.depthA == 1 ? place / TK : place % TM;                            \
                const int l = s.depthA == 1 ? place % TK : place / TM;                            \
                const int m = firstRow + i, depth = k + l;                                        \
                tileA[l][i] = m < s.m && depth < lastDepth ? LOAD_A(A, m, depth, &s EXTRA) : 0.0f; \
            }                                                                                     \
            for (int e = 0; e < TN * TK / 256; e++) {                                             \
                const int place = item + e * 256;                                                 \
                const int j = s.columnB == 1 ? place % TN : place / TK;                           \
                const int l = s.columnB == 1 ? place / TN : place % TK;                           \
                const int n = firstColumn + j, depth = k + l;                                     \
                float v = 0.0f;                                                                   \
                if (n < s.n && depth < lastDepth) {                                               \
                    const int outer = depth / s.innerB;                                           \
                    v = B[(long)outer * s.outerStrideB                                            \
                          + (long)(depth - outer * s.innerB) * s.innerStrideB                     \
                          + (long)n * s.columnB];                                                 \
                }                                                                                 \
                tileB[l][j] = v;                                                                  \
            }                                                                                     \
            barrier(CLK_LOCAL_MEM_FENCE);                                                         \
            for (int l = 0; l < TK; l++) {                                                        \
                const float4 a = vload4(0, &tileA[l][row * RM]);                                  \
                const float4 b = vload4(0, &tileB[l][column * RN]);                               \
                const float av[4] = {a.x, a.y, a.z, a.w}, bv[4] = {b.x, b.y, b.z, b.w};           \
                for (int i = 0; i < RM; i++)                                                      \
                    for (int j = 0; j < RN; j++) sum[i][j] = fma(av[i], bv[j], sum[i][j]);        \
            }                                                                                     \
            barrier(CLK_LOCAL_MEM_FENCE);                                                         \
        }                                                                                         \
        for (int i = 0; i < RM; i++) {                                                            \
            const int m = firstRow + row * RM + i;                                                \
            for (int j = 0; j < RN; j++) {                                                        \
                const int n = firstColumn + column * RN + j;                                      \
                if (m < s.m && n < s.n) {                                                         \
                    const float v = s.hasBias                                                     \
                        ? sum[i][j] + bias[(long)batch * s.batchBias + n] : sum[i][j];            \
                    C[(long)m * s.rowC + n] = activate(v, s.activation);                          \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
    }

#define NOTHING
GEMM(gemm_dense, load_dense, NOTHING, NOTHING)
