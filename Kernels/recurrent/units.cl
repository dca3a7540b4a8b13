// UNIT, a vector of LANES_U neighbouring units on processors and one unit on GPUs, and the activations of
// recurrent cells. Derivatives are functions of the activations' results.
#if LANES_U == 16
#define UNIT float16
#define UNITU float16u
#define UNIT_INT int16
#define AS_INT as_int16
#define AS_UNIT as_float16
#elif LANES_U == 8
#define UNIT float8
#define UNITU float8u
#define UNIT_INT int8
#define AS_INT as_int8
#define AS_UNIT as_float8
#else
#define UNIT float
#define UNITU float
#define UNIT_INT int
#define AS_INT as_int
#define AS_UNIT as_float
#endif

// The first n of LANES_U floats; the others are zero.
static inline UNIT get_units(__global const float *p, int n) {
#if LANES_U == 1
    return *p;
#else
    if (n == LANES_U) return *(__global const UNITU *)p;
    float part[LANES_U];
    for (int i = 0; i < LANES_U; i++) part[i] = i < n ? p[i] : 0.0f;
    return *(const UNITU *)part;
#endif
}

static inline void put_units(UNIT v, __global float *p, int n) {
#if LANES_U == 1
    *p = v;
#else
    if (n == LANES_U) {
        *(__global UNITU *)p = v;
        return;
    }
    float part[LANES_U];
    *(UNITU *)part = v;
    for (int i = 0; i < n; i++) p[i] = part[i];
#endif
}

// e^x for x <= 0; below -87 it is e^-87, which nothing here can tell from zero. x = n·ln 2 + r, a
// polynomial for e^r, and 2^n made from n's bits. Vectors of a math library are not always vectors.
static inline UNIT decay(UNIT x) {
    const UNIT magic = (UNIT)(12582912.0f);
    x = select(x, (UNIT)(-87.0f), x < -87.0f);
    const UNIT shifted = fma(x, (UNIT)(1.44269504f), magic);
    const UNIT n = shifted - magic;
    UNIT r = fma(n, (UNIT)(-0.693115234f), x);
    r = fma(n, (UNIT)(-3.19461833e-05f), r);
    UNIT p = fma((UNIT)(0.000197677509f), r, (UNIT)(0.00139332283f));
    p = fma(p, r, (UNIT)(0.00833354052f));
    p = fma(p, r, (UNIT)(0.0416664854f));
    p = fma(p, r, (UNIT)(0.166666657f));
    p = fma(p, r, (UNIT)(0.5f));
    const UNIT scale = AS_UNIT((AS_INT(shifted) - (UNIT_INT)(0x4b400000 - 127)) << 23);
    return (fma(p, r * r, r) + 1.0f) * scale;
}

static inline UNIT sigmoid_units(UNIT x) {
    const UNIT d = decay(-fabs(x));
    const UNIT y = 1.0f / (1.0f + d);
    return select(y, d * y, x < 0.0f);
}

static inline UNIT tanh_units(UNIT x) {
    const UNIT square = x * x;
    UNIT p = fma((UNIT)(-0.00589796668f), square, (UNIT)(0.0207986254f));
    p = fma(p, square, (UNIT)(-0.0537847169f));
    p = fma(p, square, (UNIT)(0.133319363f));
    p = fma(p, square, (UNIT)(-0.333332986f));
    const UNIT near = fma(p * square, x, x);
    const UNIT d = decay(-2.0f * fabs(x));
    const UNIT far = copysign((1.0f - d) / (1.0f + d), x);
    // NaN fails the comparison and goes through `far`.
    return select(far, near, fabs(x) < 0.6f);
}

static inline UNIT clip_units(UNIT x) {
    x = select(x, (UNIT)(0.0f), x < 0.0f);
    return select(x, (UNIT)(1.0f), x > 1.0f);
}

static inline UNIT activate_units(UNIT x, int function) {
    switch (function) {
    case RELU: return select(x, (UNIT)(0.0f), x < 0.0f);
    case SIGMOID: return sigmoid_units(x);
    case TANH: return tanh_units(x);
    case HARD_SIGMOID: return clip_units(fma(x, (UNIT)(1.0f / 6.0f), (UNIT)(0.5f)));
    case LEGACY_HARD_SIGMOID: return clip_units(fma(x, (UNIT)(0.2f), (UNIT)(0.5f)));
    default: return x;
    }
}

// cotangent · derivative, from the result y.
static inline UNIT pull_units(UNIT cotangent, UNIT y, int function) {
    const UNIT zero = (UNIT)(0.0f);
    switch (function) {
    case RELU: return select(zero, cotangent, y > 0.0f);
    case SIGMOID: return cotangent * (y * (1.0f - y));
    case TANH: return cotangent * (1.0f - y * y);
    case HARD_SIGMOID:
    case LEGACY_HARD_SIGMOID: {
        const UNIT slope = (UNIT)(function == HARD_SIGMOID ? 1.0f / 6.0f : 0.2f);
        return select(zero, select(zero, cotangent * slope, y > 0.0f), y < 1.0f);
    }
    default: return cotangent;
    }
}
