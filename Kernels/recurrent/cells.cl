// What a sequence asks for, flags among it.
typedef struct {
    int batch, steps, units;
    int reverse, sequences, zeroes, hasMask, hasDropout, keeps;
    int activation, recurrent;
} Sequence;

// The arithmetic of one step of a cell, CELL of SIMPLE, LSTM, GRU and GRU_RESET_BEFORE, which has GATES gates. Gates are
// in Keras's order: i, f, c, o; z, r, h.
#if CELL == LSTM
enum { IN, FORGET, CANDIDATE, OUT };
#elif CELL == SIMPLE
enum { CANDIDATE };
#else
enum { UPDATE, RESET, CANDIDATE };
#endif

#if CELL == LSTM
static inline UNIT next_cell(UNIT in, UNIT forget, UNIT candidate, UNIT before) {
    return fma(forget, before, in * candidate);
}
#elif CELL != SIMPLE
static inline UNIT next_hidden(UNIT update, UNIT candidate, UNIT old) {
    return fma(update, old, (1.0f - update) * candidate);
}
#endif

// The cotangents dz of a step's sums, from the activated gates and the cotangent dh of the new hidden state; the result is
// the part of dh that goes to the old hidden state past the products.
//
// LSTM: `extra` is the old cell state, and *dCell becomes its cotangent. GRU: `extra` is the candidate's product, whose
// cotangent is dz of the candidate times the reset. GRU_RESET_BEFORE: `reset_back` adds the reset's cotangent.
static inline UNIT cell_back(
    const UNIT *gates, UNIT extra, UNIT old, UNIT dh, UNIT *dCell, UNIT *dz, int activation,
    int recurrent) {
#if CELL == LSTM
    const UNIT in = gates[IN], forget = gates[FORGET], candidate = gates[CANDIDATE];
    const UNIT out = gates[OUT];
    const UNIT active = activate_units(next_cell(in, forget, candidate, extra), activation);
    const UNIT dc = *dCell + pull_units(dh * out, active, activation);
    dz[IN] = pull_units(dc * candidate, in, recurrent);
    dz[FORGET] = pull_units(dc * extra, forget, recurrent);
    dz[CANDIDATE] = pull_units(dc * in, candidate, activation);
    dz[OUT] = pull_units(dh * active, out, recurrent);
    *dCell = dc * forget;
    return (UNIT)(0.0f);
#elif CELL == SIMPLE
    dz[CANDIDATE] = pull_units(dh, gates[CANDIDATE], activation);
    return (UNIT)(0.0f);
#else
    const UNIT update = gates[UPDATE], candidate = gates[CANDIDATE];
    dz[UPDATE] = pull_units(dh * (old - candidate), update, recurrent);
    dz[CANDIDATE] = pull_units(dh * (1.0f - update), candidate, activation);
#if CELL == GRU
    dz[RESET] = pull_units(dz[CANDIDATE] * extra, gates[RESET], recurrent);
#endif
    return dh * update;
#endif
}

#if CELL == GRU_RESET_BEFORE
// The reset's cotangent, from that of r·h; the result is what goes on to h, beside `rest`.
static inline UNIT reset_back(
    UNIT d, UNIT reset, UNIT old, UNIT rest, UNIT *dReset, int recurrent) {
    *dReset = pull_units(d * old, reset, recurrent);
    return fma(d, reset, rest);
}
#endif
