// The index of the first extreme along an axis on GPUs, NaN passed over; 0 where nothing beats WORST. x is (outer, length,
// inner). `lanes` work-items (a power of two) go down a column, `width` columns (another) lie beside each other in a group, which
// has one or several outer places; there are `blocks` groups beside each other.
#define ARG_ITEMS 256

#define ARG_REDUCE(NAME, T, BETTER, WORST)                                                        \
    typedef struct {                                                                              \
        T extremes[ARG_ITEMS];                                                                    \
        int places[ARG_ITEMS];                                                                    \
    } LOCAL_TYPE(NAME);                                                                           \
    __kernel __attribute__((reqd_work_group_size(ARG_ITEMS, 1, 1))) void NAME(                    \
        PLACE ARGUMENT(const T, x), ARGUMENT(int, y), const int outer, const int length,          \
        const int inner, const int width, const int lanes, const int blocks) {                    \
        POINTER(const T, x);                                                                      \
        POINTER(int, y);                                                                          \
        LOCAL_MEMORY(NAME)                                                                        \
        __local T *extremes = shared->extremes;                                                   \
        __local int *places = shared->places;                                                     \
        const int item = (int)get_local_id(0), group = (int)get_group_id(0);                      \
        const int lane = item / width & (lanes - 1), each = width * lanes;                        \
        const int column = group % blocks * width + (item & (width - 1));                         \
        const int row = group / blocks * (ARG_ITEMS / each) + item / each;                        \
        const int isInside = column < inner && row < outer;                                       \
        T best = WORST;                                                                           \
        int place = INT_MAX;                                                                      \
        if (isInside) {                                                                           \
            const int step = lanes * inner;                                                       \
            int k = lane;                                                                         \
            __global const T *p = x + ((row * length + k) * inner + column);                      \
            for (; length - k > 7 * lanes; p += 8 * step) {                                       \
                T v[8];                                                                           \
                for (int i = 0; i < 8; i++) v[i] = p[i * step];                                   \
                for (int i = 0; i < 8; i++, k += lanes) {                                         \
                    if (v[i] BETTER best) {                                                       \
                        best = v[i];                                                              \
                        place = k;                                                                \
                    }                                                                             \
                }                                                                                 \
            }                                                                                     \
            for (; k < length; k += lanes, p += step) {                                           \
                const T v = *p;                                                                   \
                if (v BETTER best) {                                                              \
                    best = v;                                                                     \
                    place = k;                                                                    \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        extremes[item] = best;                                                                    \
        places[item] = place;                                                                     \
        for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {                             \
            barrier(CLK_LOCAL_MEM_FENCE);                                                         \
            if (lane < half_way) {                                                                \
                const int other = item + half_way * width;                                        \
                const T v = extremes[other];                                                      \
                if (v BETTER extremes[item] ||                                                    \
                    (v == extremes[item] && places[other] < places[item])) {                      \
                    extremes[item] = v;                                                           \
                    places[item] = places[other];                                                 \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
        if (lane == 0 && isInside)                                                                \
            y[row * inner + column] = places[item] == INT_MAX ? 0 : places[item];                 \
    }
ARG_REDUCE(arg_maximum_float32, float, >, -INFINITY)
ARG_REDUCE(arg_minimum_float32, float, <, INFINITY)
ARG_REDUCE(arg_maximum_int32, int, >, INT_MIN)
ARG_REDUCE(arg_minimum_int32, int, <, INT_MAX)
