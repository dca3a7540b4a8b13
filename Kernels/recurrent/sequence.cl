// Recurrent sequences: some samples run through all steps in one work-item (processors) or one work-group (GPUs, a unit
// to a work-item), so that nothing is launched and no two groups wait for each other between steps. Samples are
// independent; the recurrent kernel stays in the cache. Where it is too large for that, groups share the units of their
// samples (dimension 1), and a launch does one phase of one step.
#define FENCE
#if GROUPED
#define FIRST_UNIT ((int)(get_group_id(1) * get_local_size(0) + get_local_id(0)))
#define UNIT_STEP ((int)(get_num_groups(1) * get_local_size(0)))
#undef FENCE
#define FENCE barrier(CLK_GLOBAL_MEM_FENCE);
#define SLICE ((int)get_group_id(0))
#else
#define FIRST_UNIT 0
#define UNIT_STEP LANES_U
#define SLICE ((int)get_global_id(0))
#endif

typedef struct {
    int batch, steps, units;
    int reverse, sequences, zeroes, hasMask, keeps;
    int activation, recurrent;
    // Samples of a slice; the turns of this launch, and which of the phases below.
    int rows, from, to, phases;
} Sequence;

// Between two phases the work-items of a slice wait for each other.
enum { BEGIN = 1, BEFORE = 2, RESET = 4, PRODUCT = 8, END = 16 };

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

