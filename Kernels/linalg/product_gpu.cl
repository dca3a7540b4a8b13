// A matrix product C(m, n) = act(Σ_k A(m, k)·B(k, n) + bias(n)) as the GPU kernels take it.
typedef struct {
    int m, n, k;
    int batchA, batchB, batchC;
    // Elements between rows and depths of A, depths and columns of B, rows of C.
    int rowA, depthA, depthB, columnB, rowC;
    // Depths of a split, and the elements between the splits' results.
    int splitDepth, splitC;
    int hasBias, batchBias, activation;
} Gemm;

// VECTOR_A, VECTOR_B, VECTOR_C: how many neighbours of A, B and C are moved at a time, four where their addresses allow.
#if VECTOR_A == 4
#define VALUES_A float4
#else
#define VALUES_A float
#endif
#if VECTOR_B == 4
#define VALUES_B float4
#else
#define VALUES_B float
#endif
