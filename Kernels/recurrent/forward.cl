// The recurrent kernel as the forward product reads it: blocks of LANES_U units, [block][k][gate][lane].
__kernel void sequence_pack(
    ARGUMENT(const float, kernelMatrix), ARGUMENT(float, packed), const int units) {
    POINTER(const float, kernelMatrix);
    POINTER(float, packed);
    const int k = (int)get_global_id(0);
    if (k >= units) return;
    const int blocks = (units + LANES_U - 1) / LANES_U;
    for (int block = 0; block < blocks; block++)
        for (int gate = 0; gate < GATES; gate++)
            for (int lane = 0; lane < LANES_U; lane++) {
                const int unit = block * LANES_U + lane;
                packed[((block * units + k) * GATES + gate) * LANES_U + lane] =
                    unit < units ? kernelMatrix[(k * GATES + gate) * units + unit] : 0.0f;
            }
}

// The tile's products for COUNT gates from FIRST on, into z[TILE_ROWS][COUNT]: LEFT(gate) has the rows of hidden states.
// The sums stay in registers since no index of theirs is unknown; z is a copy that may be indexed.
#define GATE_SUMS(COUNT, FIRST, LEFT)                                                             \
    UNIT z[TILE_ROWS][COUNT];                                                                     \
    {                                                                                             \
        UNIT sums[TILE_ROWS][COUNT];                                                              \
        _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                     \
            _Pragma("unroll") for (int gate = 0; gate < COUNT; gate++)                            \
                sums[i][gate] = (UNIT)(0.0f);                                                     \
        /* Blocks of lanes on processors; the kernel itself on GPUs. */                           \
        const int gateStride = GROUPED ? units : LANES_U;                                         \
        const int depthStride = GROUPED ? width : GATES * LANES_U;                                \
        __global const float *w =                                                                 \
            weights + (GROUPED ? (long)j : (long)j * width) + FIRST * gateStride;                 \
        for (int k = 0; k < units; k++, w += depthStride) {                                       \
            UNIT column[COUNT];                                                                   \
            _Pragma("unroll") for (int gate = 0; gate < COUNT; gate++)                            \
                column[gate] = *(__global const UNITU *)(w + gate * gateStride);                  \
            _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                 \
                _Pragma("unroll") for (int gate = 0; gate < COUNT; gate++)                        \
                    sums[i][gate] = fma(                                                          \
                        (UNIT)((LEFT(FIRST + gate))[lines[i] + k]), column[gate], sums[i][gate]); \
        }                                                                                         \
        _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                     \
            _Pragma("unroll") for (int gate = 0; gate < COUNT; gate++) z[i][gate] = sums[i][gate]; \
    }

