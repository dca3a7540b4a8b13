// What the compiler of this device makes of vectors.
__kernel void probe(__global const int *values, __global int *answers) {
    // Comparisons are masks of all bits, which select.
    const int4 x = vload4(0, values), y = vload4(1, values);
    const int4 larger = x > y;
    const int4 selected = select(x, y, larger);
    vstore4(larger, 0, answers);
    vstore4(selected, 1, answers);
    // Floats of an instruction, as far as the compiler says what it writes for.
#if defined(__AVX512F__)
    answers[8] = 16;
#elif defined(__AVX__)
    answers[8] = 8;
#else
    answers[8] = 0;
#endif
}
