/* Sums over radius bins and sectors through a table of pixels, compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_RADIAL_H
#define VITRO_KERNELS_RADIAL_H

#include "vitromap.h"

/* Lanes of a vector are azimuthal sectors here: one step takes one pixel from each. */
enum { RADIAL_SECTORS = 16 };

/* Pixels ordered by group: those of group g have a share in bin g, and the rest, 1 - share, in bin g - 1. Where a sector has fewer
 * pixels than the fullest of its group, any pixel fills up with the share RADIAL_NONE. */
#define RADIAL_NONE (-1.0f)
typedef struct {
    int groups;
    int32_t *first;  /* [groups + 1], steps */
    int32_t *offset; /* [steps][RADIAL_SECTORS], from the pixel of the centre */
    float *share;
    float *radius; /* from the edge between the bins g - 1 and g, in bin widths */
} radial_table;

typedef struct radial_kernels {
    /* Pixels as floats, 0 where valid is 0 or the pixel is no finite number; returns how many such numbers were met where valid is 1. */
    int (*row)(int type, const void *pixels, const float *valid, int width, float *out);
    /* out[group][2][sector]: sums of share * pixel and of (1 - share) * pixel; center points at the pixel of the centre. */
    void (*sums)(const radial_table *table, const float *center, float *out);
    /* out[group][4][sector]: the same for an image of 0 and 1, then those of its product with the radius. */
    void (*weights)(const radial_table *table, const float *center, float *out);
} radial_kernels;

extern const radial_kernels radial_kernels_baseline, radial_kernels_avx2, radial_kernels_avx512;

#endif