// Its transpose as the backward product reads it: panels of `width` units, [panel][gate and unit][width].
__kernel void sequence_pack_transposed(
    ARGUMENT(const float, kernelMatrix), ARGUMENT(float, packed), const int units,
    const int width) {
    POINTER(const float, kernelMatrix);
    POINTER(float, packed);
    const int depth = GATES * units, k = (int)get_global_id(0);
    if (k >= depth) return;
    for (int panel = 0; panel * width < units; panel++)
        for (int i = 0; i < width; i++) {
            const int unit = panel * width + i;
            packed[((long)panel * depth + k) * width + i] =
                unit < units ? kernelMatrix[(long)unit * depth + k] : 0.0f;
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

// The rows of a tile; one that has fewer repeats the last.
#define EACH_TILE(STRIDE)                                                  \
    for (int top = 0; top < rows; top += TILE_ROWS) {                      \
        int lines[TILE_ROWS];                                              \
        for (int i = 0; i < TILE_ROWS; i++)                                \
            lines[i] = min(top + i, rows - 1) * (STRIDE);
#define EACH_ROW for (int i = 0; i < TILE_ROWS && top + i < rows; i++)

#define EACH_SAMPLE for (int row = 0; row < rows; row++)
#define EACH_UNIT for (int j = FIRST_UNIT; j < s.units; j += UNIT_STEP)
#define PART (LANES_U == 1 ? 1 : min(LANES_U, s.units - j))

__kernel WIDE void sequence_forward(
    ARGUMENT(const float, projected), ARGUMENT(const float, weights), ARGUMENT(const float, bias),
    ARGUMENT(const float, hidden), ARGUMENT(const float, cell), ARGUMENT(const uchar, mask),
    ARGUMENT(const float, dropout), ARGUMENT(float, work), ARGUMENT(float, output),
    ARGUMENT(float, finalHidden), ARGUMENT(float, finalCell), ARGUMENT(float, keptHidden),
    ARGUMENT(float, keptGates), ARGUMENT(float, keptExtra), const Sequence s) {
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
    const int first = SLICE * s.rows, rows = min(s.rows, s.batch - first);
    const int block = s.rows * units;
    // The states, twice the hidden one: a step reads one and writes the other.
    __global float *states = work + (long)SLICE * (4 + DROPOUT * GATES + 2 * (CELL == 3)) * block;
    __global float *now = states + (s.from & 1) * block;
    __global float *next = states + (1 - (s.from & 1)) * block;
    __global float *cells = states + 2 * block;
    __global float *last = cells + block;
#if DROPOUT
    __global float *scaled = last + block;
#define LEFT(gate) scaled + (gate) * block
#else
#define LEFT(gate) now
#endif
#if CELL == 3
    __global float *updates = last + block + DROPOUT * GATES * block;
    __global float *resets = updates + block;
#define RESETS(gate) resets
#endif
    if (s.phases & BEGIN) EACH_SAMPLE {
        EACH_UNIT {
            const int at = row * units + j, from = (first + row) * units + j, n = PART;
            put_units(get_units(hidden + from, n), now + at, n);
            if (CELL == 1) put_units(get_units(cell + from, n), cells + at, n);
            put_units((UNIT)(0.0f), last + at, n);
        }
    }
    FENCE
    for (int turn = s.from; turn < s.to; turn++) {
        const int step = s.reverse ? s.steps - 1 - turn : turn;
#if DROPOUT
        for (int gate = 0; gate < GATES && (s.phases & BEFORE); gate++)
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
#if CELL == 3
        if (s.phases & RESET) EACH_UNIT {
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
        if (s.phases & PRODUCT) EACH_UNIT {
            const int n = PART;
            EACH_TILE(units)
#if CELL == 3
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
#if CELL == 1
                    const UNIT in = activate_units(z[i][0] + get_units(p, n), s.recurrent);
                    const UNIT forget =
                        activate_units(z[i][1] + get_units(p + units, n), s.recurrent);
                    const UNIT candidate =
                        activate_units(z[i][2] + get_units(p + 2 * units, n), s.activation);
                    const UNIT out =
                        activate_units(z[i][3] + get_units(p + 3 * units, n), s.recurrent);
                    const UNIT before = get_units(cells + at, n);
                    const UNIT after = fma(forget, before, in * candidate);
                    const UNIT fresh = out * activate_units(after, s.activation);
                    if (counts) put_units(after, cells + at, n);
                    if (s.keeps) {
                        put_units(in, kept, n);
                        put_units(forget, kept + units, n);
                        put_units(candidate, kept + 2 * units, n);
                        put_units(out, kept + 3 * units, n);
                        put_units(before, keptExtra + place * units + j, n);
                    }
#elif CELL == 2
                    const UNIT update = activate_units(
                        z[i][0] + get_units(bias + j, n) + get_units(p, n), s.recurrent);
                    const UNIT reset = activate_units(
                        z[i][1] + get_units(bias + units + j, n) + get_units(p + units, n),
                        s.recurrent);
                    const UNIT inner = z[i][2] + get_units(bias + 2 * units + j, n);
                    const UNIT candidate = activate_units(
                        fma(reset, inner, get_units(p + 2 * units, n)), s.activation);
                    const UNIT fresh = fma(update, old, (1.0f - update) * candidate);
                    if (s.keeps) {
                        put_units(update, kept, n);
                        put_units(reset, kept + units, n);
                        put_units(candidate, kept + 2 * units, n);
                        put_units(inner, keptExtra + place * units + j, n);
                    }
#elif CELL == 3
                    const UNIT update = get_units(updates + at, n);
                    const UNIT candidate =
                        activate_units(z[i][0] + get_units(p + 2 * units, n), s.activation);
                    const UNIT fresh = fma(update, old, (1.0f - update) * candidate);
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
    if (s.phases & END) EACH_SAMPLE {
        EACH_UNIT {
            const int at = row * units + j, to = (first + row) * units + j, n = PART;
            put_units(get_units(now + at, n), finalHidden + to, n);
            if (CELL == 1) put_units(get_units(cells + at, n), finalCell + to, n);
            if (!s.sequences)
                put_units(get_units((s.hasMask ? last : now) + at, n), output + to, n);
        }
    }
}

// The tile's products over DEPTH cotangents of the gates from FIRST on with the kernel's transpose, into
// parts[TILE_ROWS][PANEL_VECTORS].
#define SUMS_BACK(FIRST, DEPTH)                                                                \
    UNIT parts[TILE_ROWS][PANEL_VECTORS];                                                         \
    {                                                                                             \
        UNIT sums[TILE_ROWS][PANEL_VECTORS];                                                      \
        _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                     \
            _Pragma("unroll") for (int v = 0; v < PANEL_VECTORS; v++) sums[i][v] = (UNIT)(0.0f);  \
        const int panelWidth = GROUPED ? units : PANEL_VECTORS * LANES_U;                         \
        __global const float *w = weights + (GROUPED ? (long)j : (long)j * width) +               \
                                  (long)(FIRST) * units * panelWidth;                             \
        __global const float *l[TILE_ROWS];                                                       \
        _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                     \
            l[i] = left + (first + lines[i]) * stride + (FIRST) * units;                          \
        for (int k = 0; k < (DEPTH); k++, w += panelWidth) {                                      \
            UNIT right[PANEL_VECTORS];                                                            \
            _Pragma("unroll") for (int v = 0; v < PANEL_VECTORS; v++)                             \
                right[v] = *(__global const UNITU *)(w + v * LANES_U);                            \
            _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++) {                               \
                const UNIT d = (UNIT)(l[i][k]);                                                   \
                _Pragma("unroll") for (int v = 0; v < PANEL_VECTORS; v++)                         \
                    sums[i][v] = fma(d, right[v], sums[i][v]);                                    \
            }                                                                                     \
        }                                                                                         \
        _Pragma("unroll") for (int i = 0; i < TILE_ROWS; i++)                                     \
            _Pragma("unroll") for (int v = 0; v < PANEL_VECTORS; v++) parts[i][v] = sums[i][v];   \
    }
#define EACH_PANEL for (int j = FIRST_UNIT; j < units; j += UNIT_STEP * PANEL_VECTORS)
// The vectors of a product that are there: `unit` and its place `at` in a row of states, n units of it.
#define EACH_PART                                                                            \
    EACH_ROW                                                                                 \
    for (int v = 0, unit = j, at = (top + i) * units + j, n = LANES_U == 1 ? 1 : min(LANES_U, units - j); \
         v < PANEL_VECTORS && unit < units;                                                  \
         v++, unit += LANES_U, at += LANES_U, n = LANES_U == 1 ? 1 : min(LANES_U, units - unit))

__kernel WIDE void sequence_backward(
    ARGUMENT(const float, weights), ARGUMENT(const float, keptHidden),
    ARGUMENT(const float, keptGates), ARGUMENT(const float, keptExtra),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, dropout), ARGUMENT(const float, dOutput),
    ARGUMENT(const float, dFinalHidden), ARGUMENT(const float, dFinalCell), ARGUMENT(float, work),
    ARGUMENT(float, dProjected), ARGUMENT(float, dInner), ARGUMENT(float, dHidden),
    ARGUMENT(float, dCell), const Sequence s) {
    POINTER(const float, weights);
    OPTIONAL_POINTER(const float, keptHidden);
    POINTER(const float, keptGates);
    OPTIONAL_POINTER(const float, keptExtra);
    POINTER(const uchar, mask);
    OPTIONAL_POINTER(const float, dropout);
    POINTER(const float, dOutput);
    POINTER(const float, dFinalHidden);
    OPTIONAL_POINTER(const float, dFinalCell);
    POINTER(float, work);
    POINTER(float, dProjected);
    OPTIONAL_POINTER(float, dInner);
    POINTER(float, dHidden);
    OPTIONAL_POINTER(float, dCell);
    const int units = s.units, width = GATES * s.units;
    const int first = SLICE * s.rows, rows = min(s.rows, s.batch - first);
    // Cotangents of outputs that repeat an earlier one.
    __global float *waiting = work + (long)SLICE * s.rows * units;
    dHidden += (long)first * units;
    dCell += (long)first * units;
    if (s.phases & BEGIN) EACH_SAMPLE {
        EACH_UNIT {
            const int at = row * units + j, from = (first + row) * units + j, n = PART;
            UNIT d = get_units(dFinalHidden + from, n), w = (UNIT)(0.0f);
            if (!s.sequences) {
                if (s.hasMask)
                    w = get_units(dOutput + from, n);
                else
                    d += get_units(dOutput + from, n);
            }
            put_units(d, dHidden + at, n);
            put_units(w, waiting + at, n);
            if (CELL == 1) put_units(get_units(dFinalCell + from, n), dCell + at, n);
        }
    }
    for (int turn = s.from; turn < s.to; turn++) {
        const int step = s.reverse ? turn : s.steps - 1 - turn;
        if (s.phases & BEFORE) EACH_SAMPLE {
            const long place = (long)(first + row) * s.steps + step;
            const int counts = s.hasMask ? mask[place] : 1;
            EACH_UNIT {
                const int at = row * units + j, n = PART;
                __global const float *gates = keptGates + place * width + j;
                __global float *dz = dProjected + place * width + j;
                UNIT dh = get_units(dHidden + at, n);
                if (s.sequences || s.hasMask) {
                    UNIT d = s.sequences ? get_units(dOutput + place * units + j, n) : (UNIT)(0.0f);
                    if (s.hasMask) {
                        d += get_units(waiting + at, n);
                        put_units(counts || s.zeroes ? (UNIT)(0.0f) : d, waiting + at, n);
                    }
                    if (counts) dh += d;
                }
#if CELL == 2
                __global float *di = dInner + place * width + j;
#endif
                if (!counts) {
                    for (int gate = 0; gate < GATES; gate++) {
                        put_units((UNIT)(0.0f), dz + gate * units, n);
#if CELL == 2
                        put_units((UNIT)(0.0f), di + gate * units, n);
#endif
                    }
                    continue;
                }
                UNIT rest = (UNIT)(0.0f);
#if CELL == 1
                const UNIT in = get_units(gates, n), forget = get_units(gates + units, n);
                const UNIT candidate = get_units(gates + 2 * units, n);
                const UNIT out = get_units(gates + 3 * units, n);
                const UNIT before = get_units(keptExtra + place * units + j, n);
                const UNIT active =
                    activate_units(fma(forget, before, in * candidate), s.activation);
                const UNIT dc =
                    get_units(dCell + at, n) + pull_units(dh * out, active, s.activation);
                put_units(pull_units(dc * candidate, in, s.recurrent), dz, n);
                put_units(pull_units(dc * before, forget, s.recurrent), dz + units, n);
                put_units(pull_units(dc * in, candidate, s.activation), dz + 2 * units, n);
                put_units(pull_units(dh * active, out, s.recurrent), dz + 3 * units, n);
                put_units(dc * forget, dCell + at, n);
#elif CELL == 2
                const UNIT update = get_units(gates, n), reset = get_units(gates + units, n);
                const UNIT candidate = get_units(gates + 2 * units, n);
                const UNIT old = get_units(keptHidden + place * units + j, n);
                const UNIT inner = get_units(keptExtra + place * units + j, n);
                const UNIT dUpdate = pull_units(dh * (old - candidate), update, s.recurrent);
                const UNIT dCandidate =
                    pull_units(dh * (1.0f - update), candidate, s.activation);
                const UNIT dReset = pull_units(dCandidate * inner, reset, s.recurrent);
                put_units(dUpdate, dz, n);
                put_units(dReset, dz + units, n);
                put_units(dCandidate, dz + 2 * units, n);
                put_units(dUpdate, di, n);
                put_units(dReset, di + units, n);
                put_units(dCandidate * reset, di + 2 * units, n);
                rest = dh * update;
#elif CELL == 3
                const UNIT update = get_units(gates, n);
                const UNIT candidate = get_units(gates + 2 * units, n);
                const UNIT old = get_units(keptHidden + place * units + j, n);
                put_units(pull_units(dh * (old - candidate), update, s.recurrent), dz, n);
                put_units(
                    pull_units(dh * (1.0f - update), candidate, s.activation), dz + 2 * units, n);
                rest = dh * update;
#else
                put_units(pull_units(dh, get_units(gates, n), s.activation), dz, n);
#endif
                put_units(rest, dHidden + at, n);
            }
        }
        FENCE
        // What comes back through the recurrent product; with dropout a gate at a time.
#if CELL == 2
        __global const float *left = dInner + step * (long)width;
#else
        __global const float *left = dProjected + step * (long)width;
#endif
        const long stride = (long)s.steps * width;
#if CELL == 3
        // The candidate's product saw r·h: r's cotangent comes from there.
        if (s.phases & RESET) EACH_PANEL {
            EACH_TILE(1)
                SUMS_BACK(2, units)
                EACH_PART {
                    const long sample = first + top + i, place = sample * s.steps + step;
                    if (s.hasMask && !mask[place]) continue;
                    UNIT d = parts[i][v];
#if DROPOUT
                    d *= get_units(dropout + (2l * s.batch + sample) * units + unit, n);
#endif
                    const UNIT reset = get_units(keptGates + place * width + units + unit, n);
                    const UNIT old = get_units(keptHidden + place * units + unit, n);
                    put_units(
                        pull_units(d * old, reset, s.recurrent),
                        dProjected + place * width + units + unit, n);
                    put_units(fma(d, reset, get_units(dHidden + at, n)), dHidden + at, n);
                }
            }
        }
        FENCE
#define BACK_GATES 2
#else
#define BACK_GATES GATES
#endif
        if (s.phases & PRODUCT) EACH_PANEL {
            EACH_TILE(1)
                for (int gate = 0; gate < BACK_GATES; gate += DROPOUT ? 1 : BACK_GATES) {
                    SUMS_BACK(gate, DROPOUT ? units : BACK_GATES * units)
                    EACH_PART {
                        UNIT d = parts[i][v];
#if DROPOUT
                        const long sample = (long)gate * s.batch + first + top + i;
                        d *= get_units(dropout + sample * units + unit, n);
#endif
                        put_units(get_units(dHidden + at, n) + d, dHidden + at, n);
                    }
                }
            }
        }
    }
}
