// Attention on GPUs: a work-group of 256 work-items owns 64 queries (or keys) of one head and goes over the others 64 at
// a time. A work-item keeps 4 × 4 scores in registers; weights go to local memory for the products that follow, whose
// sums a work-item adds to its own elements of the result.
#define TILE 64
#define STEPS 16
#define EACH 4

#define GROUP __attribute__((reqd_work_group_size(16, 16, 1)))

// sum[i][j] = Σ over c of A(row·4 + i, c)·B(column·4 + j, c); rows beyond those there are count as 0.
static inline void dot_tile(
    __local float (*tileA)[TILE + 4], __local float (*tileB)[TILE + 4], __global const float *A,
    long strideA, int rowsA, __global const float *B, long strideB, int rowsB, int width,
    float sum[EACH][EACH]) {
    const int column = (int)get_local_id(0), row = (int)get_local_id(1), item = row * 16 + column;
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++) sum[i][j] = 0.0f;
    for (int first = 0; first < width; first += STEPS) {
        for (int place = item; place < TILE * STEPS; place += 256) {
            const int r = place / STEPS, l = place % STEPS, c = first + l;
            tileA[l][r] = r < rowsA && c < width ? A[(long)r * strideA + c] : 0.0f;
            tileB[l][r] = r < rowsB && c < width ? B[(long)r * strideB + c] : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int l = 0; l < STEPS; l++) {
            const float4 a = vload4(0, &tileA[l][row * EACH]);
            const float4 b = vload4(0, &tileB[l][column * EACH]);
            const float av[4] = {a.x, a.y, a.z, a.w}, bv[4] = {b.x, b.y, b.z, b.w};
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++) sum[i][j] = fma(av[i], bv[j], sum[i][j]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

// C(row·4 + i, …) = C·factor[i] + Σ over r of P(row·4 + i, r)·X(r, …) for all columns; with `isFirst` without C.
static inline void add_product(
    __local float (*P)[TILE + 1], __local float (*tileX)[TILE + 4], __global const float *X,
    long strideX, int rowsX, int width, __global float *C, long strideC, int rowsC,
    const float factor[EACH], int isFirst) {
    const int column = (int)get_local_id(0), row = (int)get_local_id(1), item = row * 16 + column;
    for (int start = 0; start < width; start += TILE) {
        float sum[EACH][EACH];
        for (int i = 0; i < EACH; i++)
            for (int j = 0; j < EACH; j++) sum[i][j] = 0.0f;
        for (int first = 0; first < rowsX; first += STEPS) {
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int place = item; place < TILE * STEPS; place += 256) {
                const int l = place / TILE, c = place % TILE, r = first + l;
                tileX[l][c] =
                    r < rowsX && start + c < width ? X[(long)r * strideX + start + c] : 0.0f;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            const int steps = min(STEPS, rowsX - first);
            for (int l = 0; l < steps; l++) {
                const float4 x = vload4(0, &tileX[l][column * EACH]);
                const float xv[4] = {x.x, x.y, x.z, x.w};
                for (int i = 0; i < EACH; i++) {
                    const float p = P[row * EACH + i][first + l];
                    for (int j = 0; j < EACH; j++) sum[i][j] = fma(p, xv[j], sum[i][j]);
                }
            }
        }
        for (int i = 0; i < EACH; i++)
            for (int j = 0; j < EACH; j++) {
                const int r = row * EACH + i, c = start + column * EACH + j;
                if (r < rowsC && c < width) {
                    __global float *to = C + (long)r * strideC + c;
                    *to = isFirst ? sum[i][j] : fma(*to, factor[i], sum[i][j]);
                }
            }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

// Whether any of some rows has seen no key.
static inline int any_blind(__global const float *peaks, int rows, __local int *flag) {
    const int item = (int)get_local_id(1) * 16 + (int)get_local_id(0);
    if (item == 0) *flag = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < rows && peaks[item] < BLIND_PEAK) *flag = 1;
    barrier(CLK_LOCAL_MEM_FENCE);
    const int blind = *flag;
    barrier(CLK_LOCAL_MEM_FENCE);
    return blind;
}

// Groups: (block of queries, head, sample).
__kernel GROUP void attention_forward(
    ARGUMENT(const float, q), ARGUMENT(const float, k), ARGUMENT(const float, v),
    ARGUMENT(const uchar, mask), ARGUMENT(float, y), ARGUMENT(float, peaks), ARGUMENT(float, sums),
    const AttentionShape s, const float scale) {
    POINTER(const float, q);
    POINTER(const float, k);
    POINTER(const float, v);
    POINTER(const uchar, mask);
    POINTER(float, y);
    POINTER(float, peaks);
    POINTER(float, sums);
    __local float tileA[STEPS][TILE + 4], tileB[STEPS][TILE + 4], weights[TILE][TILE + 1];
    __local float rowPeaks[TILE], rowSums[TILE], corrections[TILE];
    __local int blind;
    const int column = (int)get_local_id(0), row = (int)get_local_id(1), item = row * 16 + column;
    const int query = (int)get_group_id(0) * TILE, head = (int)get_group_id(1);
    const int sample = (int)get_group_id(2), rows = min(TILE, s.queries - query);
    const int groups = s.heads / s.shared, keyHead = head / s.shared;
    const long strideQ = s.heads * s.width, strideY = s.heads * s.valueWidth;
    const long strideK = groups * s.width, strideV = groups * s.valueWidth;
    __global float *to = y + ((long)sample * s.queries + query) * strideY + head * s.valueWidth;
    if (item < TILE) {
        rowPeaks[item] = -FLT_MAX;
        rowSums[item] = 0.0f;
    }
    if (item == 0) blind = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    int isFirst = 1;
    // The second turn: a row that has seen nothing takes all keys in; to the others that changes nothing.
    for (int turn = 0; turn < 2; turn++) {
        if (turn == 1 && !blind) break;
        for (int key = 0; key < s.keys; key += TILE) {
            const int count = min(TILE, s.keys - key);
            if (blocks_meet(&s, query, query + rows, key, key + count, 0) == turn) continue;
            float sum[EACH][EACH];
            dot_tile(
                tileA, tileB, q + ((long)sample * s.queries + query) * strideQ + head * s.width,
                strideQ, rows, k + ((long)sample * s.keys + key) * strideK + keyHead * s.width,
                strideK, count, s.width, sum);
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++) {
                    const int r = row * EACH + i, c = column * EACH + j;
                    const float score = sum[i][j] * scale;
                    const int seen = r < rows && c < count
                                     && is_visible(&s, mask, sample, head, query + r, key + c);
                    weights[r][c] = seen ? score : hidden_score(&s, score);
                }
            barrier(CLK_LOCAL_MEM_FENCE);
            if (item < TILE) {
                const float old = rowPeaks[item];
                float peak = old, total = 0.0f;
                for (int c = 0; c < count; c++) peak = LARGEST_NUMBER(peak, weights[item][c]);
                for (int c = 0; c < count; c++) {
                    const float power = exp(weights[item][c] - peak);
                    weights[item][c] = power;
                    total += power;
                }
                const float correction = old == peak ? 1.0f : exp(old - peak);
                rowPeaks[item] = peak;
                rowSums[item] = rowSums[item] * correction + total;
                corrections[item] = correction;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            float factor[EACH];
            for (int i = 0; i < EACH; i++) factor[i] = corrections[row * EACH + i];
            add_product(
                weights, tileB, v + ((long)sample * s.keys + key) * strideV + keyHead * s.valueWidth,
                strideV, count, s.valueWidth, to, strideY, rows, factor, isFirst);
            isFirst = 0;
        }
        if (turn == 0 && item < rows && rowPeaks[item] < BLIND_PEAK) blind = 1;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int i = 0; i < EACH; i++) {
        const int r = row * EACH + i;
        if (r >= rows) continue;
        const float inverse = 1.0f / rowSums[r];
        for (int start = 0; start < s.valueWidth; start += TILE)
            for (int j = 0; j < EACH; j++) {
                const int c = start + column * EACH + j;
                if (c < s.valueWidth) {
                    __global float *place = to + (long)r * strideY + c;
                    *place = isFirst ? 0.0f : *place * inverse;
                }
            }
    }
    if (item < rows) {
        const long place = ((long)sample * s.heads + head) * s.queries + query + item;
        peaks[place] = rowPeaks[item];
        sums[place] = rowSums[item];
    }
}

// Per row of queries Σ y·dy. A work-item per row: [batch, heads, queries].
__kernel void attention_rows(
    ARGUMENT(const float, y), ARGUMENT(const float, dy), ARGUMENT(float, deltas), const int count,
    const int chunk, const int queries, const int heads, const int width) {
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(float, deltas);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) {
        deltas[i] = row_delta(y, dy, i, queries, heads, width);
    }
}

// The weight of one score, and the cotangent of its product q·k from that of the weight.
typedef struct {
    float weight, gradient;
} Weight;

static inline Weight weigh(
    const AttentionShape *s, __global const uchar *mask, int sample, int head, int query, int key,
    float product, float gradient, float scale, float peak, float sum, float delta) {
    const int seen = is_visible(s, mask, sample, head, query, key);
    const float score = product * scale;
    Weight result;
    result.weight = exp((seen ? score : hidden_score(s, score)) - peak) / sum;
    result.gradient = seen || s->lowers ? result.weight * (gradient - delta) * scale : 0.0f;
    return result;
}

// dk and dv. Groups: (block of keys, head of keys, sample).
__kernel GROUP void attention_backward_keys(
    ARGUMENT(const float, q), ARGUMENT(const float, k), ARGUMENT(const float, v),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, peaks), ARGUMENT(const float, sums),
    ARGUMENT(const float, dy), ARGUMENT(const float, deltas), ARGUMENT(float, dk),
    ARGUMENT(float, dv), const AttentionShape s, const float scale) {
    POINTER(const float, q);
    POINTER(const float, k);
    POINTER(const float, v);
    POINTER(const uchar, mask);
    POINTER(const float, peaks);
    POINTER(const float, sums);
    POINTER(const float, dy);
    POINTER(const float, deltas);
    POINTER(float, dk);
    POINTER(float, dv);
    __local float tileA[STEPS][TILE + 4], tileB[STEPS][TILE + 4], tile[TILE][TILE + 1];
    __local int flag;
    const int column = (int)get_local_id(0), row = (int)get_local_id(1);
    const int key = (int)get_group_id(0) * TILE, keyHead = (int)get_group_id(1);
    const int sample = (int)get_group_id(2), rows = min(TILE, s.keys - key);
    const int groups = s.heads / s.shared;
    const long strideQ = s.heads * s.width, strideY = s.heads * s.valueWidth;
    const long strideK = groups * s.width, strideV = groups * s.valueWidth;
    const long placeK = ((long)sample * s.keys + key) * strideK + keyHead * s.width;
    const long placeV = ((long)sample * s.keys + key) * strideV + keyHead * s.valueWidth;
    const float one[EACH] = {1.0f, 1.0f, 1.0f, 1.0f};
    int isFirst = 1;
    for (int h = 0; h < s.shared; h++) {
        const int head = keyHead * s.shared + h;
        const long line = ((long)sample * s.heads + head) * s.queries;
        for (int query = 0; query < s.queries; query += TILE) {
            const int count = min(TILE, s.queries - query);
            const int blind = any_blind(peaks + line + query, count, &flag);
            if (!blocks_meet(&s, query, query + count, key, key + rows, blind)) continue;
            __global const float *queries =
                q + ((long)sample * s.queries + query) * strideQ + head * s.width;
            __global const float *cotangents =
                dy + ((long)sample * s.queries + query) * strideY + head * s.valueWidth;
            float products[EACH][EACH], gradients[EACH][EACH];
            dot_tile(
                tileA, tileB, k + placeK, strideK, rows, queries, strideQ, count, s.width, products);
            dot_tile(
                tileA, tileB, v + placeV, strideV, rows, cotangents, strideY, count, s.valueWidth,
                gradients);
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++) {
                    const int r = row * EACH + i, c = column * EACH + j;
                    Weight w = {0.0f, 0.0f};
                    if (r < rows && c < count) {
                        const long at = line + query + c;
                        w = weigh(
                            &s, mask, sample, head, query + c, key + r, products[i][j],
                            gradients[i][j], scale, peaks[at], sums[at], deltas[at]);
                    }
                    tile[r][c] = w.weight;
                    gradients[i][j] = w.gradient;
                }
            add_product(
                tile, tileB, cotangents, strideY, count, s.valueWidth, dv + placeV, strideV, rows,
                one, isFirst);
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++)
                    tile[row * EACH + i][column * EACH + j] = gradients[i][j];
            add_product(
                tile, tileB, queries, strideQ, count, s.width, dk + placeK, strideK, rows, one,
                isFirst);
            isFirst = 0;
        }
    }
    if (!isFirst) return;
    for (int i = 0; i < EACH; i++) {
        const int r = row * EACH + i;
        if (r >= rows) continue;
        for (int c = column; c < s.width; c += 16) dk[placeK + (long)r * strideK + c] = 0.0f;
        for (int c = column; c < s.valueWidth; c += 16) dv[placeV + (long)r * strideV + c] = 0.0f;
    }
}

