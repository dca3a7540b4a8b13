// The forward pass of sequences that stay in a work-group: an item sums and activates one column of the gates, then those
// that look after a unit make its new state.

// What the sums of a gate become, with the step's input p and, for GRU, the recurrent bias.
static inline float gate_value(float sum, float bias, float p, int gate, const Sequence *s) {
    if (CELL == GRU) sum += bias;
    return activate_units(sum + p, gate == CANDIDATE ? s->activation : s->recurrent);
}

RESIDENT void sequence_forward_resident(
    ARGUMENT(const float, projected), ARGUMENT(const float, weights), ARGUMENT(const float, bias),
    ARGUMENT(const float, hidden), ARGUMENT(const float, cell), ARGUMENT(const uchar, mask),
    ARGUMENT(const float, dropout), ARGUMENT(float, output), ARGUMENT(float, finalHidden),
    ARGUMENT(float, finalCell), ARGUMENT(float, keptHidden), ARGUMENT(float, keptGates),
    ARGUMENT(float, keptExtra), const Sequence s) {
    // The left factors of the products: h, with dropout one for each gate, and r·h for the candidate of
    // GRU_RESET_BEFORE.
    __local float lefts[SAMPLES * GROUP] __attribute__((aligned(16)));
    // The gates of the step; for GRU the candidate's product, with its input in one block more.
    __local float values[SAMPLES][GATES + (CELL == GRU)][PADDED];
    const int units = s.units, width = GATES * units;
    const uint item = (uint)get_local_id(0);
    const int gate = (int)(item / PADDED), unit = (int)(item % PADDED);
    const int first = (int)get_group_id(0) * SAMPLES;
    // Items beyond the last unit repeat it, and nobody looks at their sums.
    const int column = gate * units + min(unit, units - 1);
    const int factors = s.hasDropout ? GATES : 1;
    __global const float *weights = weightsBuffer + weightsOffset + column;
    float kept[KEPT];
    keep_weights(weights, width, units, kept);
#if CELL == GRU
    const float columnBias = AT(bias, column);
#else
    const float columnBias = 0.0f;
#endif
    EACH_SAMPLE lefts[row * GROUP + item] = 0.0f;
    barrier(CLK_LOCAL_MEM_FENCE);
    OWNED_BITS
    // The samples whose gates the item keeps for the gradient.
    uint keeping = 0;
    _Pragma("unroll") EACH_SAMPLE keeping |=
        (uint)(s.keeps && unit < units && first + row < s.batch) << row;
    float h[OWNED], c[OWNED], last[OWNED];
    _Pragma("unroll") EACH_OWNED {
        h[o] = c[o] = last[o] = 0.0f;
        if (!EXISTS) continue;
        const int at = (first + row) * units + unit;
        h[o] = AT(hidden, at);
        if (CELL == LSTM) c[o] = AT(cell, at);
        for (int f = 0; f < factors; f++)
            lefts[row * GROUP + f * PADDED + unit] =
                s.hasDropout ? h[o] * AT(dropout, f * s.batch * units + at) : h[o];
    }
    // The input of the next step is read while a step runs.
    float ahead[SAMPLES];
    const int direction = s.reverse ? -1 : 1;
    int now = first * s.steps + (s.reverse ? s.steps - 1 : 0);
    _Pragma("unroll") EACH_SAMPLE
        ahead[row] = AT(projected, (now + PRESENT * s.steps) * width + column);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int turn = 0; turn < s.steps; turn++, now += direction) {
        const int next = turn + 1 < s.steps ? now + direction : now;
        float p[SAMPLES], sums[SAMPLES];
        _Pragma("unroll") EACH_SAMPLE {
            p[row] = ahead[row];
            ahead[row] = AT(projected, (next + PRESENT * s.steps) * width + column);
        }
        int counts[OWNED];
        _Pragma("unroll") EACH_OWNED
            counts[o] = !s.hasMask || !EXISTS ? 1 : AT(mask, now + row * s.steps);
        for (int round = 0; round < ROUNDS; round++) {
#if CELL == GRU_RESET_BEFORE
            // The candidate's product waits for r·h, which takes the place of its left factor.
            if (round == 1) {
                _Pragma("unroll") EACH_OWNED {
                    if (!EXISTS) continue;
                    float left = h[o];
                    if (s.hasDropout)
                        left *= AT(dropout, (CANDIDATE * s.batch + first + row) * units + unit);
                    lefts[row * GROUP + CANDIDATE * PADDED + unit] =
                        values[row][RESET][unit] * left;
                }
                barrier(CLK_LOCAL_MEM_FENCE);
            }
#endif
            if (ROUNDS == 1 || (gate == CANDIDATE) == round) {
                const int factor = round == 1 || s.hasDropout ? gate : 0;
                multiply(kept, weights, width, units, lefts + factor * PADDED, GROUP, sums);
                _Pragma("unroll") EACH_SAMPLE {
#if CELL == GRU
                    if (gate == CANDIDATE) {
                        values[row][CANDIDATE][unit] = sums[row] + columnBias;
                        values[row][CANDIDATE + 1][unit] = p[row];
                        continue;
                    }
#endif
                    const float value = gate_value(sums[row], columnBias, p[row], gate, &s);
                    values[row][gate][unit] = value;
                    if (keeping >> row & 1)
                        AT(keptGates, (now + row * s.steps) * width + column) = value;
                }
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
        _Pragma("unroll") EACH_OWNED {
            if (!EXISTS) continue;
            const int place = now + row * s.steps, at = place * units + unit;
            const float old = h[o];
            if (s.keeps) AT(keptHidden, at) = old;
#if CELL == LSTM
            const float before = c[o];
            const float after = next_cell(
                values[row][IN][unit], values[row][FORGET][unit], values[row][CANDIDATE][unit],
                before);
            const float fresh = values[row][OUT][unit] * activate_units(after, s.activation);
            if (counts[o]) c[o] = after;
            if (s.keeps) AT(keptExtra, at) = before;
#elif CELL == GRU
            const float inner = values[row][CANDIDATE][unit];
            const float candidate = activate_units(
                fma(values[row][RESET][unit], inner, values[row][CANDIDATE + 1][unit]),
                s.activation);
            const float fresh = next_hidden(values[row][UPDATE][unit], candidate, old);
            if (s.keeps) {
                AT(keptGates, place * width + CANDIDATE * units + unit) = candidate;
                AT(keptExtra, at) = inner;
            }
#elif CELL == GRU_RESET_BEFORE
            const float fresh =
                next_hidden(values[row][UPDATE][unit], values[row][CANDIDATE][unit], old);
#else
            const float fresh = values[row][CANDIDATE][unit];
#endif
            float result = fresh;
            if (counts[o])
                h[o] = fresh;
            else
                result = s.zeroes ? 0.0f : last[o];
            last[o] = result;
            if (s.sequences) AT(output, at) = result;
            for (int f = 0; f < factors; f++)
                lefts[row * GROUP + f * PADDED + unit] =
                    s.hasDropout
                        ? h[o] * AT(dropout, (f * s.batch + first + row) * units + unit)
                        : h[o];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    _Pragma("unroll") EACH_OWNED {
        if (!EXISTS) continue;
        const int at = (first + row) * units + unit;
        AT(finalHidden, at) = h[o];
        if (CELL == LSTM) AT(finalCell, at) = c[o];
        if (!s.sequences) AT(output, at) = last[o];
    }
}
