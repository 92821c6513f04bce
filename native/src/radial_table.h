/* Which pixels make up a radius bin about a centre.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_RADIAL_TABLE_H
#define VITRO_RADIAL_TABLE_H

#include "error.h"
#include "kernels_radial.h"

/* The bins, and the pixels that may take part: columns left .. right and rows top .. bottom from the pixel of the centre. */
typedef struct {
    double ellipse[3], r_min, bin_width;
    int bins, left, right, top, bottom, stride;
} radial_grid;

/* Is it within the middles of the outermost pixels? NaN is not. */
int radial_on_detector(const vitro_frames *frames, double x, double y);

/* The centre on the detector, radii that rise, an ellipse, a possible number of bins? */
vitro_status radial_range_check(const vitro_frames *frames, const vitro_geometry *geometry, int bins);

/* Half of the radial width over which a pixel is spread, in bin widths: a pixel is 1 px wide, but no wider than a bin. */
double radial_half_box(const radial_grid *grid);

/* The table for a centre that lies fx, fy (0 <= f < 1) beyond its pixel. Groups: bins + 1. */
vitro_status radial_table_new(const radial_grid *grid, double fx, double fy, radial_table **table);
void radial_table_free(radial_table *table);

#endif
