/* Which pixels make up the annuli about a centre.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SYMM_TABLE_H
#define VITRO_SYMM_TABLE_H

#include "frame_center.h"
#include "kernels_symmetry.h"

/* Annuli 1 px wide; the first begins at radius r_min (after the ellipse). */
typedef struct {
    double ellipse[3], r_min;
    int annuli;
    int left, right, top, bottom, stride; /* pixels that may take part, from the pixel of the centre */
} symmetry_grid;

/* The first place in memory at or after p where a row does not lie across two cache lines, which takes twice as long. SYMMETRY_ALIGN more bytes are
 * needed. */
enum { SYMMETRY_ALIGN = 64 };
static inline void *symmetry_aligned(void *p) { return p ? (void *)(((uintptr_t)p + SYMMETRY_ALIGN - 1) / SYMMETRY_ALIGN * SYMMETRY_ALIGN) : NULL; }

/* All pixels of the annuli about the centres near fx, fy beyond their pixel; those nearer than 1 px take no part. window: of each group, the
 * coefficients of 1, x, y, x^2, x y, y^2 of its change with the centre's distance from fx, fy, px. */
typedef struct {
    symmetry_table table;
    float fx, fy;
    int left, right, top, bottom; /* of annulus */
    int16_t *annulus; /* of every pixel from top left to bottom right; -1 = none */
    symmetry_window (*window)[SYMMETRY_TERMS];
    void *memory; /* of window */
} symmetry_cell;

/* For fits to `order` about centres up to `half` px from there along x and y. */
vitro_status symmetry_cell_new(const symmetry_grid *grid, const symmetry_kernels *kernels, int order, double fx, double fy, double half, symmetry_cell **cell);
void symmetry_cell_free(symmetry_cell *cell);

/* The pixels that are not 1 in a frame with margins, row by row. */
typedef struct {
    int32_t *first; /* [height + 1] */
    int32_t *x;
} symmetry_holes;

/* holes has room for all pixels of the frame. */
void symmetry_find_holes(const float *valid, int width, int height, symmetry_holes *holes);

/* The holes on the annuli of a cell about a centre at x, y of the frame: place as in a table, beginning at its steps first[group]; count[annulus]. */
void symmetry_missing(const symmetry_cell *cell, const symmetry_holes *holes, int x, int y, int height, int32_t *place, int32_t *count);

#endif
