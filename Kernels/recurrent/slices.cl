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

// Samples of a slice; the turns of a launch, and which phases it does, a bit each: PHASE_BEGIN, PHASE_BEFORE, PHASE_RESET,
// PHASE_PRODUCT, PHASE_END. Between two phases the work-items of a slice wait for each other.
typedef struct {
    int rows, from, to, phases;
} Turns;
#define DOES(PHASE) (t.phases >> (PHASE) & 1)

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
