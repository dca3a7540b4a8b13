// What joined kernels are written with, after the kernels that they call. LONG: 64 bits of the plan's numbers.
#undef __kernel
#undef get_global_id
#define LONG(i) upsample(words[(i) + 1], (uint)words[i])
