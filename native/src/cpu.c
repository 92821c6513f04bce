/* Which kernels this processor can run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

const vitro_kernels *vitro_kernels_for(vitro_isa isa) {
    __builtin_cpu_init();
    switch (isa) {
    case VITRO_ISA_BASELINE: return &vitro_kernels_baseline;
    case VITRO_ISA_AVX2: return has_avx2() ? &vitro_kernels_avx2 : NULL;
    case VITRO_ISA_AVX512: return has_avx512() ? &vitro_kernels_avx512 : NULL;
    case VITRO_ISA_BEST: return has_avx512() ? &vitro_kernels_avx512 : has_avx2() ? &vitro_kernels_avx2 : &vitro_kernels_baseline;
    }
    return NULL;
}
#else
const vitro_kernels *vitro_kernels_for(vitro_isa isa) {
    return isa == VITRO_ISA_BEST || isa == VITRO_ISA_BASELINE ? &vitro_kernels_baseline : NULL;
}
#endif

const char *vitro_isa_name(vitro_isa isa) {
    const vitro_kernels *kernels = vitro_kernels_for(isa);
    return kernels ? kernels->name : 0;
}
