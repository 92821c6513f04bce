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
    /* Pixels as floats where valid is 1, but 0 for those that are no finite numbers, whose count is returned; elsewhere valid's own value (0 or NaN). */
    int (*row)(int type, const void *pixels, const float *valid, int width, float *out);
    /* out[group][2][sector]: sums of share * pixel and of (1 - share) * pixel over the pixels that are not NaN; center points at the pixel of the centre. */
    void (*sums)(const radial_table *table, const float *center, float *out);
    /* The same, and weights[group][4][sector]: those of an image that is 1 where a pixel is not NaN, then of its product with the radius. */
    void (*weighted_sums)(const radial_table *table, const float *center, float *out, float *weights);
} radial_kernels;

extern const radial_kernels radial_kernels_baseline, radial_kernels_avx2, radial_kernels_avx512;

#endif
