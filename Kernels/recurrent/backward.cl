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
    ARGUMENT(float, dCell), const Sequence s, const Turns t) {
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
    const int first = SLICE * t.rows, rows = min(t.rows, s.batch - first);
    // Cotangents of outputs that repeat an earlier one.
    __global float *waiting = work + (long)SLICE * t.rows * units;
    dHidden += (long)first * units;
    dCell += (long)first * units;
    if (DOES(PHASE_BEGIN)) EACH_SAMPLE {
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
    for (int turn = t.from; turn < t.to; turn++) {
        const int step = s.reverse ? turn : s.steps - 1 - turn;
        if (DOES(PHASE_BEFORE)) EACH_SAMPLE {
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
#if CELL == GRU
                __global float *di = dInner + place * width + j;
#endif
                if (!counts) {
                    for (int gate = 0; gate < GATES; gate++) {
                        put_units((UNIT)(0.0f), dz + gate * units, n);
#if CELL == GRU
                        put_units((UNIT)(0.0f), di + gate * units, n);
#endif
                    }
                    continue;
                }
                UNIT values[GATES], cotangents[GATES];
                for (int gate = 0; gate < GATES; gate++)
                    values[gate] = get_units(gates + gate * units, n);
                UNIT extra = (UNIT)(0.0f), old = (UNIT)(0.0f), dc = (UNIT)(0.0f);
#if CELL == LSTM || CELL == GRU
                extra = get_units(keptExtra + place * units + j, n);
#endif
#if CELL == GRU || CELL == GRU_RESET_BEFORE
                old = get_units(keptHidden + place * units + j, n);
#endif
                if (CELL == LSTM) dc = get_units(dCell + at, n);
                const UNIT rest = cell_back(
                    values, extra, old, dh, &dc, cotangents, s.activation, s.recurrent);
                if (CELL == LSTM) put_units(dc, dCell + at, n);
                for (int gate = 0; gate < GATES; gate++) {
#if CELL == GRU_RESET_BEFORE
                    if (gate == RESET) continue;
#endif
                    put_units(cotangents[gate], dz + gate * units, n);
                }
#if CELL == GRU
                put_units(cotangents[UPDATE], di, n);
                put_units(cotangents[RESET], di + units, n);
                put_units(cotangents[CANDIDATE] * values[RESET], di + 2 * units, n);
#endif
                put_units(rest, dHidden + at, n);
            }
        }
        FENCE
        // What comes back through the recurrent product; with dropout a gate at a time.
#if CELL == GRU
        __global const float *left = dInner + step * (long)width;
#else
        __global const float *left = dProjected + step * (long)width;
#endif
        const long stride = (long)s.steps * width;
#if CELL == GRU_RESET_BEFORE
        // The candidate's product saw r·h: r's cotangent comes from there.
        if (DOES(PHASE_RESET)) EACH_PANEL {
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
                    UNIT dReset;
                    const UNIT rest = reset_back(
                        d, reset, old, get_units(dHidden + at, n), &dReset, s.recurrent);
                    put_units(dReset, dProjected + place * width + units + unit, n);
                    put_units(rest, dHidden + at, n);
                }
            }
        }
        FENCE
#define BACK_GATES 2
#else
#define BACK_GATES GATES
#endif
        if (DOES(PHASE_PRODUCT)) EACH_PANEL {
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
