// Movement in units of sixteen bytes, for places and extents that are multiples of them: one access of a GPU's memory moves
// a whole unit.
__kernel void fill16(PLACE ARGUMENT(int4, y), const int count, const int chunk, const int value) {
    POINTER(int4, y);
    RANGE(count, chunk)
    for (int i = start; i < end; i++) y[i] = (int4)(value);
}
STRIDED_COPY(strided_copy16, int4)
GATHER(gather16, int4)
DYNAMIC_SLICE(dynamic_slice16, int4)
DYNAMIC_UPDATE(dynamic_update16, int4)
