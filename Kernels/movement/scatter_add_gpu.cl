// y (outer, extent, inner), set to zero before, += updates (outer, indexCount, inner) on GPUs. Each row of y that an index
// names is the sum of its updates in index order, so that sums repeat exactly; rows are independent. A column is a pair of
// outer and inner place; there are `columns` of them.

// Work-items of a group that compares indices, and the most indices that it can.
#define SCATTER_ITEMS 128
#define SCATTER_INDICES 8192

// Loads that are under way together while a run is added in order.
#define SCATTER_AHEAD 8

// A group an index and `share` columns. The group of the first index of its value lists those that are equal and adds
// their rows; the others have nothing to do.
typedef struct {
    uint isEqual[SCATTER_INDICES / 32];
    ushort rows[SCATTER_INDICES];
    int first, count;
} LOCAL_TYPE(scatter_add_equal);

__kernel __attribute__((reqd_work_group_size(SCATTER_ITEMS, 1, 1))) void scatter_add_equal(
    PLACE ARGUMENT(const float, updates), ARGUMENT(const int, indices), ARGUMENT(float, y),
    const int extent, const int inner, const int indexCount, const int columns, const int share) {
    POINTER(const float, updates);
    POINTER(const int, indices);
    POINTER(float, y);
    LOCAL_MEMORY(scatter_add_equal)
    __local uint *isEqual = shared->isEqual;
    __local ushort *rows = shared->rows;
    const int item = (int)get_local_id(0), own = (int)get_group_id(0);
    const int words = (indexCount + 31) / 32;
    for (int w = item; w < words; w += SCATTER_ITEMS) isEqual[w] = 0;
    if (item == 0) {
        shared->first = own;
        shared->count = 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int place = clamp(indices[own], 0, extent - 1);
    for (int i = item; i < indexCount; i += SCATTER_ITEMS) {
        if (clamp(indices[i], 0, extent - 1) == place) {
            atomic_or(&isEqual[i >> 5], 1u << (i & 31));
            atomic_min(&shared->first, i);
            atomic_inc(&shared->count);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // None if another group adds this value's rows.
    const int length = shared->first == own ? shared->count : 0;
    if (length == 1) {
        if (item == 0) rows[0] = (ushort)own;
    } else if (length > 1) {
        for (int w = item; w < words; w += SCATTER_ITEMS) {
            uint rest = isEqual[w];
            if (rest == 0) continue;
            int at = 0;
            for (int before = 0; before < w; before++) at += (int)popcount(isEqual[before]);
            for (; rest != 0; rest &= rest - 1)
                rows[at++] = (ushort)(w * 32 + 31 - (int)clz(rest & (0u - rest)));
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int start = (int)get_group_id(1) * share;
    const int end = length > 0 ? min(start + share, columns) : start;
    for (int c = start + item; c < end; c += SCATTER_ITEMS) {
        const int outer = c / inner, column = c - outer * inner;
        __global const float *p = updates + (outer * indexCount * inner + column);
        float sum = 0.0f;
        int k = 0;
        for (; k + SCATTER_AHEAD <= length; k += SCATTER_AHEAD) {
            float v[SCATTER_AHEAD];
            for (int j = 0; j < SCATTER_AHEAD; j++) v[j] = p[rows[k + j] * inner];
            for (int j = 0; j < SCATTER_AHEAD; j++) sum += v[j];
        }
        for (; k < length; k++) sum += p[rows[k] * inner];
        y[(outer * extent + place) * inner + column] = sum;
    }
}

// For more indices: the row that each names, to be sorted …
__kernel void scatter_rows(
    PLACE ARGUMENT(const int, indices), ARGUMENT(int, rows), const int count, const int chunk,
    const int extent) {
    POINTER(const int, indices);
    POINTER(int, rows);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) rows[i] = clamp(indices[i], 0, extent - 1);
}

// … and a work-item a column and a place of the order. That of the first of a run of equal rows adds the run.
__kernel void scatter_add_runs(
    PLACE ARGUMENT(const float, updates), ARGUMENT(const int, rows), ARGUMENT(const int, order),
    ARGUMENT(float, y), const int extent, const int inner, const int indexCount,
    const int columns) {
    POINTER(const float, updates);
    POINTER(const int, rows);
    POINTER(const int, order);
    POINTER(float, y);
    const int start = (int)get_global_id(0) / columns;
    const int c = (int)get_global_id(0) - start * columns;
    if (start >= indexCount) return;
    const int place = rows[order[start]];
    if (start > 0 && rows[order[start - 1]] == place) return;
    // The run ends in (last, end]: steps that double find such a pair, halving the end itself.
    int last = start, end = start + 1, step = 1;
    while (end < indexCount && rows[order[end]] == place) {
        last = end;
        step *= 2;
        end = min(end + step, indexCount);
    }
    while (end - last > 1) {
        const int middle = last + (end - last) / 2;
        if (rows[order[middle]] == place) {
            last = middle;
        } else {
            end = middle;
        }
    }
    const int outer = c / inner, column = c - outer * inner;
    __global const float *p = updates + (outer * indexCount * inner + column);
    float sum = 0.0f;
    int k = start;
    for (; k + SCATTER_AHEAD <= end; k += SCATTER_AHEAD) {
        float v[SCATTER_AHEAD];
        for (int j = 0; j < SCATTER_AHEAD; j++) v[j] = p[order[k + j] * inner];
        for (int j = 0; j < SCATTER_AHEAD; j++) sum += v[j];
    }
    for (; k < end; k++) sum += p[order[k] * inner];
    y[(outer * extent + place) * inner + column] = sum;
}
