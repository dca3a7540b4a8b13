// The index of the first extreme along an axis, NaN passed over; 0 where nothing beats WORST. x is (outer, length, inner).
#define ARG_REDUCE(NAME, T, BETTER, WORST)                                                        \
    __kernel void NAME(                                                                           \
        ARGUMENT(const T, x), ARGUMENT(int, y), const int count, const int chunk,                 \
        const int length, const int inner) {                                                      \
        POINTER(const T, x);                                                                      \
        POINTER(int, y);                                                                          \
        RANGE(count, chunk)                                                                       \
        for (int i = start; i < end; i++) {                                                       \
            const int outer = i / inner, column = i - outer * inner;                              \
            __global const T *p = x + (long)outer * length * inner + column;                      \
            T best = WORST;                                                                       \
            int place = 0;                                                                        \
            for (int k = 0; k < length; k++) {                                                    \
                const T v = p[(long)k * inner];                                                   \
                if (v BETTER best) {                                                              \
                    best = v;                                                                     \
                    place = k;                                                                    \
                }                                                                                 \
            }                                                                                     \
            y[i] = place;                                                                         \
        }                                                                                         \
    }
ARG_REDUCE(arg_maximum_float32, float, >, -INFINITY)
ARG_REDUCE(arg_minimum_float32, float, <, INFINITY)
ARG_REDUCE(arg_maximum_int32, int, >, INT_MIN)
ARG_REDUCE(arg_minimum_int32, int, <, INT_MAX)
