// A block of four words a work-item. `isAligned`: y lies at a multiple of sixteen bytes.
__kernel void random_bits(
    PLACE ARGUMENT(const uint, state), ARGUMENT(uint, y), const int count, const uint stream,
    const int isAligned) {
    POINTER(const uint, state);
    POINTER(uint, y);
    const uint block = (uint)get_global_id(0);
    const uint i = 4 * block;
    if (i >= (uint)count) return;
    const uint4 word =
        philox((uint4)(block, state[2], state[3], stream), state[0], state[1]);
    if (isAligned && (uint)count - i >= 4) {
        *(__global uint4 *)(y + i) = word;
    } else {
        y[i] = word.x;
        if (i + 1 < (uint)count) y[i + 1] = word.y;
        if (i + 2 < (uint)count) y[i + 2] = word.z;
        if (i + 3 < (uint)count) y[i + 3] = word.w;
    }
}
