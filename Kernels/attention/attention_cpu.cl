// Attention on processors: products of blocks (linalg/tile_cpu.cl) with what lies between them. A work-item takes one
// block of queries or keys after the other and keeps its scores in a scratch that stays in its cache.

#define SCORE_STRIDE (KC + 16)

// C (+)= A·B for up to MC rows of A, B in panels.
static __attribute__((noinline)) WIDE void block_product(
    __local float *panels, __global const float *A, int rowA, int depthA, int rows, int depth,
    __global const float *B, int panelB, int columns, __global float *C, int rowC, int add) {
    for (int k = 0; k < depth; k += KC) {
        const int part = min(KC, depth - k);
        for (int row = 0; row < rows; row += MR)
            pack_matrix(
                A + (long)row * rowA + (long)k * depthA, rowA, depthA, panels + row * KC,
                min(MR, rows - row), part);
        for (int column = 0, panel = 0; column < columns; column += NR, panel++) {
            __global const float *b = B + (long)panel * panelB + (long)k * NR;
            for (int row = 0; row < rows; row += MR) {
                __global float *c = C + (long)row * rowC + column;
                const int height = min(MR, rows - row), width = min(NR, columns - column);
                if (width <= LANES_V)
                    gemm_half_tile(
                        panels + row * KC, b, NR, part, c, rowC, height, width, add || k > 0);
                else
                    gemm_tile(
                        panels + row * KC, b, b, NR, part, c, rowC, height, width, add || k > 0);
            }
        }
    }
}

// Rows of heads, [batch, length, heads, width], into panels of NR columns for each head: rows as depths (lengthwise),
// or as columns (crosswise). A work-item packs one panel.
__kernel void attention_pack(
    ARGUMENT(const float, x), ARGUMENT(float, packed), const int length, const int heads,
    const int width, const int crosswise) {
    POINTER(const float, x);
    POINTER(float, packed);
    const int panel = (int)get_global_id(0), item = (int)get_global_id(1);
    const int sample = item / heads, head = item - sample * heads;
    const int depth = crosswise ? width : length, columns = crosswise ? length : width;
    const int count = min(NR, columns - panel * NR), panels = (columns + NR - 1) / NR;
    const int stride = heads * width;
    __global const float *from = x + (long)sample * length * stride + head * width
                                 + (long)panel * NR * (crosswise ? stride : 1);
    __global float *to = packed + ((long)item * panels + panel) * depth * NR;
    const int depthStride = crosswise ? 1 : stride, columnStride = crosswise ? stride : 1;
    for (int k = 0; k < depth; k++) {
        for (int j = 0; j < NR; j++)
            to[k * NR + j] = j < count ? from[(long)k * depthStride + (long)j * columnStride] : 0.0f;
    }
}

// Keys `key` … of one query as a line of scores: to powers. The row's peak and sum are brought up to date; gives what
// earlier sums are to be multiplied by.
static __attribute__((noinline)) float line_weights(
    const AttentionShape *s, __global const uchar *mask, int sample, int head, int query, int key,
    int count, float scale, __global float *x, __global float *peaks, __global float *sums) {
    if (s->hasMask || first_key(s, query) > key || last_key(s, query) < key + count) {
        for (int j = 0; j < count; j++) {
            const float score = x[j] * scale;
            x[j] = is_visible(s, mask, sample, head, query, key + j) ? score
                                                                     : hidden_score(s, score);
        }
        scale = 1.0f;
    }
    const float old = *peaks;
    float8 best = (float8)(old);
    int j = 0;
    for (; j + 8 <= count; j += 8) {
        const float8 v = *(__global const float8u *)(x + j) * scale;
        *(__global float8u *)(x + j) = v;
        best = select(best, v, v > best);
    }
    float peak = old;
    for (; j < count; j++) {
        x[j] *= scale;
        peak = LARGEST_NUMBER(peak, x[j]);
    }
    const float4 four = select(best.lo, best.hi, best.hi > best.lo);
    peak = LARGEST_NUMBER(peak, four.x);
    peak = LARGEST_NUMBER(peak, four.y);
    peak = LARGEST_NUMBER(peak, four.z);
    peak = LARGEST_NUMBER(peak, four.w);
    float8 total = (float8)(0.0f);
    for (j = 0; j + 8 <= count; j += 8) {
        const float8 power = exp(*(__global const float8u *)(x + j) - peak);
        *(__global float8u *)(x + j) = power;
        total += power;
    }
    float sum = sum8(total);
    for (; j < count; j++) {
        x[j] = exp(x[j] - peak);
        sum += x[j];
    }
    const float correction = old == peak ? 1.0f : exp(old - peak);
    *peaks = peak;
    *sums = *sums * correction + sum;
    return correction;
}

