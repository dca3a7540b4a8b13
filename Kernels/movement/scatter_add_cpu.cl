// y (outer, extent, inner), set to zero before, += updates (outer, indexCount, inner). A work-item
// owns `chunk` columns of one outer row and adds in index order, so that sums repeat exactly.
__kernel void scatter_add(
    ARGUMENT(const float, updates), ARGUMENT(const int, indices), ARGUMENT(float, y),
    const int chunk, const int extent, const int inner, const int indexCount) {
    POINTER(const float, updates);
    POINTER(const int, indices);
    POINTER(float, y);
    const int first = (int)get_global_id(0) * chunk;
    const int last = min(first + chunk, inner);
    const int outer = (int)get_global_id(1);
    for (int i = 0; i < indexCount; i++) {
        const int place = clamp(indices[i], 0, extent - 1);
        __global float *q = y + ((long)outer * extent + place) * inner;
        __global const float *p = updates + ((long)outer * indexCount + i) * inner;
        for (int j = first; j < last; j++) q[j] += p[j];
    }
}
