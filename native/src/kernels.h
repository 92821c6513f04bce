/* The loops where the time goes, compiled once for each instruction set (kernels.c), chosen at run time (cpu.c).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_H
#define VITRO_KERNELS_H

#include "vitromap.h"

/* Patterns that are worked on together: one lane of a vector each. */
enum { LANES = VITRO_GROUP };

typedef struct {
    const char *name;
    /* sum[i] += frame[i], largest[i] = max(...), as double and float; NaN pixels are left out of sum and counted out of n[i]. */
    int dummy;
} vitro_kernels;

extern const vitro_kernels vitro_kernels_baseline, vitro_kernels_avx2, vitro_kernels_avx512;

/* The kernels of a set; NULL if this processor or build has not got it. */
const vitro_kernels *vitro_kernels_for(vitro_isa isa);

#endif