// Blocks of queries: task = (sample, head, block).
__kernel WIDE void attention_forward(
    ARGUMENT(const float, q), ARGUMENT(const float, packedKeys), ARGUMENT(const float, packedValues),
    ARGUMENT(const uchar, mask), ARGUMENT(float, y), ARGUMENT(float, peaks), ARGUMENT(float, sums),
    ARGUMENT(float, scratch), const AttentionShape s, const float scale) {
    POINTER(const float, q);
    POINTER(const float, packedKeys);
    POINTER(const float, packedValues);
    POINTER(const uchar, mask);
    POINTER(float, y);
    POINTER(float, peaks);
    POINTER(float, sums);
    POINTER(float, scratch);
    __local float panels[MC * KC];
    const int item = (int)get_global_id(0);
    const int blocks = (s.queries + MC - 1) / MC, groups = s.heads / s.shared;
    const int tasks = s.batch * s.heads * blocks;
    const long keySize = (long)((s.keys + NR - 1) / NR) * s.width * NR;
    const long valueSize = (long)((s.valueWidth + NR - 1) / NR) * s.keys * NR;
    __global float *scores = scratch + (long)item * MC * (SCORE_STRIDE + s.valueWidth);
    __global float *results = scores + MC * SCORE_STRIDE;
    for (int task = item; task < tasks; task += s.items) {
        const int row = task / blocks, query = task % blocks * MC;
        const int rows = min(MC, s.queries - query);
        const int sample = row / s.heads, head = row - sample * s.heads;
        const int group = sample * groups + head / s.shared;
        __global float *rowPeaks = peaks + (long)row * s.queries + query;
        __global float *rowSums = sums + (long)row * s.queries + query;
        for (int i = 0; i < rows; i++) {
            rowPeaks[i] = -FLT_MAX;
            rowSums[i] = 0.0f;
        }
        int isFirst = 1;
        // The second turn: a row that has seen nothing takes all keys in; to the others that changes nothing.
        for (int turn = 0; turn < 2; turn++) {
            if (turn == 1) {
                int blind = 0;
                for (int i = 0; i < rows; i++) blind |= rowPeaks[i] < BLIND_PEAK;
                if (!blind) break;
            }
            for (int key = 0; key < s.keys; key += KC) {
                const int count = min(KC, s.keys - key);
                if (blocks_meet(&s, query, query + rows, key, key + count, 0) == turn) continue;
                block_product(
                    panels, q + ((long)(sample * s.queries + query) * s.heads + head) * s.width,
                    s.heads * s.width, 1, rows, s.width,
                    packedKeys + group * keySize + (long)key * s.width, s.width * NR, count, scores,
                    SCORE_STRIDE, 0);
                for (int i = 0; i < rows; i++) {
                    const float correction = line_weights(
                        &s, mask, sample, head, query + i, key, count, scale,
                        scores + i * SCORE_STRIDE, rowPeaks + i, rowSums + i);
                    if (!isFirst && correction != 1.0f)
                        for (int c = 0; c < s.valueWidth; c++)
                            results[(long)i * s.valueWidth + c] *= correction;
                }
                block_product(
                    panels, scores, SCORE_STRIDE, 1, rows, count,
                    packedValues + group * valueSize + (long)key * NR, s.keys * NR, s.valueWidth,
                    results, s.valueWidth, !isFirst);
                isFirst = 0;
            }
        }
        for (int i = 0; i < rows; i++) {
            const float inverse = 1.0f / rowSums[i];
            __global float *to =
                y + ((long)(sample * s.queries + query + i) * s.heads + head) * s.valueWidth;
            for (int c = 0; c < s.valueWidth; c++)
                to[c] = isFirst ? 0.0f : results[(long)i * s.valueWidth + c] * inverse;
        }
    }
}

