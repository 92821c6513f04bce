/* What the parts of fluctuation microscopy share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_FLUCT_H
#define VITRO_FLUCT_H

#include "error.h"
#include "ring_cells.h"

/* What is summed for each annulus over the patterns of a block; m = a pattern's mean over its n pixels of the annulus. */
enum {
    FLUCT_PATTERNS, /* that have a pixel there */
    FLUCT_RATIOS,   /* that have a ratio */
    FLUCT_RATIO,    /* <I^2> / <I>^2 - 1 over the annulus */
    FLUCT_MEAN,     /* m */
    FLUCT_MEAN_2,   /* m^2 */
    FLUCT_SHOT,     /* m / n: what photon noise adds to m^2 */
    FLUCT_PIXELS,   /* n */
    FLUCT_SUM,      /* pixels */
    FLUCT_SUM_2,    /* their squares */
    FLUCT_SUMS
};

typedef struct {
    double sum[FLUCT_SUMS], error[FLUCT_SUMS];
} fluct_bin;

/* Neighbouring patterns of the scan. Arrays over a pattern's pixels; those that are NULL for integers are all zero. */
typedef struct {
    int64_t patterns;
    fluct_bin *bin;
    double *sum, *square;
    double *sum_error, *square_error; /* NULL for integers, whose sums are exact */
    double *missing;                  /* patterns in which the pixel is no finite number; NULL if it always is one */
} fluct_block;

/* The bin of a cell. */
static inline int fluct_bin_of(const ring_cells *cells, int cell) { return cell % cells->bins; }

/* out[VITRO_FLUCTUATION_FIELDS][bins] from all blocks; once, since it settles their rounding errors. */
vitro_status fluct_variances(fluct_block *block, int blocks, const ring_cells *cells, int noise_correction, float *out);

/* V2D of a pattern: variance of the sectors' means over the square of their mean; NaN if fewer than three take part or there are no counts.
 * sum[sector * stride] of a sector's pixels less missing[sector * stride]. Returns the number of sectors that take part: those with half the pixels
 * of the fullest or more. */
int fluct_sector_variance(const float *sum, const float *missing, int stride, const ring_cells *ring, int noise_correction, float *v2d);

/* Sectors that take part if no pixel is missing. */
int fluct_sectors(const ring_cells *ring);

#endif
