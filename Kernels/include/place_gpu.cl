// Before everything else of a program of joined launches: kernels become functions that are told where they are, and where their
// group's local memory is, by whoever calls them (join_gpu.cl).
#define __kernel static
#define reqd_work_group_size(x, y, z)

// What the work-item functions say. A cooperative kernel's groups have one axis; other kernels ask for nothing but their place among all
// work-items.
typedef struct {
    int group0, group1, group2, item0, global0, global1, global2;
} Launched;
#define PLACE const Launched launched, __local void *launchedMemory,
#define LOCAL_MEMORY(kernel)                    \
    __local LOCAL_TYPE(kernel) *const shared =  \
        (__local LOCAL_TYPE(kernel) *)launchedMemory;
#define get_group_id(axis) ((size_t)launched.group##axis)
#define get_local_id(axis) ((size_t)launched.item##axis)
#define get_global_id(axis) ((size_t)launched.global##axis)
