// Batch normalisation over (rows, channels) on GPUs. A group of 256 work-items has `width` (a power of two) neighbouring channels
// and as many lanes below each; there are `blocks` groups beside each other. Statistics are made in parts of `part` rows,
// each by two passes over data that the second finds in the cache, and combined in a tree by Chan's formula.
#define CHANNEL_ITEMS 256
typedef struct {
    float values[CHANNEL_ITEMS];
} ChannelMemory;
#define CHANNEL_KERNEL(name)                \
    typedef ChannelMemory LOCAL_TYPE(name); \
    __kernel __attribute__((reqd_work_group_size(CHANNEL_ITEMS, 1, 1))) void name

// The work-item's channel, its lane, and the rows [first, last) of its group; none for channels that are not there, whose
// items go along with the barriers.
#define CHANNEL_PLACE                                                                             \
    const int item = (int)get_local_id(0), lanes = CHANNEL_ITEMS / width, lane = item / width;    \
    const int piece = (int)get_group_id(0) / blocks;                                              \
    const int channel = ((int)get_group_id(0) - piece * blocks) * width + (item & (width - 1));   \
    const int isInside = channel < channels, first = piece * part;                                \
    const int last = isInside ? min(first + part, rows) : first;

// Runs a statement for a lane's elements of its channel: v = x[at], w = d[at]. Eight loads are under way together.
#define CHANNEL_AHEAD 8
#define FOR_CHANNEL(x, d, statement)                                                              \
    {                                                                                             \
        const int step = lanes * channels;                                                        \
        int row = first + lane, at = row * channels + channel;                                    \
        for (; last - row > (CHANNEL_AHEAD - 1) * lanes; row += CHANNEL_AHEAD * lanes) {          \
            float vs[CHANNEL_AHEAD], ws[CHANNEL_AHEAD];                                           \
            for (int k = 0; k < CHANNEL_AHEAD; k++) {                                             \
                vs[k] = (x)[at + k * step];                                                       \
                ws[k] = (d)[at + k * step];                                                       \
            }                                                                                     \
            for (int k = 0; k < CHANNEL_AHEAD; k++, at += step) {                                 \
                const float v = vs[k], w = ws[k];                                                 \
                (void)w;                                                                          \
                statement;                                                                        \
            }                                                                                     \
        }                                                                                         \
        for (; row < last; row += lanes, at += step) {                                            \
            const float v = (x)[at], w = (d)[at];                                                 \
            (void)w;                                                                              \
            statement;                                                                            \
        }                                                                                         \
    }

// Σ over the lanes of a channel, in a tree; all of them get it.
static inline float channel_total(
    __local float *values, int item, int lane, int lanes, int width, float own) {
    values[item] = own;
    for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < half_way) values[item] += values[item + half_way * width];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float total = values[item & (width - 1)];
    barrier(CLK_LOCAL_MEM_FENCE);
    return total;
}

CHANNEL_KERNEL(batch_statistics)(
    PLACE ARGUMENT(const float, x), ARGUMENT(float, partial), const int rows, const int channels,
    const int part, const int parts, const int width, const int blocks) {
    POINTER(const float, x);
    POINTER(float, partial);
    LOCAL_MEMORY(batch_statistics)
    __local float *values = shared->values;
    CHANNEL_PLACE
    float sum = 0.0f, square = 0.0f;
    FOR_CHANNEL(x, x, sum += v)
    sum = channel_total(values, item, lane, lanes, width, sum);
    const float mean = sum * (1.0f / (float)(last - first));
    FOR_CHANNEL(x, x, {
        const float distance = v - mean;
        square = fma(distance, distance, square);
    })
    square = channel_total(values, item, lane, lanes, width, square);
    if (lane == 0 && isInside) {
        partial[piece * channels + channel] = mean;
        partial[(parts + piece) * channels + channel] = square;
    }
}

// Number, mean and sum of squared distances of some rows and of others, together.
static inline float3 chan(float3 a, float3 b) {
    if (b.x == 0.0f) return a;
    const float total = a.x + b.x, d = b.y - a.y;
    return (float3)(total, a.y + d * (b.x / total), a.z + b.z + d * d * (a.x * b.x / total));
}

typedef struct {
    float counts[CHANNEL_ITEMS], means[CHANNEL_ITEMS], squares[CHANNEL_ITEMS];
} LOCAL_TYPE(batch_combine);

