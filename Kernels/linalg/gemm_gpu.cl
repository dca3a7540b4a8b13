// The matrix product for GPUs: a work-group owns a tile of TM × TN elements of C and moves TK depths of A and B at a
// time through local memory, one tile ahead of the sums; each work-item keeps RM × RN sums in registers. Where few tiles
// fill the device, WAYS parts of a group share the depths of a tile and join their sums at the end.
//
// Where A's and B's elements lie is the business of a loader (load_*.cl), which says whether neighbours in memory are
// neighbours along the depth (A_ALONG_DEPTH, B_ALONG_DEPTH); so convolutions are products without a patch buffer.
//
// With a matrix unit (MATRIX_UNIT, unit_*.cl), the tile is cut into blocks of 64 × 32 results, one for each 32 work-items that
// run in step. They keep the sums that they would keep without, so that both ways may follow each other.
#ifdef MATRIX_UNIT
#define BLOCK_ROWS 64
#define BLOCK_COLUMNS 32
#else
#define BLOCK_ROWS TM
#define BLOCK_COLUMNS TN
#endif
#define COLUMN_ITEMS (BLOCK_COLUMNS / RN)
#define ROW_ITEMS (BLOCK_ROWS / RM)
#define BLOCK_ITEMS (ROW_ITEMS * COLUMN_ITEMS)
#define TILE_ITEMS (BLOCK_ITEMS * (TM / BLOCK_ROWS) * (TN / BLOCK_COLUMNS))
#define ITEMS (TILE_ITEMS * WAYS)
#define WAY_DEPTHS (TK / WAYS)

// Rows of a tile in local memory; moved apart where a tile is stored across, or read by several rows at a time.
#ifdef MATRIX_UNIT
#define PITCH_A (TM + 8)
#define PITCH_B (TN + 4)
#else
#define PITCH_A (TM + (A_ALONG_DEPTH ? 4 : 0))
#define PITCH_B (TN + (B_ALONG_DEPTH ? 4 : 0))
#endif
#define LOADS_A (TM * TK / VECTOR_A / ITEMS)
#define LOADS_B (TN * TK / VECTOR_B / ITEMS)

// Of the vector `place` of a tile: which row (or column) and which depth its first element has.
#define OUTER_A(place) (A_ALONG_DEPTH ? (place) / (TK / VECTOR_A) : (place) % (TM / VECTOR_A) * VECTOR_A)
#define DEPTH_A(place) (A_ALONG_DEPTH ? (place) % (TK / VECTOR_A) * VECTOR_A : (place) / (TM / VECTOR_A))
#define OUTER_B(place) (B_ALONG_DEPTH ? (place) / (TK / VECTOR_B) : (place) % (TN / VECTOR_B) * VECTOR_B)
#define DEPTH_B(place) (B_ALONG_DEPTH ? (place) % (TK / VECTOR_B) * VECTOR_B : (place) / (TN / VECTOR_B))

// The vector's elements lie along the tile's rows, or across them.
#define STORE_ALONG(tile, pitch, depth, outer, v, N) STORE_ALONG_##N((tile) + (depth) * (pitch) + (outer), v)
#define STORE_ALONG_1(p, v) *(p) = (v)
#define STORE_ALONG_4(p, v) *(__local float4 *)(p) = (v)
#define STORE_ACROSS(tile, pitch, depth, outer, v, N) STORE_ACROSS_##N((tile) + (depth) * (pitch) + (outer), pitch, v)
#define STORE_ACROSS_1(p, pitch, v) *(p) = (v)
#define STORE_ACROSS_4(p, pitch, v)                       \
    {                                                     \
        __local float *q = (p);                           \
        q[0] = (v).x; q[pitch] = (v).y;                   \
        q[2 * (pitch)] = (v).z; q[3 * (pitch)] = (v).w;   \
    }
#if A_ALONG_DEPTH
#define STORE_A STORE_ACROSS
#else
#define STORE_A STORE_ALONG
#endif
#if B_ALONG_DEPTH
#define STORE_B STORE_ACROSS
#else
#define STORE_B STORE_ALONG
#endif
// One more turn of the preprocessor, for the number of elements.
#define STORE(HOW, tile, pitch, depth, outer, v, N) HOW(tile, pitch, depth, outer, v, N)

typedef struct {
    float __attribute__((aligned(16))) tiles[2 * TK * (PITCH_A + PITCH_B)];
} LOCAL_TYPE(GEMM);

