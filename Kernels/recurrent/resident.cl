// Recurrent sequences that stay in a work-group of a GPU: it runs SAMPLES samples through all steps, and as much of the
// recurrent kernel as its registers hold stays there. A work-item has a gate and a unit of PADDED; its row or column of
// the kernel has KEPT values in registers, the others come from the cache in every step. States lie in local memory,
// where units that are not there are zero. No sample's sums depend on SAMPLES.
#define GROUP (GATES * PADDED)
#define RESIDENT __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
// An item looks after its unit's states for samples gate, gate + GATES, … of the group.
#define OWNED ((SAMPLES + GATES - 1) / GATES)
#define EACH_OWNED for (int o = 0, row = gate; o < OWNED; o++, row += GATES)
#define EACH_SAMPLE for (int row = 0; row < SAMPLES; row++)
// Products of a step, one after the other: the candidate of GRU_RESET_BEFORE has one of its own.
#define ROUNDS (1 + (CELL == GRU_RESET_BEFORE))
// The samples o of them that are there, a bit each: one register, where the conditions would take many.
#define OWNED_BITS                                                                    \
    uint owned = 0;                                                                   \
    _Pragma("unroll") EACH_OWNED owned |=                                             \
        (uint)(unit < units && row < SAMPLES && first + row < s.batch) << o;
#define EXISTS (owned >> o & 1)

// An element of an argument, which has fewer than 2³¹: a pointer to each would take two registers all the time.
#define AT(name, i) name##Buffer[name##Offset + (i)]

// A sample of the group that is there.
#define PRESENT (first + row < s.batch ? row : 0)

// The first values of a work-item's row or column, `stride` apart.
static inline void keep_weights(
    __global const float *weights, int stride, int units, float kept[KEPT]) {
    _Pragma("unroll") for (int k = 0; k < KEPT; k++)
        kept[k] = k < units ? weights[k * stride] : 0.0f;
}

// The sums over the units of a work-item's weights and `left`, whose rows are `pitch` apart: one order of additions.
// Addresses of `left` are the same in all items of a warp, so that four values cost one reading.
static inline void multiply(
    const float kept[KEPT], __global const float *weights, int stride, int units,
    __local const float *left, int pitch, float sums[SAMPLES]) {
    _Pragma("unroll") EACH_SAMPLE sums[row] = 0.0f;
    _Pragma("unroll") for (int k = 0; k < KEPT; k += 4)
        _Pragma("unroll") EACH_SAMPLE {
            const float4 v = *(__local const float4 *)(left + row * pitch + k);
            sums[row] = fma(v.x, kept[k], sums[row]);
            sums[row] = fma(v.y, kept[k + 1], sums[row]);
            sums[row] = fma(v.z, kept[k + 2], sums[row]);
            sums[row] = fma(v.w, kept[k + 3], sums[row]);
        }
#if KEPT < PADDED
    // Four at a time: many warps hide the cache's latency, and more would take registers from the weights.
    int k = KEPT;
    weights += KEPT * stride;
    _Pragma("unroll 1") for (; k + 4 <= units; k += 4) {
        float w[4];
        _Pragma("unroll") for (int i = 0; i < 4; i++, weights += stride) w[i] = *weights;
        _Pragma("unroll") EACH_SAMPLE {
            const float4 v = *(__local const float4 *)(left + row * pitch + k);
            sums[row] = fma(v.x, w[0], sums[row]);
            sums[row] = fma(v.y, w[1], sums[row]);
            sums[row] = fma(v.z, w[2], sums[row]);
            sums[row] = fma(v.w, w[3], sums[row]);
        }
    }
    for (; k < units; k++, weights += stride)
        _Pragma("unroll") EACH_SAMPLE sums[row] = fma(left[row * pitch + k], *weights, sums[row]);
#endif
}