// dq. Groups: (block of queries, head, sample).
__kernel GROUP void attention_backward_queries(
    ARGUMENT(const float, q), ARGUMENT(const float, k), ARGUMENT(const float, v),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, peaks), ARGUMENT(const float, sums),
    ARGUMENT(const float, dy), ARGUMENT(const float, deltas), ARGUMENT(float, dq),
    const AttentionShape s, const float scale) {
    POINTER(const float, q);
    POINTER(const float, k);
    POINTER(const float, v);
    POINTER(const uchar, mask);
    POINTER(const float, peaks);
    POINTER(const float, sums);
    POINTER(const float, dy);
    POINTER(const float, deltas);
    POINTER(float, dq);
    __local float tileA[STEPS][TILE + 4], tileB[STEPS][TILE + 4], tile[TILE][TILE + 1];
    __local int flag;
    const int column = (int)get_local_id(0), row = (int)get_local_id(1);
    const int query = (int)get_group_id(0) * TILE, head = (int)get_group_id(1);
    const int sample = (int)get_group_id(2), rows = min(TILE, s.queries - query);
    const int groups = s.heads / s.shared, keyHead = head / s.shared;
    const long strideQ = s.heads * s.width, strideY = s.heads * s.valueWidth;
    const long strideK = groups * s.width, strideV = groups * s.valueWidth;
    const long placeQ = ((long)sample * s.queries + query) * strideQ + head * s.width;
    const long placeY = ((long)sample * s.queries + query) * strideY + head * s.valueWidth;
    const long line = ((long)sample * s.heads + head) * s.queries + query;
    const float one[EACH] = {1.0f, 1.0f, 1.0f, 1.0f};
    const int blind = any_blind(peaks + line, rows, &flag);
    int isFirst = 1;
    for (int key = 0; key < s.keys; key += TILE) {
        const int count = min(TILE, s.keys - key);
        if (!blocks_meet(&s, query, query + rows, key, key + count, blind)) continue;
        __global const float *keys =
            k + ((long)sample * s.keys + key) * strideK + keyHead * s.width;
        float products[EACH][EACH], gradients[EACH][EACH];
        dot_tile(tileA, tileB, q + placeQ, strideQ, rows, keys, strideK, count, s.width, products);
        dot_tile(
            tileA, tileB, dy + placeY, strideY, rows,
            v + ((long)sample * s.keys + key) * strideV + keyHead * s.valueWidth, strideV, count,
            s.valueWidth, gradients);
        for (int i = 0; i < EACH; i++)
            for (int j = 0; j < EACH; j++) {
                const int r = row * EACH + i, c = column * EACH + j;
                float gradient = 0.0f;
                if (r < rows && c < count)
                    gradient = weigh(
                        &s, mask, sample, head, query + r, key + c, products[i][j], gradients[i][j],
                        scale, peaks[line + r], sums[line + r], deltas[line + r]).gradient;
                tile[r][c] = gradient;
            }
        add_product(
            tile, tileB, keys, strideK, count, s.width, dq + placeQ, strideQ, rows, one, isFirst);
        isFirst = 0;
    }
    if (!isFirst) return;
    for (int i = 0; i < EACH; i++) {
        const int r = row * EACH + i;
        if (r >= rows) continue;
        for (int c = column; c < s.width; c += 16) dq[placeQ + (long)r * strideQ + c] = 0.0f;
    }
}
