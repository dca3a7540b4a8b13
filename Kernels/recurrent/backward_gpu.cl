// The backward pass of sequences that stay in a work-group: those that look after a unit make the cotangents of its gates,
// then an item sums what comes back to its unit through one gate. `weights` is the kernel's transpose.

// What a step's cotangents are made of. It is read a step ahead.
typedef struct {
    float gates[GATES];
    float extra, old, output;
    int counts;
} Step;

RESIDENT void sequence_backward_resident(
    ARGUMENT(const float, weights), ARGUMENT(const float, keptHidden),
    ARGUMENT(const float, keptGates), ARGUMENT(const float, keptExtra),
    ARGUMENT(const uchar, mask), ARGUMENT(const float, dropout), ARGUMENT(const float, dOutput),
    ARGUMENT(const float, dFinalHidden), ARGUMENT(const float, dFinalCell),
    ARGUMENT(float, dProjected), ARGUMENT(float, dInner), ARGUMENT(float, dHidden),
    ARGUMENT(float, dCell), const Sequence s) {
    // The left factors of the products, the cotangents of the gates, and what comes back through each gate.
    __local float lefts[SAMPLES * GROUP] __attribute__((aligned(16)));
    __local float parts[SAMPLES][GATES][PADDED];
    const int units = s.units, width = GATES * units;
    const uint item = (uint)get_local_id(0);
    const int gate = (int)(item / PADDED), unit = (int)(item % PADDED);
    const int first = (int)get_group_id(0) * SAMPLES;
    // Items beyond the last unit repeat it, and nobody looks at their sums.
    __global const float *weights =
        weightsBuffer + weightsOffset + gate * units * units + min(unit, units - 1);
    float kept[KEPT];
    keep_weights(weights, units, units, kept);
    EACH_SAMPLE lefts[row * GROUP + item] = 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    float scale[SAMPLES];
    _Pragma("unroll") EACH_SAMPLE {
        const int state = (gate * s.batch + first + PRESENT) * units + min(unit, units - 1);
        scale[row] = s.hasDropout ? AT(dropout, state) : 1.0f;
    }
    OWNED_BITS
    // `waiting`: cotangents of outputs that repeat an earlier one.
    float dh[OWNED], dc[OWNED], waiting[OWNED];
    Step ahead[OWNED];
#define READ_STEP(STEP)                                                                      \
    {                                                                                        \
        const int place = (STEP) + row * s.steps, at = place * units + unit; \
        _Pragma("unroll") for (int g = 0; g < GATES; g++)                                    \
            ahead[o].gates[g] = AT(keptGates, place * width + g * units + unit);                 \
        if (CELL == LSTM || CELL == GRU) ahead[o].extra = AT(keptExtra, at);                     \
        if (CELL == GRU || CELL == GRU_RESET_BEFORE) ahead[o].old = AT(keptHidden, at);          \
        ahead[o].output = s.sequences ? AT(dOutput, at) : 0.0f;                                  \
        ahead[o].counts = s.hasMask ? AT(mask, place) : 1;                                       \
    }
    const int direction = s.reverse ? 1 : -1;
    int now = first * s.steps + (s.reverse ? 0 : s.steps - 1);
    _Pragma("unroll") EACH_OWNED {
        dh[o] = dc[o] = waiting[o] = 0.0f;
        ahead[o].extra = ahead[o].old = 0.0f;
        if (!EXISTS) continue;
        const int at = (first + row) * units + unit;
        dh[o] = AT(dFinalHidden, at);
        if (CELL == LSTM) dc[o] = AT(dFinalCell, at);
        // The output of the last step may repeat that of one before.
        if (!s.sequences) waiting[o] = AT(dOutput, at);
        READ_STEP(now)
    }
    for (int turn = 0; turn < s.steps; turn++, now += direction) {
#if CELL == GRU_RESET_BEFORE
        float old[OWNED], reset[OWNED];
        int counts[OWNED];
#endif
        _Pragma("unroll") EACH_OWNED {
            if (!EXISTS) continue;
            const int place = now + row * s.steps;
            const int dz = place * width + unit;
            const float d = ahead[o].output + waiting[o];
            float cotangents[GATES];
            _Pragma("unroll") for (int g = 0; g < GATES; g++) cotangents[g] = 0.0f;
            if (ahead[o].counts) {
                waiting[o] = 0.0f;
                dh[o] = cell_back(
                    ahead[o].gates, ahead[o].extra, ahead[o].old, dh[o] + d, &dc[o], cotangents,
                    s.activation, s.recurrent);
            } else {
                waiting[o] = s.zeroes ? 0.0f : d;
            }
            _Pragma("unroll") for (int g = 0; g < GATES; g++) {
                float left = cotangents[g];
                AT(dProjected, dz + g * units) = left;
#if CELL == GRU
                if (g == CANDIDATE) left *= ahead[o].counts ? ahead[o].gates[RESET] : 0.0f;
                AT(dInner, place * width + g * units + unit) = left;
#endif
                lefts[row * GROUP + g * PADDED + unit] = left;
            }
#if CELL == GRU_RESET_BEFORE
            old[o] = ahead[o].old;
            reset[o] = ahead[o].gates[RESET];
            counts[o] = ahead[o].counts;
#endif
            if (turn + 1 < s.steps) READ_STEP(now + direction)
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int round = 0; round < ROUNDS; round++) {
            if (ROUNDS == 1 || (gate == CANDIDATE) == (round == 0)) {
                float sums[SAMPLES];
                multiply(kept, weights, units, units, lefts + gate * PADDED, GROUP, sums);
                _Pragma("unroll") EACH_SAMPLE parts[row][gate][unit] = scale[row] * sums[row];
            }
            barrier(CLK_LOCAL_MEM_FENCE);
#if CELL == GRU_RESET_BEFORE
            if (round == 1) break;
            // The candidate's product saw r·h: r's cotangent comes from there.
            _Pragma("unroll") EACH_OWNED {
                if (!EXISTS || !counts[o]) continue;
                const int place = now + row * s.steps;
                float d;
                dh[o] = reset_back(
                    parts[row][CANDIDATE][unit], reset[o], old[o], dh[o], &d, s.recurrent);
                AT(dProjected, place * width + RESET * units + unit) = d;
                lefts[row * GROUP + RESET * PADDED + unit] = d;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
#endif
        }
        _Pragma("unroll") EACH_OWNED {
            if (!EXISTS) continue;
            _Pragma("unroll") for (int g = 0; g < GATES - (CELL == GRU_RESET_BEFORE); g++)
                dh[o] += parts[row][g][unit];
        }
    }
    _Pragma("unroll") EACH_OWNED {
        if (!EXISTS) continue;
        const int at = (first + row) * units + unit;
        AT(dHidden, at) = dh[o];
        if (CELL == LSTM) AT(dCell, at) = dc[o];
    }
}
