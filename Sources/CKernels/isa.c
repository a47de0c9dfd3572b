#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

/* What the machine, or NIGHTREEL_ISA, decides for all threads. */
static _Atomic(const nr_kernels *) common;
/* What nr_isa_select chose for this thread. */
static _Thread_local const nr_kernels *chosen;

static int available(nr_isa isa) {
    switch (isa) {
    case NR_ISA_PORTABLE:
        return 1;
#if defined(__x86_64__)
    case NR_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case NR_ISA_AVX512VNNI:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vnni");
#endif
    default:
        return 0;
    }
}

static const nr_kernels *table(nr_isa isa) {
    switch (isa) {
#if defined(__x86_64__)
    case NR_ISA_AVX2:
        return &nr_kernels_avx2;
    case NR_ISA_AVX512VNNI:
        return &nr_kernels_avx512vnni;
#endif
    default:
        return &nr_kernels_portable;
    }
}

nr_isa nr_isa_best(void) {
    for (int isa = NR_ISA_AVX512VNNI; isa > NR_ISA_PORTABLE; isa--)
        if (available((nr_isa)isa)) return (nr_isa)isa;
    return NR_ISA_PORTABLE;
}

const char *nr_isa_name(nr_isa isa) {
    switch (isa) {
    case NR_ISA_AVX2:
        return "avx2";
    case NR_ISA_AVX512VNNI:
        return "avx512-vnni";
    default:
        return "portable";
    }
}

int nr_isa_select(nr_isa isa) {
    if (!available(isa)) return 0;
    chosen = table(isa);
    return 1;
}

void nr_use(const nr_kernels *kernels) { chosen = kernels; }

/* NIGHTREEL_ISA=portable|avx2|avx512-vnni holds a better processor back: to compare, or to rule a kernel out. */
static const nr_kernels *first_choice(void) {
    const char *wanted = getenv("NIGHTREEL_ISA");
    if (wanted)
        for (int isa = NR_ISA_PORTABLE; isa <= NR_ISA_AVX512VNNI; isa++)
            if (strcmp(wanted, nr_isa_name((nr_isa)isa)) == 0 && available((nr_isa)isa)) return table((nr_isa)isa);
    return table(nr_isa_best());
}

const nr_kernels *nr_active(void) {
    if (chosen) return chosen;
    const nr_kernels *kernels = atomic_load_explicit(&common, memory_order_acquire);
    if (!kernels) {
        kernels = first_choice();
        atomic_store(&common, kernels);
    }
    return kernels;
}

nr_isa nr_isa_current(void) {
    const nr_kernels *kernels = nr_active();
    int isa = NR_ISA_AVX512VNNI;
    while (isa > NR_ISA_PORTABLE && table((nr_isa)isa) != kernels) isa--;
    return (nr_isa)isa;
}
