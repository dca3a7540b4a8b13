// Long rows on GPUs: a group orders a block of SORT_GROUP_BLOCK elements in local memory by a bitonic network, which the merges
// of arg_sort.cl go on with. Elements' numbers break ties, so that equal ones keep their order.
#define SORT_GROUP_BLOCK 1024
#define SORT_GROUP_ITEMS 256

// `blocks` groups a row.
#define ARG_SORT_GROUP(NAME, T)                                                                    \
    typedef struct {                                                                               \
        int keys[SORT_GROUP_BLOCK], places[SORT_GROUP_BLOCK];                                      \
    } LOCAL_TYPE(arg_sort_group_##NAME);                                                           \
    __kernel __attribute__((reqd_work_group_size(SORT_GROUP_ITEMS, 1, 1))) void                    \
    arg_sort_group_##NAME(                                                                         \
        PLACE ARGUMENT(const T, x), ARGUMENT(int, y), const int length, const int flip,            \
        const int blocks) {                                                                        \
        POINTER(const T, x);                                                                       \
        POINTER(int, y);                                                                           \
        LOCAL_MEMORY(arg_sort_group_##NAME)                                                        \
        __local int *keys = shared->keys, *places = shared->places;                                \
        const int item = (int)get_local_id(0), row = (int)get_group_id(0) / blocks;                \
        const int first = ((int)get_group_id(0) - row * blocks) * SORT_GROUP_BLOCK;                \
        const int count = min(SORT_GROUP_BLOCK, length - first), start = row * length + first;     \
        /* What is not there comes last. */                                                        \
        for (int k = item; k < SORT_GROUP_BLOCK; k += SORT_GROUP_ITEMS) {                          \
            keys[k] = k < count ? sort_key_##NAME(x[start + k], flip) : INT_MAX;                   \
            places[k] = first + k;                                                                 \
        }                                                                                          \
        for (int size = 2; size <= SORT_GROUP_BLOCK; size *= 2) {                                  \
            for (int stride = size / 2; stride > 0; stride /= 2) {                                 \
                barrier(CLK_LOCAL_MEM_FENCE);                                                      \
                for (int pair = item; pair < SORT_GROUP_BLOCK / 2; pair += SORT_GROUP_ITEMS) {     \
                    const int i = pair / stride * 2 * stride + pair % stride, j = i + stride;      \
                    const int a = keys[i], b = keys[j], p = places[i], q = places[j];              \
                    const int isLater = a > b || (a == b && p > q);                                \
                    if (isLater == ((i & size) == 0)) {                                            \
                        keys[i] = b;                                                               \
                        keys[j] = a;                                                               \
                        places[i] = q;                                                             \
                        places[j] = p;                                                             \
                    }                                                                              \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        barrier(CLK_LOCAL_MEM_FENCE);                                                              \
        for (int k = item; k < count; k += SORT_GROUP_ITEMS) y[start + k] = places[k];             \
    }
ARG_SORT_GROUP(float32, float)
ARG_SORT_GROUP(int32, int)
