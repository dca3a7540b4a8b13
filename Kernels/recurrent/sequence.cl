// Recurrent sequences: ROWS samples run through all steps in one work-item (processors) or one work-group
// (GPUs, a unit to a work-item), so that nothing is launched and no two groups wait for each other between
// steps. Samples are independent; the recurrent kernel stays in the cache.
#define FENCE
#if GROUPED
#define FIRST_UNIT ((int)get_local_id(0))
#define UNIT_STEP ((int)get_local_size(0))
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
} Sequence;

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
    POINTER(const float, bias);
    POINTER(const float, hidden);
    POINTER(const float, cell);
    POINTER(const uchar, mask);
    POINTER(const float, dropout);
    POINTER(float, work);
    POINTER(float, output);
    POINTER(float, finalHidden);
    POINTER(float, finalCell);
    POINTER(float, keptHidden);
    POINTER(float, keptGates);
    POINTER(float, keptExtra);
    const int units = s.units, width = GATES * s.units;
    const int first = SLICE * ROWS, rows = min(ROWS, s.batch - first);
    const int block = ROWS * units;
    // The states, twice the hidden one: a step reads one and writes the other.
    __global float *now = work + (long)SLICE * (4 + DROPOUT * GATES) * block;
    __global float *next = now + block;
    __global float *cells = next + block;
    __global float *last = cells + block;
#if DROPOUT
    __global float *scaled = last + block;
