// Batch normalisation over (rows, channels). Statistics are made in parts of `part` rows, each by two
// passes over data that the second finds in the cache, and combined in order by Chan's formula.

__kernel void batch_statistics(
    ARGUMENT(const float, x), ARGUMENT(float, partial), const int rows, const int channels,
    const int part, const int parts) {
    POINTER(const float, x);
    POINTER(float, partial);
    const int channel = (int)get_global_id(0) * LANES, piece = (int)get_global_id(1);
    const int lanes = min(LANES, channels - channel);
    const int first = piece * part, last = min(first + part, rows);
    const float scale = 1.0f / (float)(last - first);
    float mean[LANES], square[LANES];
    for (int c = 0; c < LANES; c++) mean[c] = square[c] = 0.0f;
    __global const float *p = x + (long)first * channels + channel;
    for (int row = first; row < last; row++, p += channels) {
        if (lanes == LANES) {
            for (int c = 0; c < LANES; c++) mean[c] += p[c];
        } else {
            for (int c = 0; c < lanes; c++) mean[c] += p[c];
        }
    }
    for (int c = 0; c < LANES; c++) mean[c] *= scale;
    p = x + (long)first * channels + channel;
    for (int row = first; row < last; row++, p += channels) {
        if (lanes == LANES) {
            for (int c = 0; c < LANES; c++) {
                const float d = p[c] - mean[c];
                square[c] = fma(d, d, square[c]);
            }
        } else {
            for (int c = 0; c < lanes; c++) {
                const float d = p[c] - mean[c];
                square[c] = fma(d, d, square[c]);
            }
        }
    }
    __global float *q = partial + (long)piece * channels + channel;
    for (int c = 0; c < lanes; c++) {
        q[c] = mean[c];
        q[(long)parts * channels + c] = square[c];
    }
}

__kernel void batch_combine(
    ARGUMENT(const float, partial), ARGUMENT(float, mean), ARGUMENT(float, variance),
    const int channels, const int chunk, const int rows, const int part, const int parts) {
    POINTER(const float, partial);
    POINTER(float, mean);
    POINTER(float, variance);
    RANGE(channels, chunk)
    for (int c = start; c < end; c++) {
        float m = 0.0f, s = 0.0f, count = 0.0f;
        for (int piece = 0; piece < parts; piece++) {
            const float size = (float)(min((piece + 1) * part, rows) - piece * part);
            const float d = partial[(long)piece * channels + c] - m;
            const float total = count + size;
            m += d * (size / total);
            s += partial[((long)parts + piece) * channels + c] + d * d * (count * size / total);
            count = total;
        }
        mean[c] = rows > 0 ? m : NAN;
        variance[c] = s / (float)rows;
    }
}

__kernel void batch_normalize(
    ARGUMENT(const float, x), ARGUMENT(const float, gamma), ARGUMENT(const float, beta),
    ARGUMENT(const float, mean), ARGUMENT(const float, variance), ARGUMENT(float, y),
    const int rows, const int chunk, const int channels, const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, gamma);
    POINTER(const float, beta);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(float, y);
    ROW_RANGE(rows, chunk)
    const int channel = (int)get_global_id(0) * LANES;
    const int lanes = min(LANES, channels - channel);
    float factor[LANES], middle[LANES], shift[LANES];
    for (int c = 0; c < lanes; c++) {
        factor[c] = gamma[channel + c] / sqrt(variance[channel + c] + epsilon);
        middle[c] = mean[channel + c];
        shift[c] = beta[channel + c];
    }
    for (int row = start; row < end; row++) {
        const long place = (long)row * channels + channel;
        if (lanes == LANES) {
            for (int c = 0; c < LANES; c++)
                y[place + c] = fma(x[place + c] - middle[c], factor[c], shift[c]);
        } else {
            for (int c = 0; c < lanes; c++)
                y[place + c] = fma(x[place + c] - middle[c], factor[c], shift[c]);
        }
    }
}

