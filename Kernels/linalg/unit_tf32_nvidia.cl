// NVIDIA's tensor cores, from compute capability 8.0 on, by inline PTX.
#define UNIT_MEMORY
#define MULTIPLY(d, a, b0, b1)                                                                    \
    asm volatile(                                                                                 \
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3},{%4,%5,%6,%7},{%8,%9}," \
        "{%0,%1,%2,%3};"                                                                          \
        : "+f"((d)[0]), "+f"((d)[1]), "+f"((d)[2]), "+f"((d)[3])                                  \
        : "r"((a)[0]), "r"((a)[1]), "r"((a)[2]), "r"((a)[3]), "r"(b0), "r"(b1))