#endif
    for (int row = 0; row < rows; row++) {
        EACH_UNIT {
            const int at = row * units + j, from = (first + row) * units + j, n = PART;
            put_units(get_units(hidden + from, n), now + at, n);
            if (CELL == LSTM) put_units(get_units(cell + from, n), cells + at, n);
            put_units((UNIT)(0.0f), last + at, n);
        }
    }
    FENCE
    for (int turn = 0; turn < s.steps; turn++) {
        const int step = s.reverse ? s.steps - 1 - turn : turn;
#if DROPOUT
        for (int gate = 0; gate < GATES; gate++)
            for (int row = 0; row < rows; row++) {
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
#define LEFT(gate) scaled + (gate) * block
#else
#define LEFT(gate) now
#endif
        for (int top = 0; top < rows; top += TILE_ROWS) {
            // A tile that has fewer rows repeats the last one.
            int lines[TILE_ROWS];
            for (int i = 0; i < TILE_ROWS; i++) lines[i] = min(top + i, rows - 1) * units;
            EACH_UNIT {
                const int n = PART;
                UNIT sums[TILE_ROWS][GATES];
#pragma unroll
                for (int i = 0; i < TILE_ROWS; i++)
#pragma unroll
                    for (int gate = 0; gate < GATES; gate++) sums[i][gate] = (UNIT)(0.0f);
                // Blocks of lanes on processors; the kernel itself on GPUs.
                __global const float *w = GROUPED ? weights + j : weights + (long)j * width;
                const int gateStride = GROUPED ? units : LANES_U;
                const int depthStride = GROUPED ? width : GATES * LANES_U;
                for (int k = 0; k < units; k++, w += depthStride) {
                    UNIT column[GATES];
#pragma unroll
                    for (int gate = 0; gate < GATES; gate++)
                        column[gate] = *(__global const UNITU *)(w + gate * gateStride);
#pragma unroll
                    for (int i = 0; i < TILE_ROWS; i++)
#pragma unroll
                        for (int gate = 0; gate < GATES; gate++)
                            sums[i][gate] =
                                fma((UNIT)((LEFT(gate))[lines[i] + k]), column[gate], sums[i][gate]);
                }
                // A copy that may be indexed: the sums themselves stay in registers.
                UNIT z[TILE_ROWS][GATES];
#pragma unroll
                for (int i = 0; i < TILE_ROWS; i++)
#pragma unroll
                    for (int gate = 0; gate < GATES; gate++) z[i][gate] = sums[i][gate];
                for (int i = 0; i < TILE_ROWS && top + i < rows; i++) {
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
    for (int row = 0; row < rows; row++) {
        EACH_UNIT {
            const int at = row * units + j, to = (first + row) * units + j, n = PART;
            put_units(get_units(now + at, n), finalHidden + to, n);
            if (CELL == LSTM) put_units(get_units(cells + at, n), finalCell + to, n);
            if (!s.sequences)
                put_units(get_units((s.hasMask ? last : now) + at, n), output + to, n);
        }
    }
}

__kernel WIDE void sequence_backward(
    ARGUMENT(const float, weights), ARGUMENT(const float, keptHidden),
    ARGUMENT(const float, keptGates), ARGUMENT(const float, keptExtra),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, dropout), ARGUMENT(const float, dOutput),
    ARGUMENT(const float, dFinalHidden), ARGUMENT(const float, dFinalCell), ARGUMENT(float, work),
    ARGUMENT(float, dProjected), ARGUMENT(float, dInner), ARGUMENT(float, dHidden),
    ARGUMENT(float, dCell), const Sequence s) {
    POINTER(const float, weights);
    POINTER(const float, keptHidden);
    POINTER(const float, keptGates);
    POINTER(const float, keptExtra);
    POINTER(const uchar, mask);
    POINTER(const float, dropout);
    POINTER(const float, dOutput);
    POINTER(const float, dFinalHidden);
    POINTER(const float, dFinalCell);
    POINTER(float, work);
    POINTER(float, dProjected);
    POINTER(float, dInner);
    POINTER(float, dHidden);
    POINTER(float, dCell);
    const int units = s.units, width = GATES * s.units;
    const int first = SLICE * ROWS, rows = min(ROWS, s.batch - first);
    // Cotangents of outputs that repeat an earlier one.
    __global float *waiting = work + (long)SLICE * ROWS * units;
    dHidden += (long)first * units;
    dCell += (long)first * units;
    for (int row = 0; row < rows; row++) {
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
            if (CELL == LSTM) put_units(get_units(dFinalCell + from, n), dCell + at, n);
        }
    }
    for (int turn = 0; turn < s.steps; turn++) {
        const int step = s.reverse ? turn : s.steps - 1 - turn;
        for (int row = 0; row < rows; row++) {
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
#else
                put_units(pull_units(dh, get_units(gates, n), s.activation), dz, n);
#endif
                put_units(rest, dHidden + at, n);
            }
        }
        FENCE
        // What comes back through the recurrent product; with dropout a gate at a time.
#if CELL == 2
        __global const float *left = dInner;
#else
        __global const float *left = dProjected;
#endif
        const int depth = DROPOUT ? units : width;
        const int groups = DROPOUT ? GATES : 1;
        for (int top = 0; top < rows; top += TILE_ROWS) {
            long lines[TILE_ROWS];
            for (int i = 0; i < TILE_ROWS; i++)
                lines[i] =
                    ((long)(first + min(top + i, rows - 1)) * s.steps + step) * width;
            for (int j = FIRST_UNIT; j < units; j += UNIT_STEP * PANEL_VECTORS) {
                for (int group = 0; group < groups; group++) {
                    UNIT sums[TILE_ROWS][PANEL_VECTORS];
#pragma unroll
                    for (int i = 0; i < TILE_ROWS; i++)
#pragma unroll
                        for (int v = 0; v < PANEL_VECTORS; v++) sums[i][v] = (UNIT)(0.0f);
                    const int panelWidth = GROUPED ? units : PANEL_VECTORS * LANES_U;
                    __global const float *w =
                        GROUPED ? weights + j : weights + (long)j * width;
                    w += (long)group * depth * panelWidth;
                    const int column = group * depth;
                    for (int k = 0; k < depth; k++, w += panelWidth) {
                        UNIT right[PANEL_VECTORS];
#pragma unroll
                        for (int v = 0; v < PANEL_VECTORS; v++)
                            right[v] = *(__global const UNITU *)(w + v * LANES_U);
#pragma unroll
                        for (int i = 0; i < TILE_ROWS; i++) {
                            const UNIT d = (UNIT)(left[lines[i] + column + k]);
#pragma unroll
                            for (int v = 0; v < PANEL_VECTORS; v++)
                                sums[i][v] = fma(d, right[v], sums[i][v]);
                        }
                    }
                    UNIT parts[TILE_ROWS][PANEL_VECTORS];
#pragma unroll
                    for (int i = 0; i < TILE_ROWS; i++)
#pragma unroll
                        for (int v = 0; v < PANEL_VECTORS; v++) parts[i][v] = sums[i][v];
                    for (int i = 0; i < TILE_ROWS && top + i < rows; i++)
                        for (int v = 0; v < PANEL_VECTORS && j + v * LANES_U < units; v++) {
                            const int unit = j + v * LANES_U;
                            const int n = LANES_U == 1 ? 1 : min(LANES_U, units - unit);
                            const int at = (top + i) * units + unit;
                            UNIT d = parts[i][v];
#if DROPOUT
                            const long sample = (long)group * s.batch + first + top + i;
                            d *= get_units(dropout + sample * units + unit, n);
#endif
                            put_units(get_units(dHidden + at, n) + d, dHidden + at, n);
                        }
                }
            }
        }
    }
}
