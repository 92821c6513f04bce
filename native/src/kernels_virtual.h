/* Sums over runs of pixels, compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_VIRTUAL_H
#define VITRO_KERNELS_VIRTUAL_H

#include "vitromap.h"

/* Neighbouring pixels of a row, each of which counts. */
typedef struct {
    int32_t x, y, length;
} pixel_run;

typedef struct virtual_kernels {
    /* Sum over the runs: exact for integers, in double for floats, of which those that are no finite numbers are left out. NaN if nothing is left. */
    double (*sum)(int type, const void *frame, int width, const pixel_run *run, int64_t runs);
    /* The same, and the sums of x and y times the pixel: out[3]. columns = room for `width` doubles. */
    void (*moments)(int type, const void *frame, int width, const pixel_run *run, int64_t runs, void *columns, double out[3]);
} virtual_kernels;

extern const virtual_kernels virtual_kernels_baseline, virtual_kernels_avx2, virtual_kernels_avx512;

#endif
