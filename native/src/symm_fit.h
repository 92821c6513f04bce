/* From the Fourier sums of a pattern's annuli to its power: the least-squares fits, the part that is the same all round, the noise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SYMM_FIT_H
#define VITRO_SYMM_FIT_H

#include "symm_table.h"

/* Annuli beyond the ring on either side: their level tells how it changes. */
enum { SYMMETRY_GUARDS = 1 };

typedef struct {
    const symmetry_kernels *kernels;
    int annuli, groups, order, bands, correct;
    int height; /* of a frame with margins */
    double band_width; /* annuli */
} symmetry_plan;

/* What a thread works with. Arrays over the annuli run over all lanes of all groups, with a margin on either side. */
typedef struct {
    void *memory;
    symmetry_window *window; /* [groups]: the unmasked pixels */
    symmetry_row *inverse;   /* [groups][rows * rows] */
    symmetry_row *sums;      /* [groups][SYMMETRY_SUMS]: of the pattern */
    symmetry_row *variance, *with_first, *room;
    symmetry_window *missing;
    int32_t *places, *count; /* of missing pixels; how many on each annulus */
    float *level, *slope, *bend; /* the part that is the same all round: value, derivatives by the radius */
    float *coefficient, *next;   /* [rows][annuli with margins] */
    float *stencil;              /* [2][5][annuli]: first and second derivative from an annulus and its neighbours */
    uint8_t *usable;
    double *power, *common; /* [bands][order + 1]: sum of |c_n|^2 (n = 0: of c_0^2) and its covariance with that of c_0^2 */
} symmetry_fit;

/* steps = as many as the cells' tables have at most. */
vitro_status symmetry_fit_new(const symmetry_plan *plan, int steps, symmetry_fit *fit);
void symmetry_fit_free(symmetry_fit *fit);

/* The window of a centre that lies fx, fy beyond the pixel x, y of a frame with margins: all pixels of its cell without the holes. Returns how many
 * annuli of the ring can be used. */
int symmetry_open(const symmetry_plan *plan, const symmetry_cell *cell, const symmetry_holes *holes, int x, int y, float fx, float fy, symmetry_fit *fit);

/* From fit->sums: out[band][n - 1], then a vitro_symmetry_status. */
void symmetry_power(const symmetry_plan *plan, symmetry_fit *fit, float *out);

#endif