// Σ dy and Σ dy·x̂ of each part.
__kernel void batch_gradient_sums(
    ARGUMENT(const float, x), ARGUMENT(const float, mean), ARGUMENT(const float, variance),
    ARGUMENT(const float, dy), ARGUMENT(float, partial), const int rows, const int channels,
    const int part, const int parts, const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(const float, dy);
    POINTER(float, partial);
    const int channel = (int)get_global_id(0) * LANES, piece = (int)get_global_id(1);
    const int lanes = min(LANES, channels - channel);
    float plain[LANES], weighted[LANES], middle[LANES];
    for (int c = 0; c < LANES; c++) {
        plain[c] = weighted[c] = 0.0f;
        middle[c] = c < lanes ? mean[channel + c] : 0.0f;
    }
    const int last = min((piece + 1) * part, rows);
    for (int row = piece * part; row < last; row++) {
        const long place = (long)row * channels + channel;
        if (lanes == LANES) {
            for (int c = 0; c < LANES; c++) {
                const float d = dy[place + c];
                plain[c] += d;
                weighted[c] = fma(d, x[place + c] - middle[c], weighted[c]);
            }
        } else {
            for (int c = 0; c < lanes; c++) {
                const float d = dy[place + c];
                plain[c] += d;
                weighted[c] = fma(d, x[place + c] - middle[c], weighted[c]);
            }
        }
    }
    __global float *q = partial + (long)piece * channels + channel;
    for (int c = 0; c < lanes; c++) {
        q[c] = plain[c];
        q[(long)parts * channels + c] = weighted[c] / sqrt(variance[channel + c] + epsilon);
    }
}

__kernel void batch_gradient_combine(
    ARGUMENT(const float, partial), ARGUMENT(float, dGamma), ARGUMENT(float, dBeta),
    const int channels, const int chunk, const int parts) {
    POINTER(const float, partial);
    POINTER(float, dGamma);
    POINTER(float, dBeta);
    RANGE(channels, chunk)
    for (int c = start; c < end; c++) {
        float plain = 0.0f, weighted = 0.0f;
        for (int piece = 0; piece < parts; piece++) {
            plain += partial[(long)piece * channels + c];
            weighted += partial[((long)parts + piece) * channels + c];
        }
        dBeta[c] = plain;
        dGamma[c] = weighted;
    }
}

__kernel void batch_gradient_apply(
    ARGUMENT(const float, x), ARGUMENT(const float, gamma), ARGUMENT(const float, mean),
    ARGUMENT(const float, variance), ARGUMENT(const float, dy), ARGUMENT(const float, dGamma),
    ARGUMENT(const float, dBeta), ARGUMENT(float, dx), const int rows, const int chunk,
    const int channels, const float epsilon) {
    POINTER(const float, x);
    POINTER(const float, gamma);
    POINTER(const float, mean);
    POINTER(const float, variance);
    POINTER(const float, dy);
    POINTER(const float, dGamma);
    POINTER(const float, dBeta);
    POINTER(float, dx);
    ROW_RANGE(rows, chunk)
    const int channel = (int)get_global_id(0) * LANES;
    const int lanes = min(LANES, channels - channel);
    const float scale = 1.0f / (float)rows;
    // dx = factor·(dy − dBeta/rows − (x − mean)·slope)
    float factor[LANES], middle[LANES], offset[LANES], slope[LANES];
    for (int c = 0; c < lanes; c++) {
        const float inverse = 1.0f / sqrt(variance[channel + c] + epsilon);
        factor[c] = gamma[channel + c] * inverse;
        middle[c] = mean[channel + c];
        offset[c] = dBeta[channel + c] * scale;
        slope[c] = dGamma[channel + c] * scale * inverse;
    }
    for (int row = start; row < end; row++) {
        const long place = (long)row * channels + channel;
        if (lanes == LANES) {
            for (int c = 0; c < LANES; c++)
                dx[place + c] =
                    factor[c] * (dy[place + c] - offset[c] - (x[place + c] - middle[c]) * slope[c]);
        } else {
            for (int c = 0; c < lanes; c++)
                dx[place + c] =
                    factor[c] * (dy[place + c] - offset[c] - (x[place + c] - middle[c]) * slope[c]);
        }
    }
}