__kernel WIDE void sequence_forward(
    ARGUMENT(const float, projected), ARGUMENT(const float, weights), ARGUMENT(const float, bias),
    ARGUMENT(const float, hidden), ARGUMENT(const float, cell), ARGUMENT(const uchar, mask),
    ARGUMENT(const float, dropout), ARGUMENT(float, work), ARGUMENT(float, output),
    ARGUMENT(float, finalHidden), ARGUMENT(float, finalCell), ARGUMENT(float, keptHidden),
    ARGUMENT(float, keptGates), ARGUMENT(float, keptExtra), const Sequence s, const Turns t) {
    POINTER(const float, projected);
    POINTER(const float, weights);
    OPTIONAL_POINTER(const float, bias);
    POINTER(const float, hidden);
    OPTIONAL_POINTER(const float, cell);
    POINTER(const uchar, mask);
    OPTIONAL_POINTER(const float, dropout);
    POINTER(float, work);
    POINTER(float, output);
    POINTER(float, finalHidden);
    OPTIONAL_POINTER(float, finalCell);
    POINTER(float, keptHidden);
    POINTER(float, keptGates);
    OPTIONAL_POINTER(float, keptExtra);
    const int units = s.units, width = GATES * s.units;
    const int first = SLICE * t.rows, rows = min(t.rows, s.batch - first);
    const int block = t.rows * units;
    // The states, twice the hidden one: a step reads one and writes the other.
    __global float *states = work + (long)SLICE * (4 + DROPOUT * GATES + 2 * (CELL == GRU_RESET_BEFORE)) * block;
    __global float *now = states + (t.from & 1) * block;
    __global float *next = states + (1 - (t.from & 1)) * block;
    __global float *cells = states + 2 * block;
    __global float *last = cells + block;
#if DROPOUT
    __global float *scaled = last + block;
#define LEFT(gate) scaled + (gate) * block
#else
#define LEFT(gate) now
#endif
#if CELL == GRU_RESET_BEFORE
    __global float *updates = last + block + DROPOUT * GATES * block;
    __global float *resets = updates + block;
#define RESETS(gate) resets
#endif
    if (DOES(PHASE_BEGIN)) EACH_SAMPLE {
        EACH_UNIT {
            const int at = row * units + j, from = (first + row) * units + j, n = PART;
            put_units(get_units(hidden + from, n), now + at, n);
            if (CELL == LSTM) put_units(get_units(cell + from, n), cells + at, n);
            put_units((UNIT)(0.0f), last + at, n);
        }
    }
    FENCE
    for (int turn = t.from; turn < t.to; turn++) {
        const int step = s.reverse ? s.steps - 1 - turn : turn;
#if DROPOUT
        for (int gate = 0; gate < GATES && (DOES(PHASE_BEFORE)); gate++)
            EACH_SAMPLE {
                EACH_UNIT {
                    const int n = PART;
                    const UNIT scale =
                        get_units(dropout + ((long)gate * s.batch + first + row) * units + j, n);
                    put_units(
                        scale * get_units(now + row * units + j, n),
                        scaled + gate * block + row * units + j, n);
                }
            }
        FENCE
#endif
#if CELL == GRU_RESET_BEFORE
        if (DOES(PHASE_RESET)) EACH_UNIT {
            const int n = PART;
            EACH_TILE(units)
                GATE_SUMS(2, 0, LEFT)
                EACH_ROW {
                    const int at = (top + i) * units + j;
                    const long place = (long)(first + top + i) * s.steps + step;
                    __global const float *p = projected + place * width + j;
                    const UNIT update = activate_units(z[i][0] + get_units(p, n), s.recurrent);
                    const UNIT reset =
                        activate_units(z[i][1] + get_units(p + units, n), s.recurrent);
                    put_units(update, updates + at, n);
                    put_units(reset * get_units(LEFT(2) + at, n), resets + at, n);
                    if (s.keeps) {
                        put_units(update, keptGates + place * width + j, n);
                        put_units(reset, keptGates + place * width + units + j, n);
                    }
                }
            }
        }
        FENCE
#endif
        if (DOES(PHASE_PRODUCT)) EACH_UNIT {
            const int n = PART;
            EACH_TILE(units)
#if CELL == GRU_RESET_BEFORE
                GATE_SUMS(1, 2, RESETS)
#else
                GATE_SUMS(GATES, 0, LEFT)
#endif
                EACH_ROW {
                    const int at = (top + i) * units + j;
                    const long place = (long)(first + top + i) * s.steps + step;
                    const int counts = s.hasMask ? mask[place] : 1;
                    __global const float *p = projected + place * width + j;
                    __global float *kept = keptGates + place * width + j;
                    const UNIT old = get_units(now + at, n);
                    if (s.keeps) put_units(old, keptHidden + place * units + j, n);
#if CELL == LSTM
                    const UNIT in = activate_units(z[i][0] + get_units(p, n), s.recurrent);
                    const UNIT forget =
                        activate_units(z[i][1] + get_units(p + units, n), s.recurrent);
                    const UNIT candidate =
                        activate_units(z[i][2] + get_units(p + 2 * units, n), s.activation);
                    const UNIT out =
                        activate_units(z[i][3] + get_units(p + 3 * units, n), s.recurrent);
                    const UNIT before = get_units(cells + at, n);
                    const UNIT after = next_cell(in, forget, candidate, before);
                    const UNIT fresh = out * activate_units(after, s.activation);
                    if (counts) put_units(after, cells + at, n);
                    if (s.keeps) {
                        put_units(in, kept, n);
                        put_units(forget, kept + units, n);
                        put_units(candidate, kept + 2 * units, n);
                        put_units(out, kept + 3 * units, n);
                        put_units(before, keptExtra + place * units + j, n);
                    }
#elif CELL == GRU
                    const UNIT update = activate_units(
                        z[i][0] + get_units(bias + j, n) + get_units(p, n), s.recurrent);
                    const UNIT reset = activate_units(
                        z[i][1] + get_units(bias + units + j, n) + get_units(p + units, n),
                        s.recurrent);
                    const UNIT inner = z[i][2] + get_units(bias + 2 * units + j, n);
                    const UNIT candidate = activate_units(
                        fma(reset, inner, get_units(p + 2 * units, n)), s.activation);
                    const UNIT fresh = next_hidden(update, candidate, old);
                    if (s.keeps) {
                        put_units(update, kept, n);
                        put_units(reset, kept + units, n);
                        put_units(candidate, kept + 2 * units, n);
                        put_units(inner, keptExtra + place * units + j, n);
                    }
#elif CELL == GRU_RESET_BEFORE
                    const UNIT update = get_units(updates + at, n);
                    const UNIT candidate =
                        activate_units(z[i][0] + get_units(p + 2 * units, n), s.activation);
                    const UNIT fresh = next_hidden(update, candidate, old);
                    if (s.keeps) put_units(candidate, kept + 2 * units, n);
#else
                    const UNIT fresh = activate_units(z[i][0] + get_units(p, n), s.activation);
                    if (s.keeps) put_units(fresh, kept, n);
#endif
                    put_units(counts ? fresh : old, next + at, n);
                    UNIT result = fresh;
                    if (s.hasMask) {
                        if (!counts) result = s.zeroes ? (UNIT)(0.0f) : get_units(last + at, n);
                        put_units(result, last + at, n);
                    }
                    if (s.sequences) put_units(result, output + place * units + j, n);
                }
            }
        }
        FENCE
        __global float *swap = now;
        now = next;
        next = swap;
    }
    if (DOES(PHASE_END)) EACH_SAMPLE {
        EACH_UNIT {
            const int at = row * units + j, to = (first + row) * units + j, n = PART;
            put_units(get_units(now + at, n), finalHidden + to, n);
            if (CELL == LSTM) put_units(get_units(cells + at, n), finalCell + to, n);
            if (!s.sequences)
                put_units(get_units((s.hasMask ? last : now) + at, n), output + to, n);
        }
    }
}