// Per row of queries Σ y·dy, and 1 / sum. x[row]: [batch, heads, queries].
__kernel void attention_rows(
    ARGUMENT(const float, y), ARGUMENT(const float, dy), ARGUMENT(const float, sums),
    ARGUMENT(float, deltas), ARGUMENT(float, inverses), const int count, const int chunk,
    const int queries, const int heads, const int width) {
    POINTER(const float, y);
    POINTER(const float, dy);
    POINTER(const float, sums);
    POINTER(float, deltas);
    POINTER(float, inverses);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) {
        deltas[i] = row_delta(y, dy, i, queries, heads, width);
        inverses[i] = 1.0f / sums[i];
    }
}

// Queries `query` … of one key as a line: scores to weights, cotangents of weights to those of q·k.
static __attribute__((noinline)) void line_gradient(
    const AttentionShape *s, __global const uchar *mask, int sample, int head, int query, int count,
    int key, float scale, __global float *x, __global float *d, __global const float *peaks,
    __global const float *inverses, __global const float *deltas) {
    const int last = query + count - 1;
    const int hidesSome = s->hasMask || first_key(s, last) > key || last_key(s, last) <= key
                          || first_key(s, query) > key || last_key(s, query) <= key;
    float factor = scale;
    if (hidesSome) {
        for (int i = 0; i < count; i++) {
            const float score = x[i] * scale;
            x[i] = is_visible(s, mask, sample, head, query + i, key) ? score
                                                                     : hidden_score(s, score);
        }
        factor = 1.0f;
    }
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        const float8 power =
            exp(*(__global const float8u *)(x + i) * factor - *(__global const float8u *)(peaks + i));
        const float8 weight = power * *(__global const float8u *)(inverses + i);
        const float8 difference =
            *(__global const float8u *)(d + i) - *(__global const float8u *)(deltas + i);
        *(__global float8u *)(x + i) = weight;
        *(__global float8u *)(d + i) = weight * difference * scale;
    }
    for (; i < count; i++) {
        const float weight = exp(x[i] * factor - peaks[i]) * inverses[i];
        x[i] = weight;
        d[i] = weight * (d[i] - deltas[i]) * scale;
    }
    // A replaced score passes no cotangent on.
    if (hidesSome && !s->lowers)
        for (i = 0; i < count; i++)
            if (!is_visible(s, mask, sample, head, query + i, key)) d[i] = 0.0f;
}

// Queries of one block: the scores are lines of them, one per key.
#define QUERY_BLOCK (KC / 2)
#define LINE_STRIDE (QUERY_BLOCK + 16)

