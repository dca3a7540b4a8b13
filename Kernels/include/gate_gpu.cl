// All groups of a launch meet here, which needs all of them to run at the same time. The last to come opens the gate and leaves its
// first word, the number of those who wait, as it was; the second counts how often it opened. OpenCL C's fences are for a work-group;
// NVIDIA's for the whole device is written out.
#ifdef __NV_CL_C_VERSION
#define JOINED_FENCE asm volatile("membar.gl;" ::: "memory");
#else
#define JOINED_FENCE mem_fence(CLK_GLOBAL_MEM_FENCE);
#endif
#define JOINED_BARRIER barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);

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
