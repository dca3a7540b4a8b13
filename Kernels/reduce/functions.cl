// Reductions. x is seen as (outer, length, inner); the program is built once for each function and
// element type: T, IDENTITY and FUNCTION 0 sum, 1 product, 2 maximum, 3 minimum.
#if FUNCTION == 0
#define COMBINE(a, b) ((a) + (b))
#elif FUNCTION == 1
#define COMBINE(a, b) ((a) * (b))
#elif FUNCTION == 2
#define COMBINE(a, b) MAXIMUM(a, b)
#else
#define COMBINE(a, b) MINIMUM(a, b)
#endif
