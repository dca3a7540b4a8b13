#pragma once

// What the running processor can do, asked of the processor itself. Swift has no `cpuid`, so this
// header is the one piece of C in the CPU backend. Every answer is 0 off x86-64.
//
// An instruction set counts only when the operating system saves its registers (XCR0), else the
// first vector instruction would be an illegal one.

#if defined(__x86_64__)
#include <cpuid.h>

static inline unsigned long long keratin_xcr0(void) {
    unsigned int low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((unsigned long long)high << 32) | low;
}
#endif

/// 1 when the x86-64-v3 instructions (AVX2, FMA, BMI1, BMI2, F16C, MOVBE, LZCNT) are usable.
static inline int keratin_processor_has_avx2(void) {
#if defined(__x86_64__)
    unsigned int a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    const unsigned int fma = 1u << 12, movbe = 1u << 22, osxsave = 1u << 27, avx = 1u << 28,
                       f16c = 1u << 29;
    const unsigned int first = fma | movbe | osxsave | avx | f16c;
    if ((c & first) != first) return 0;
    if ((keratin_xcr0() & 0x6) != 0x6) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const unsigned int second = (1u << 3) | (1u << 5) | (1u << 8);  // BMI1, AVX2, BMI2
    if ((b & second) != second) return 0;
    if (!__get_cpuid(0x80000001u, &a, &b, &c, &d)) return 0;
    return (c & (1u << 5)) != 0;  // LZCNT
#else
    return 0;
#endif
}

/// 1 when the x86-64-v4 instructions (AVX-512 F, BW, CD, DQ, VL) are usable.
static inline int keratin_processor_has_avx512(void) {
#if defined(__x86_64__)
    if (!keratin_processor_has_avx2()) return 0;
    if ((keratin_xcr0() & 0xe6) != 0xe6) return 0;
    unsigned int a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const unsigned int wanted =
        (1u << 16) | (1u << 17) | (1u << 28) | (1u << 30) | (1u << 31);  // F, DQ, CD, BW, VL
    return (b & wanted) == wanted;
#else
    return 0;
#endif
}

/// Tells the processor that this thread is waiting in a loop.
static inline void keratin_processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Asks for the lines of `bytes` bytes, which will be read and perhaps written soon.
static inline void keratin_processor_prefetch(const void *address, long bytes) {
    const char *line = (const char *)address;
    for (long i = 0; i < bytes; i += 64) __builtin_prefetch(line + i, 0, 3);
}