__kernel __attribute__((reqd_work_group_size(CHANNEL_ITEMS, 1, 1))) void batch_combine(
    PLACE ARGUMENT(const float, partial), ARGUMENT(float, mean), ARGUMENT(float, variance),
    const int rows, const int channels, const int part, const int parts, const int width) {
    POINTER(const float, partial);
    POINTER(float, mean);
    POINTER(float, variance);
    LOCAL_MEMORY(batch_combine)
    __local float *counts = shared->counts, *means = shared->means, *squares = shared->squares;
    const int item = (int)get_local_id(0), lanes = CHANNEL_ITEMS / width, lane = item / width;
    const int channel = (int)get_group_id(0) * width + (item & (width - 1));
    float3 own = (float3)(0.0f);
    if (channel < channels) {
        for (int piece = lane; piece < parts; piece += lanes) {
            const float count = (float)(min((piece + 1) * part, rows) - piece * part);
            own = chan(
                own, (float3)(
                         count, partial[piece * channels + channel],
                         partial[(parts + piece) * channels + channel]));
        }
    }
    counts[item] = own.x;
    means[item] = own.y;
    squares[item] = own.z;
    for (int half_way = lanes / 2; half_way > 0; half_way /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < half_way) {
            const int other = item + half_way * width;
            own = chan(own, (float3)(counts[other], means[other], squares[other]));
            counts[item] = own.x;
            means[item] = own.y;
            squares[item] = own.z;
        }
    }
    if (lane == 0 && channel < channels) {
        mean[channel] = rows > 0 ? own.y : NAN;
        variance[channel] = own.z / (float)rows;
    }
}

CHANNEL_KERNEL(batch_normalize)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, gamma), ARGUMENT(const float, beta),
    ARGUMENT(const float, mean), ARGUMENT(const float, variance), ARGUMENT(float, y),
    const int rows, const int channels, const int part, const int width, const int blocks,
    const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, gamma);
    POINTER(const float, beta);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(float, y);
    CHANNEL_PLACE
    if (!isInside) return;
    const float factor = gamma[channel] / sqrt(variance[channel] + epsilon);
    const float middle = mean[channel], shift = beta[channel];
    FOR_CHANNEL(x, x, y[at] = fma(v - middle, factor, shift))
}

// Σ dy and Σ dy·x̂ of each part.
CHANNEL_KERNEL(batch_gradient_sums)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, mean), ARGUMENT(const float, variance),
    ARGUMENT(const float, dy), ARGUMENT(float, partial), const int rows, const int channels,
    const int part, const int parts, const int width, const int blocks, const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(const float, dy);
    POINTER(float, partial);
    LOCAL_MEMORY(batch_gradient_sums)
    __local float *values = shared->values;
    CHANNEL_PLACE
    const float middle = isInside ? mean[channel] : 0.0f;
    float plain = 0.0f, weighted = 0.0f;
    FOR_CHANNEL(x, dy, {
        plain += w;
        weighted = fma(w, v - middle, weighted);
    })
    plain = channel_total(values, item, lane, lanes, width, plain);
    weighted = channel_total(values, item, lane, lanes, width, weighted);
    if (lane == 0 && isInside) {
        partial[piece * channels + channel] = plain;
        partial[(parts + piece) * channels + channel] =
            weighted / sqrt(variance[channel] + epsilon);
    }
}

CHANNEL_KERNEL(batch_gradient_combine)(
    PLACE ARGUMENT(const float, partial), ARGUMENT(float, dGamma), ARGUMENT(float, dBeta),
    const int channels, const int parts, const int width) {
    POINTER(const float, partial);
    POINTER(float, dGamma);
    POINTER(float, dBeta);
    LOCAL_MEMORY(batch_gradient_combine)
    __local float *values = shared->values;
    const int item = (int)get_local_id(0), lanes = CHANNEL_ITEMS / width, lane = item / width;
    const int channel = (int)get_group_id(0) * width + (item & (width - 1));
    float plain = 0.0f, weighted = 0.0f;
    if (channel < channels) {
        for (int piece = lane; piece < parts; piece += lanes) {
            plain += partial[piece * channels + channel];
            weighted += partial[(parts + piece) * channels + channel];
        }
    }
    plain = channel_total(values, item, lane, lanes, width, plain);
    weighted = channel_total(values, item, lane, lanes, width, weighted);
    if (lane == 0 && channel < channels) {
        dBeta[channel] = plain;
        dGamma[channel] = weighted;
    }
}

CHANNEL_KERNEL(batch_gradient_apply)(
    PLACE ARGUMENT(const float, x), ARGUMENT(const float, gamma), ARGUMENT(const float, mean),
    ARGUMENT(const float, variance), ARGUMENT(const float, dy), ARGUMENT(const float, dGamma),
    ARGUMENT(const float, dBeta), ARGUMENT(float, dx), const int rows, const int channels,
    const int part, const int width, const int blocks, const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, gamma);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(const float, dy);
    POINTER(const float, dGamma);
    POINTER(const float, dBeta);
    POINTER(float, dx);
    CHANNEL_PLACE
    if (!isInside) return;
    // dx = factor·(dy − dBeta/rows − (x − mean)·slope)
    const float scale = 1.0f / (float)rows;
    const float inverse = 1.0f / sqrt(variance[channel] + epsilon);
    const float factor = gamma[channel] * inverse, middle = mean[channel];
    const float offset = dBeta[channel] * scale, slope = dGamma[channel] * scale * inverse;
    FOR_CHANNEL(x, dy, dx[at] = factor * (w - offset - (v - middle) * slope))
}