// Groups: (tile, split, batch). The edges are guarded in the loads and the stores, so that every work-item meets every
// barrier.
__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void GEMM(
    PLACE ARGUMENT(const float, A), ARGUMENT(const float, B), ARGUMENT(const float, bias),
    ARGUMENT(float, C), const Gemm s GEOMETRY_PARAMETERS) {
    POINTER(const float, A);
    POINTER(const float, B);
    POINTER(const float, bias);
    POINTER(float, C);
    LOCAL_MEMORY(GEMM)
#define TILE_A(turn) (shared->tiles + (turn) * TK * PITCH_A)
#define TILE_B(turn) (shared->tiles + 2 * TK * PITCH_A + (turn) * TK * PITCH_B)
    const int item = (int)get_local_id(0), way = item / TILE_ITEMS;
    const int column = item % BLOCK_ITEMS % COLUMN_ITEMS, row = item % BLOCK_ITEMS / COLUMN_ITEMS;
    const int block = item % TILE_ITEMS / BLOCK_ITEMS;
    const int blockRow = block / (TN / BLOCK_COLUMNS) * BLOCK_ROWS;
    const int blockColumn = block % (TN / BLOCK_COLUMNS) * BLOCK_COLUMNS;
    // In bands of eight rows of tiles, so that groups that run together share what they read.
    const int tilesN = (s.n + TN - 1) / TN, tilesM = (s.m + TM - 1) / TM;
    const int id = (int)get_group_id(0), band = id / (8 * tilesN), place = id - band * 8 * tilesN;
    const int bandRows = min(8, tilesM - band * 8);
    const int tileRow = (band * 8 + place % bandRows) * TM, tileColumn = place / bandRows * TN;
    const int firstRow = tileRow + blockRow, firstColumn = tileColumn + blockColumn;
    const int split = (int)get_group_id(1), batch = (int)get_group_id(2);
    const int firstDepth = split * s.splitDepth, lastDepth = min(firstDepth + s.splitDepth, s.k);
    A += (long)batch * s.batchA;
    B += (long)batch * s.batchB;
    C += (long)split * s.splitC + (long)batch * s.batchC;

    PLACES_A placesA[LOADS_A];
    UNROLL for (int e = 0; e < LOADS_A; e++)
        placesA[e] = PLACE_A(tileRow + OUTER_A(item + e * ITEMS));
    VALUES_A a[LOADS_A];
    VALUES_B b[LOADS_B];
#define LOAD(first)                                                                               \
    {                                                                                             \
        UNROLL for (int e = 0; e < LOADS_A; e++) {                                     \
            const int outer = tileRow + OUTER_A(item + e * ITEMS);                                \
            const int depth = (first) + DEPTH_A(item + e * ITEMS);                                \
            a[e] = outer < s.m && depth < lastDepth ? LOAD_A(placesA[e], outer, depth)            \
                                                    : (VALUES_A)(0.0f);                           \
        }                                                                                         \
        UNROLL for (int e = 0; e < LOADS_B; e++) {                                     \
            const int outer = tileColumn + OUTER_B(item + e * ITEMS);                             \
            const int depth = (first) + DEPTH_B(item + e * ITEMS);                                \
            b[e] = outer < s.n && depth < lastDepth ? LOAD_B(outer, depth) : (VALUES_B)(0.0f);    \
        }                                                                                         \
    }
#define PUT(turn)                                                                                 \
    {                                                                                             \
        UNROLL for (int e = 0; e < LOADS_A; e++) STORE(                                \
            STORE_A, TILE_A(turn), PITCH_A, DEPTH_A(item + e * ITEMS), OUTER_A(item + e * ITEMS), \
            a[e], VECTOR_A);                                                                      \
        UNROLL for (int e = 0; e < LOADS_B; e++) STORE(                                \
            STORE_B, TILE_B(turn), PITCH_B, DEPTH_B(item + e * ITEMS), OUTER_B(item + e * ITEMS), \
            b[e], VECTOR_B);                                                                      \
    }

    float4 sum[RM][RN / 4];
    UNROLL for (int i = 0; i < RM; i++)
        UNROLL for (int j = 0; j < RN / 4; j++) sum[i][j] = (float4)(0.0f);
    LOAD(firstDepth)
#ifdef MATRIX_UNIT
    // Numbers that the unit cannot hold are seen while they are moved; their tiles are computed without it. A turn has the first
    // depth of its last such tile.
    __local int exceptions[2];
    UNIT_SCRATCH
    if (item < 2) exceptions[item] = -1;
    barrier(CLK_LOCAL_MEM_FENCE);
#define NOTE(turn, depth)                                                                  \
    {                                                                                      \
        int isException = 0;                                                               \
        UNROLL for (int e = 0; e < LOADS_A; e++) isException |= EXCEEDS(VECTOR_A, a[e]);   \
        UNROLL for (int e = 0; e < LOADS_B; e++) isException |= EXCEEDS(VECTOR_B, b[e]);   \
        if (isException) exceptions[turn] = (depth);                                       \
    }
#else
#define NOTE(turn, depth)
#endif
    PUT(0)
    NOTE(0, firstDepth)
    barrier(CLK_LOCAL_MEM_FENCE);
    int turn = 0;
    for (int front = firstDepth; front < lastDepth; front += TK) {
        const int isLast = front + TK >= lastDepth;
        if (!isLast) LOAD(front + TK)
        __local const float *rows = TILE_A(turn) + way * WAY_DEPTHS * PITCH_A + blockRow + row * 4;
        __local const float *columns =
            TILE_B(turn) + way * WAY_DEPTHS * PITCH_B + blockColumn + column * 4;
#ifdef MATRIX_UNIT
        if (exceptions[turn] != front) {
            UNIT_SUMS(TILE_A(turn) + blockRow, TILE_B(turn) + blockColumn, row, column)
        } else
            // Seldom run: not worth the registers of a loop that is written out.
            _Pragma("unroll 1")
#else
        UNROLL
#endif
        for (int l = 0; l < WAY_DEPTHS; l++) {
            float4 x[RM / 4], y[RN / 4];
            UNROLL for (int i = 0; i < RM / 4; i++)
                x[i] = *(__local const float4 *)(rows + l * PITCH_A + i * 4 * ROW_ITEMS);
            UNROLL for (int j = 0; j < RN / 4; j++)
                y[j] = *(__local const float4 *)(columns + l * PITCH_B + j * 4 * COLUMN_ITEMS);
            UNROLL for (int i = 0; i < RM / 4; i++)
                UNROLL for (int j = 0; j < RN / 4; j++) {
                    sum[4 * i][j] = fma((float4)(x[i].x), y[j], sum[4 * i][j]);
                    sum[4 * i + 1][j] = fma((float4)(x[i].y), y[j], sum[4 * i + 1][j]);
                    sum[4 * i + 2][j] = fma((float4)(x[i].z), y[j], sum[4 * i + 2][j]);
                    sum[4 * i + 3][j] = fma((float4)(x[i].w), y[j], sum[4 * i + 3][j]);
                }
        }
        turn ^= 1;
        if (!isLast) {
            PUT(turn)
            NOTE(turn, front + TK)
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }

#if WAYS > 1
    // The sums of the ways are joined in their order; the tiles' memory is free by now.
    __local float4 *all = (__local float4 *)shared->tiles;
    UNROLL for (int i = 0; i < RM; i++)
        UNROLL for (int j = 0; j < RN / 4; j++)
            all[(i * (RN / 4) + j) * ITEMS + item] = sum[i][j];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (way > 0) return;
    UNROLL for (int i = 0; i < RM; i++)
        UNROLL for (int j = 0; j < RN / 4; j++)
            for (int w = 1; w < WAYS; w++)
                sum[i][j] += all[(i * (RN / 4) + j) * ITEMS + w * TILE_ITEMS + item];
#endif
    if (s.hasBias) {
        UNROLL for (int j = 0; j < RN / 4; j++) {
            const int n = firstColumn + j * 4 * COLUMN_ITEMS + column * 4;
            __global const float *p = bias + (long)batch * s.batchBias + n;
            const float4 v = (float4)(
                n < s.n ? p[0] : 0.0f, n + 1 < s.n ? p[1] : 0.0f, n + 2 < s.n ? p[2] : 0.0f,
                n + 3 < s.n ? p[3] : 0.0f);
            UNROLL for (int i = 0; i < RM; i++) sum[i][j] += v;
        }
    }
    // The function is asked for once, not once per sum.
#define ACTIVATE(FUNCTION)                                   \
    case FUNCTION:                                           \
        UNROLL for (int i = 0; i < RM; i++)       \
            UNROLL for (int j = 0; j < RN / 4; j++) \
                sum[i][j] = activate4(sum[i][j], FUNCTION);  \
        break;
    switch (s.activation) {
        ACTIVATE(ACTIVATION_RELU)
        ACTIVATE(ACTIVATION_SIGMOID)
        ACTIVATE(ACTIVATION_TANH)
    }
    UNROLL for (int i = 0; i < RM; i++) {
        const int m = firstRow + i / 4 * 4 * ROW_ITEMS + row * 4 + i % 4;
        UNROLL for (int j = 0; j < RN / 4; j++) {
            const int n = firstColumn + j * 4 * COLUMN_ITEMS + column * 4;
            if (m >= s.m || n >= s.n) continue;
            __global float *c = C + (long)m * s.rowC + n;
#if VECTOR_C == 4
            *(__global float4 *)c = sum[i][j];
#else
            c[0] = sum[i][j].x;
            if (n + 1 < s.n) c[1] = sum[i][j].y;
            if (n + 2 < s.n) c[2] = sum[i][j].z;
            if (n + 3 < s.n) c[3] = sum[i][j].w;
#endif
        }
    }
}
