// Products by a matrix unit that takes TF32 numbers (10 bits behind the point) and keeps float sums: an item of 32 that run in
// step gives parts of A and B to MULTIPLY and gets parts of the sums, as `mma.m16n8k8` of NVIDIA's PTX has them. With
// g = item / 4 and t = item % 4, its part of A are the elements (g, t), (g + 8, t), (g, t + 4) and (g + 8, t + 4), of B (t, g)
// and (t + 4, g), of the sums (g, 2t), (g, 2t + 1), (g + 8, 2t) and (g + 8, 2t + 1).
//
// A float is the sum of two TF32 numbers and an error of 2⁻²² of it. Three products of such parts (high·high, high·low,
// low·high) are as exact as one of floats. The unit's own sums are cut, not rounded: those of eight depths are added to the
// float sums outside of it.

// The nearest TF32 number, in two instructions where the unit's own conversion takes four. NaN stays one in the low part.
static inline uint TF32(float v) { return (as_uint(v) + 0x1000u) & 0xffffe000u; }

// |v| that TF32 rounds to infinity, and infinities: their low part would be no number.
#define EXCEEDS_1(v) (fabs(v) >= 0x1.ffep127f)
#define EXCEEDS_4(v) (fmax(fmax(fabs((v).x), fabs((v).y)), fmax(fabs((v).z), fabs((v).w))) >= 0x1.ffep127f)
// One more turn of the preprocessor, for the number of elements.
#define EXCEEDS(N, v) EXCEEDS_OF(N, v)
#define EXCEEDS_OF(N, v) EXCEEDS_##N(v)

// Rows of a block that an item has a part of are 4g + i and 32 + 4g + i, columns 4t + j and 16 + 4t + j, as without the unit: the
// unit's row g of part i and column c of part j stand for them. Its columns: 2t + s is 16s + 4t + j.
#define UNIT_SUMS(blockA, blockB, g, t)                                                             \
    _Pragma("unroll 1") for (int l = 0; l < TK; l += 8) {                                          \
        float x[4][4], y[2][4];                                                                     \
        uint highY[2][4], lowY[2][4];                                                               \
        UNROLL for (int q = 0; q < 2; q++) {                                                        \
            __local const float *p = (blockA) + (l + 4 * q + (t)) * PITCH_A + 4 * (g);              \
            *(float4 *)x[2 * q] = *(__local const float4 *)p;                                       \
            *(float4 *)x[2 * q + 1] = *(__local const float4 *)(p + 32);                            \
            *(float4 *)y[q] = *(__local const float4 *)(                                            \
                (blockB) + (l + 4 * q + (t)) * PITCH_B + (g) % 2 * 16 + (g) / 2 * 4);               \
            UNROLL for (int j = 0; j < 4; j++) {                                                    \
                highY[q][j] = TF32(y[q][j]);                                                        \
                lowY[q][j] = as_uint(y[q][j] - as_float(highY[q][j]));                              \
            }                                                                                       \
        }                                                                                           \
        UNROLL for (int i = 0; i < 4; i++) {                                                        \
            uint high[4], low[4];                                                                   \
            float part[4][4];                                                                       \
            UNROLL for (int q = 0; q < 4; q++) {                                                    \
                high[q] = TF32(x[q][i]);                                                            \
                low[q] = as_uint(x[q][i] - as_float(high[q]));                                      \
            }                                                                                       \
            UNROLL for (int j = 0; j < 4; j++)                                                      \
                part[j][0] = part[j][1] = part[j][2] = part[j][3] = 0.0f;                           \
            UNROLL for (int j = 0; j < 4; j++) MULTIPLY(part[j], low, highY[0][j], highY[1][j]);    \
            UNROLL for (int j = 0; j < 4; j++) MULTIPLY(part[j], high, lowY[0][j], lowY[1][j]);     \
            UNROLL for (int j = 0; j < 4; j++) MULTIPLY(part[j], high, highY[0][j], highY[1][j]);   \
            sum[i][0] += (float4)(part[0][0], part[1][0], part[2][0], part[3][0]);                  \
            sum[i][1] += (float4)(part[0][1], part[1][1], part[2][1], part[3][1]);                  \
            sum[4 + i][0] += (float4)(part[0][2], part[1][2], part[2][2], part[3][2]);              \
            sum[4 + i][1] += (float4)(part[0][3], part[1][3], part[2][3], part[3][3]);              \
        }                                                                                           \
    }
