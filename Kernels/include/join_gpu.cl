// What joined kernels are written with (JoinedKernel.swift), after the kernels that they call.
#undef __kernel
#undef reqd_work_group_size
#undef get_group_id
#undef get_local_id
#undef get_global_id

// 64 bits of the plan's numbers.
#define LONG(i) upsample(words[(i) + 1], (uint)words[i])
#define JOINED_MEMORY ((__local void *)&joinedMemory)

// Where a group of a cooperative kernel is, by its number among all; `extents`: groups along the first two axes.
static inline Launched joined_group(int group, int item, __constant const int *extents) {
    const int row = group / extents[0], x = group - row * extents[0];
    const int z = row / extents[1], y = row - z * extents[1];
    return (Launched){x, y, z, item, x * (int)get_local_size(0) + item, y, z};
}

// Where a work-item of another kernel is; `extents`: work-items along the first two axes.
static inline Launched joined_item(int item, __constant const int *extents) {
    const int row = item / extents[0], x = item - row * extents[0];
    const int z = row / extents[1], y = row - z * extents[1];
    return (Launched){0, 0, 0, 0, x, y, z};
}
