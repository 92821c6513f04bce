/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define TABLE JOIN(vitro_kernels_, VITRO_KERNELS)

#if defined(__AVX512F__)
#define NAME "AVX-512"
#elif defined(__AVX2__)
#define NAME "AVX2"
#else
#define NAME "baseline"
#endif

const vitro_kernels TABLE = {NAME, 0};
