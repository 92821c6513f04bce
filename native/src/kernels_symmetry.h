/* Fourier sums over the pixels of rings one pixel wide, and the least-squares fits made of them, compiled once for each instruction set.
 * Lanes of a vector are annuli: arrays [..][SYMMETRY_LANES] hold neighbouring ones.
 *
 * Rows are harmonics: row 0 = 1, row 2n - 1 = cos n phi, row 2n = sin n phi.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_SYMMETRY_H
#define VITRO_KERNELS_SYMMETRY_H

#include "vitromap.h"

enum { SYMMETRY_LANES = 16, SYMMETRY_ROWS = 2 * VITRO_SYMMETRY_ORDERS + 1, SYMMETRY_SUMS = 4 * VITRO_SYMMETRY_ORDERS + 1, SYMMETRY_STEP = 4, SYMMETRY_TERMS = 6 };

/* Which pixels make up the annuli about a centre, counted from the centre's pixel. The annuli of a group are the lanes; a step takes one pixel
 * of each. A place is dx + 65536 dy; 0, the centre's own pixel, fills up where an annulus has no more pixels. */
typedef struct {
    int groups, stride;
    float r_first; /* middle radius of the first annulus; they are 1 px wide */
    float ellipse[3];
    int32_t *first; /* [groups + 1], steps; multiples of SYMMETRY_STEP */
    int32_t *place; /* [steps][SYMMETRY_LANES] */
} symmetry_table;

/* A centre in a frame: its pixel, and its distance from that pixel. */
typedef struct {
    const float *pixel;
    float fx, fy;
} symmetry_center;

typedef float symmetry_row[SYMMETRY_LANES];

/* Which pixels of the annuli of a group take part. */
typedef struct {
    symmetry_row sum[SYMMETRY_SUMS];   /* of the harmonics over these pixels, to twice the order of the fit */
    symmetry_row slope[SYMMETRY_SUMS]; /* the same times the distance from the middle radius */
    symmetry_row bend[SYMMETRY_ROWS];  /* times half its square, to the order */
} symmetry_window;

typedef struct symmetry_kernels {
    /* Sums of pixel times harmonics, to `order`, over a group. */
    void (*sums)(const symmetry_table *table, int group, const symmetry_center *center, int order, symmetry_row *out);
    /* The window, for fits to `order`, of all pixels of a table. */
    void (*window)(const symmetry_table *table, int group, const symmetry_center *center, int order, symmetry_window *out);
    /* Rows of a window for a centre x, y from its cell's: term[0] + x term[1] + y term[2] + x^2 term[3] + x y term[4] + y^2 term[5] - less, NULL = 0. */
    void (*combine)(const float *const term[SYMMETRY_TERMS], const float *less, float x, float y, int rows, float *out);
    /* The inverse of the normal matrix, [rows][rows]; lanes whose matrix is singular get numbers that are not positive, huge or none on its diagonal. */
    void (*invert)(int order, const symmetry_window *window, symmetry_row *inverse);
    /* Takes off from sums what coefficients that change with the radius, by so much a px, bring. */
    void (*take_off)(int order, const symmetry_window *window, const symmetry_row *change, symmetry_row *sums);
    /* Coefficients of the harmonics. */
    void (*fit)(int order, const symmetry_row *inverse, const symmetry_row *sums, symmetry_row *coefficient);
    /* Variance of every coefficient, and its covariance with the first one, for pixels whose variance is their value: sums to twice the order; room
     * for rows x rows. */
    void (*variance)(int order, const symmetry_row *inverse, const symmetry_row *sums, symmetry_row *room, symmetry_row *variance, symmetry_row *with_first);
} symmetry_kernels;

extern const symmetry_kernels symmetry_kernels_baseline, symmetry_kernels_avx2, symmetry_kernels_avx512;

#endif
