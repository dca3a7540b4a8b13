#pragma once
#include <stddef.h>

// The text of the files in Kernels/, inside the binary.
typedef struct {
    // The path below Kernels/, for example "linalg/gemm_cpu.cl".
    const char *path;
    const unsigned char *text;
    size_t length;
} KeratinKernelSource;

// All files; `count` receives how many.
const KeratinKernelSource *keratinKernelSources(size_t *count);