// Blocks of keys: task = (sample, head of keys, part of the keys). What it adds to dq goes to a place of its own if several
// tasks share the keys of a head: dqPart floats apart, rowQ between rows.
__kernel WIDE void attention_backward(
    ARGUMENT(const float, k), ARGUMENT(const float, v), ARGUMENT(const float, lengthwiseQ),
    ARGUMENT(const float, crosswiseQ), ARGUMENT(const float, lengthwiseD),
    ARGUMENT(const float, crosswiseD), ARGUMENT(const float, lengthwiseK),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, peaks), ARGUMENT(const float, inverses),
    ARGUMENT(const float, deltas), ARGUMENT(float, dq), ARGUMENT(float, dk), ARGUMENT(float, dv),
    ARGUMENT(float, scratch), const AttentionShape s, const float scale, const int dqPart) {
    POINTER(const float, k);
    POINTER(const float, v);
    POINTER(const float, lengthwiseQ);
    POINTER(const float, crosswiseQ);
    POINTER(const float, lengthwiseD);
    POINTER(const float, crosswiseD);
    POINTER(const float, lengthwiseK);
    POINTER(const uchar, mask);
    POINTER(const float, peaks);
    POINTER(const float, inverses);
    POINTER(const float, deltas);
    POINTER(float, dq);
    POINTER(float, dk);
    POINTER(float, dv);
    POINTER(float, scratch);
    __local float panels[MC * KC];
    const int item = (int)get_global_id(0);
    const int groups = s.heads / s.shared, tasks = s.batch * groups * s.parts;
    const int rowQ = s.heads * s.width, rowK = groups * s.width, rowV = groups * s.valueWidth;
    const long crosswise = (s.queries + NR - 1) / NR * NR;
    const long sizeQ = (long)((s.width + NR - 1) / NR) * s.queries * NR;
    const long sizeD = (long)((s.valueWidth + NR - 1) / NR) * s.queries * NR;
    const long sizeK = (long)((s.width + NR - 1) / NR) * s.keys * NR;
    __global float *scores = scratch + (long)item * 2 * MC * LINE_STRIDE;
    __global float *gradients = scores + MC * LINE_STRIDE;
    for (int task = item; task < tasks; task += s.items) {
        const int group = task / s.parts, part = task - group * s.parts;
        const int sample = group / groups, keyHead = group - sample * groups;
        __global float *partQ = dq + (long)part * dqPart;
        for (int h = 0; h < s.shared; h++)
            for (int i = 0; i < s.queries; i++) {
                __global float *to = partQ + ((long)sample * s.queries + i) * rowQ
                                     + (keyHead * s.shared + h) * s.width;
                for (int c = 0; c < s.width; c++) to[c] = 0.0f;
            }
        const int lastKey = min(s.keys, (part + 1) * s.partKeys);
        for (int key = part * s.partKeys; key < lastKey; key += MC) {
            const int rows = min(MC, lastKey - key);
            __global float *dKeys = dk + ((long)sample * s.keys + key) * rowK + keyHead * s.width;
            __global float *dValues =
                dv + ((long)sample * s.keys + key) * rowV + keyHead * s.valueWidth;
            int isFirst = 1;
            for (int h = 0; h < s.shared; h++) {
                const int head = keyHead * s.shared + h, row = sample * s.heads + head;
                __global const float *rowPeaks = peaks + (long)row * s.queries;
                for (int query = 0; query < s.queries; query += QUERY_BLOCK) {
                    const int count = min(QUERY_BLOCK, s.queries - query);
                    int blind = 0;
                    for (int i = 0; i < count; i++) blind |= rowPeaks[query + i] < BLIND_PEAK;
                    if (!blocks_meet(&s, query, query + count, key, key + rows, blind)) continue;
                    block_product(
                        panels, k + ((long)sample * s.keys + key) * rowK + keyHead * s.width, rowK,
                        1, rows, s.width, crosswiseQ + (row * crosswise + query) * s.width,
                        s.width * NR, count, scores, LINE_STRIDE, 0);
                    block_product(
                        panels, v + ((long)sample * s.keys + key) * rowV + keyHead * s.valueWidth,
                        rowV, 1, rows, s.valueWidth,
                        crosswiseD + (row * crosswise + query) * s.valueWidth, s.valueWidth * NR,
                        count, gradients, LINE_STRIDE, 0);
                    for (int i = 0; i < rows; i++)
                        line_gradient(
                            &s, mask, sample, head, query, count, key + i, scale,
                            scores + i * LINE_STRIDE, gradients + i * LINE_STRIDE,
                            rowPeaks + query, inverses + (long)row * s.queries + query,
                            deltas + (long)row * s.queries + query);
                    block_product(
                        panels, scores, LINE_STRIDE, 1, rows, count,
                        lengthwiseD + row * sizeD + (long)query * NR, s.queries * NR, s.valueWidth,
                        dValues, rowV, !isFirst);
                    block_product(
                        panels, gradients, LINE_STRIDE, 1, rows, count,
                        lengthwiseQ + row * sizeQ + (long)query * NR, s.queries * NR, s.width,
                        dKeys, rowK, !isFirst);
                    for (int i = 0; i < count; i += MC)
                        block_product(
                            panels, gradients + i, 1, LINE_STRIDE, min(MC, count - i), rows,
                            lengthwiseK + group * sizeK + (long)key * NR, s.keys * NR, s.width,
                            partQ + ((long)sample * s.queries + query + i) * rowQ + head * s.width,
                            rowQ, 1);
                    isFirst = 0;
                }
            }
            if (!isFirst) continue;
            for (int i = 0; i < rows; i++) {
                for (int c = 0; c < s.width; c++) dKeys[(long)i * rowK + c] = 0.0f;
                for (int c = 0; c < s.valueWidth; c++) dValues[(long)i * rowV + c] = 0.0f;
            }
        }
    }
}

// dq = Σ of what the parts gave, in order.
__kernel void attention_add(
    ARGUMENT(const float, partial), ARGUMENT(float, dq), const int count, const int chunk,
    const int parts) {
    POINTER(const float, partial);
    POINTER(float, dq);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) {
        float sum = partial[i];
        for (int part = 1; part < parts; part++) sum += partial[(long)part * count + i];
        dq[i] = sum;
    }
}
