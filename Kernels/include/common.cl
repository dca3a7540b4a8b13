// What every program starts with.
//
// A tensor argument is a buffer and an offset in elements: kernels may assume no more than the
// alignment of one element. ARGUMENT declares the pair, POINTER makes the pointer.
#define ARGUMENT(T, name) __global T *name##Buffer, const long name##Offset
#define POINTER(T, name) __global T *name = name##Buffer + name##Offset
// The pointer of an argument that some forms of a kernel have no use for.
#define OPTIONAL_POINTER(T, name) \
    POINTER(T, name);             \
    (void)name

// A kernel that a joined launch can call (JoinedSource.swift) says PLACE before its arguments, from which it then learns where it is.
// What its group shares is one struct, LOCAL_TYPE of the kernel; LOCAL_MEMORY declares the pointer `shared` to it.
#define LOCAL_TYPE(kernel) LOCAL_TYPE_OF(kernel)
#define LOCAL_TYPE_OF(kernel) kernel##_shared
#ifndef PLACE
#define PLACE
#define LOCAL_MEMORY(kernel)                \
    __local LOCAL_TYPE(kernel) sharedBlock; \
    __local LOCAL_TYPE(kernel) *const shared = &sharedBlock;
#endif

// Vectors that may lie at any multiple of four bytes.
typedef float4 __attribute__((aligned(4))) float4u;
typedef float8 __attribute__((aligned(4))) float8u;
typedef float16 __attribute__((aligned(4))) float16u;

// Clang splits 512-bit vectors in two on processors where it prefers 256 bits, unless told.
#if defined(__AVX512F__) && defined(__clang__)
#define WIDE __attribute__((min_vector_width(512)))
#else
#define WIDE
#endif

// Loops over what a work-item keeps in registers: GPUs have registers only for what no loop indexes. A processor that runs the
// GPUs' kernels, as tests have it, would spend its time compiling them.
#ifdef ROLLED
#define UNROLL
#else
#define UNROLL _Pragma("unroll")
#endif

// NaN passes from either side.
#define MAXIMUM(a, b) (((a) > (b) || (a) != (a)) ? (a) : (b))
#define MINIMUM(a, b) (((a) < (b) || (a) != (a)) ? (a) : (b))

// The larger of both; a b that is NaN is passed over. Starts from -FLT_MAX.
#define LARGEST_NUMBER(a, b) ((b) > (a) ? (b) : (a))

// Neighbouring channels or columns of a work-item: many on processors, which read whole cache lines,
// one on GPUs, where neighbouring work-items do.
#ifndef LANES
#define LANES 16
#endif

// A work-item's part [start, end) of `count` elements: `chunk` of them, on GPUs always one, which leaves no loop.
#if LANES == 1
#define RANGE(count, chunk)                  \
    const int start = (int)get_global_id(0); \
    const int end = min(start + 1, (count));
#else
#define RANGE(count, chunk)                            \
    const int start = (int)get_global_id(0) * (chunk); \
    const int end = min(start + (chunk), (count));
#endif

// The same along the second axis, of any length, for kernels whose first axis goes over blocks of LANES channels.
#define ROW_RANGE(count, chunk)                        \
    const int start = (int)get_global_id(1) * (chunk); \
    const int end = min(start + (chunk), (count));

// How many elements it handles at once, of those that a row and its range have left.
#define RUN(row, range) (LANES == 1 ? 1 : min(row, range))

// Runs a statement for the channels c of a work-item, with a constant count where all are there.
#define FOR_LANES(lanes, statement)                       \
    if ((lanes) == LANES) {                               \
        for (int c = 0; c < LANES; c++) { statement; }    \
    } else {                                              \
        for (int c = 0; c < (lanes); c++) { statement; }  \
    }

enum { ACTIVATION_NONE = 0, ACTIVATION_RELU = 1, ACTIVATION_SIGMOID = 2, ACTIVATION_TANH = 3 };

static inline float activate(float x, int activation) {
    switch (activation) {
    case ACTIVATION_RELU: return x < 0.0f ? 0.0f : x;
    case ACTIVATION_SIGMOID: return 1.0f / (1.0f + exp(-x));
    case ACTIVATION_TANH: return tanh(x);
    default: return x;
    }
}

#define ACTIVATE_VECTOR(N)                                                       \
    static inline float##N activate##N(float##N x, int activation) {             \
        switch (activation) {                                                    \
        case ACTIVATION_RELU: return select(x, (float##N)(0.0f), x < 0.0f);      \
        case ACTIVATION_SIGMOID: return 1.0f / (1.0f + exp(-x));                 \
        case ACTIVATION_TANH: return tanh(x);                                    \
        default: return x;                                                       \
        }                                                                        \
    }
ACTIVATE_VECTOR(4)
ACTIVATE_VECTOR(8)

static inline float sum8(float8 v) {
    const float4 a = v.lo + v.hi;
    const float2 b = a.lo + a.hi;
    return b.x + b.y;
}
