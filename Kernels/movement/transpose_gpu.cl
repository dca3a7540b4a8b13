// y[b, j, i] = x[b, i, j] for x [batch, rows, columns] on GPUs: a group takes a tile of 32 × 32 through local memory, so that
// neighbours read neighbours and write neighbours. The tile's rows are one longer, which spreads its columns over banks.
#define TRANSPOSE_TILE 32
#define TRANSPOSE_ITEMS 256

#define TRANSPOSE(NAME, T)                                                                        \
    typedef struct {                                                                              \
        T tile[TRANSPOSE_TILE][TRANSPOSE_TILE + 1];                                               \
    } LOCAL_TYPE(NAME);                                                                           \
    __kernel __attribute__((reqd_work_group_size(TRANSPOSE_ITEMS, 1, 1))) void NAME(              \
        PLACE ARGUMENT(const T, x), ARGUMENT(T, y), const int rows, const int columns,            \
        const int rowBlocks, const int columnBlocks) {                                            \
        POINTER(const T, x);                                                                      \
        POINTER(T, y);                                                                            \
        LOCAL_MEMORY(NAME)                                                                        \
        const int across = (int)get_local_id(0) % TRANSPOSE_TILE;                                 \
        const int down = (int)get_local_id(0) / TRANSPOSE_TILE;                                   \
        const int step = TRANSPOSE_ITEMS / TRANSPOSE_TILE;                                        \
        int rest = (int)get_group_id(0) / columnBlocks;                                           \
        const int j = ((int)get_group_id(0) - rest * columnBlocks) * TRANSPOSE_TILE;              \
        const int batch = rest / rowBlocks, i = (rest - batch * rowBlocks) * TRANSPOSE_TILE;      \
        const int offset = batch * rows * columns;                                                \
        for (int k = down; k < TRANSPOSE_TILE; k += step)                                         \
            if (i + k < rows && j + across < columns)                                             \
                shared->tile[k][across] = x[offset + (i + k) * columns + j + across];                     \
        barrier(CLK_LOCAL_MEM_FENCE);                                                             \
        for (int k = down; k < TRANSPOSE_TILE; k += step)                                         \
            if (j + k < columns && i + across < rows)                                             \
                y[offset + (j + k) * rows + i + across] = shared->tile[across][k];                        \
    }
TRANSPOSE(transpose4, int)
TRANSPOSE(transpose1, uchar)
