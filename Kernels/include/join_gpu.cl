// What joined kernels are written with (JoinedKernel.swift), after the kernels that they call.
#undef __kernel
#undef reqd_work_group_size
#undef get_group_id
#undef get_local_id
#undef get_global_id

// 64 bits of the plan's numbers.
#define LONG(i) upsample(words[(i) + 1], (uint)words[i])
#define JOINED_MEMORY ((__local void *)&joinedMemory)
#define JOINED_BARRIER barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);

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

// All groups of a launch meet here, which needs all of them to run at the same time. The last to come opens the gate and leaves its
// first word, the number of those who wait, as it was; the second counts how often it opened. OpenCL C's fences are for a work-group;
// NVIDIA's for the whole device is written out.
#ifdef __NV_CL_C_VERSION
#define JOINED_FENCE asm volatile("membar.gl;" ::: "memory");
#else
#define JOINED_FENCE mem_fence(CLK_GLOBAL_MEM_FENCE);
#endif
static inline void joined_wait(__global volatile int *gate) {
    JOINED_BARRIER
    if (get_local_id(0) == 0) {
        JOINED_FENCE
        const int turn = atomic_add(gate + 1, 0);
        if (atomic_inc(gate) == (int)get_num_groups(0) - 1) {
            atomic_xchg(gate, 0);
            JOINED_FENCE
            atomic_inc(gate + 1);
        } else {
            while (atomic_add(gate + 1, 0) == turn) {
            }
        }
        JOINED_FENCE
    }
    JOINED_BARRIER
}
