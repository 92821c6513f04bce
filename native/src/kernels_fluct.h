/* Sums of pixels and of their squares for fluctuation microscopy, compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_FLUCT_H
#define VITRO_KERNELS_FLUCT_H

#include "ring_cells.h"

/* The sums of a group of VITRO_GROUP patterns over some tiles of the cells. `missing` counts pixels that are no finite numbers; it stays
 * untouched for integers, which have none. */
typedef struct {
    const ring_cells *cells;
    int first_tile, end_tile;
    int32_t origin; /* the pixel that frames are given from on, and how many */
    size_t pixels;
    float *sum, *square, *missing;                   /* [cell][VITRO_GROUP], added to */
    float *pixel_sum, *pixel_square, *pixel_missing; /* [end_tile - first_tile][TILE], written */
} fluct_strip;

typedef struct fluct_kernels {
    /* Sums of the cells, pattern by pattern. */
    void (*cells)(int type, const void *const frame[VITRO_GROUP], const fluct_strip *strip);
    /* Sums of the pixels over the patterns from .. to - 1 of the group. */
    void (*pixels)(int type, const void *const frame[VITRO_GROUP], int from, int to, const fluct_strip *strip);
} fluct_kernels;

extern const fluct_kernels fluct_kernels_baseline, fluct_kernels_avx2, fluct_kernels_avx512;

#endif
