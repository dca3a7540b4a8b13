// Products that are too small to pack, and the sum of the partial results of split products.

// C[batch, m, n] row by row: A(m, k) at m·rowA + k·depthA, B(k, n) at k·depthB + n·columnB.
// A work-item owns `chunk` rows (of all batches).
__kernel void matmul_small(
    PLACE ARGUMENT(const float, A), ARGUMENT(const float, B), ARGUMENT(const float, bias),
    ARGUMENT(float, C), const int rows, const int chunk, const int m, const int n, const int k,
    const int batchA, const int batchB, const int rowA, const int depthA, const int depthB,
    const int columnB, const int hasBias, const int activation) {
    POINTER(const float, A);
    POINTER(const float, B);
    POINTER(const float, bias);
    POINTER(float, C);
    RANGE(rows, chunk)
    for (int row = start; row < end; row++) {
        const int batch = row / m, i = row - batch * m;
        __global const float *a = A + (long)batch * batchA + (long)i * rowA;
        __global const float *b = B + (long)batch * batchB;
        __global float *c = C + (long)row * n;
        int j = 0;
        if (columnB == 1) {
            for (; j + 8 <= n; j += 8) {
                float8 sum = (float8)(0.0f);
                for (int l = 0; l < k; l++)
                    sum = fma((float8)(a[(long)l * depthA]), *(__global const float8u *)(b + (long)l * depthB + j), sum);
                if (hasBias) sum += *(__global const float8u *)(bias + j);
                *(__global float8u *)(c + j) = activate8(sum, activation);
            }
        }
        for (; j < n; j++) {
            float sum = 0.0f;
            int l = 0;
            if (depthA == 1 && depthB == 1) {
                float8 part = (float8)(0.0f);
                for (; l + 8 <= k; l += 8)
                    part = fma(
                        *(__global const float8u *)(a + l),
                        *(__global const float8u *)(b + (long)j * columnB + l), part);
                sum = sum8(part);
            }
            for (; l < k; l++)
                sum = fma(a[(long)l * depthA], b[(long)l * depthB + (long)j * columnB], sum);
            c[j] = activate(hasBias ? sum + bias[j] : sum, activation);
        }
    }
}

// C = act(Σ_split partial[split] + bias): [splits][count] → [count], bias along the last `n`.
__kernel void split_sum(
    PLACE ARGUMENT(const float, partial), ARGUMENT(const float, bias), ARGUMENT(float, C),
    const int count, const int chunk, const int splits, const int n, const int hasBias,
    const int activation) {
    POINTER(const float, partial);
    POINTER(const float, bias);
    POINTER(float, C);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) {
        float sum = partial[i];
        for (int s = 1; s < splits; s++) sum += partial[(long)s * count + i];
        C[i] = activate(hasBias ? sum + bias[i % n] : sum, activation);
    }
}
