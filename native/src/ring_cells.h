/* Polar cells: the pixels of an annulus divided into sectors and radius bins. One pass over a pattern reduces it to one
 * sum for each cell; centre, strain and amplitudes are then fitted to the sums. Cells are fixed on the detector: a cell
 * keeps the moments of its pixels' positions, so that a pattern whose centre is elsewhere needs no other cells.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_RING_CELLS_H
#define VITRO_RING_CELLS_H

#include "error.h"

/* 10 degrees: a harmonic of order 2 loses 1 % of its information within a sector, and 36 sectors give the error bars
 * enough degrees of freedom. */
enum { SECTORS = 36, TILE = 64 };

/* Neighbouring pixels of a row that belong to one cell. */
typedef struct {
    int32_t first; /* within the tile */
    int32_t length;
    int32_t cell;
} cell_run;

/* Up to TILE pixels of a row, with their runs. */
typedef struct {
    int32_t offset, length; /* pixels from the frame's first */
    int32_t first_run, runs;
} cell_tile;

typedef struct {
    int bins, cells; /* cells = SECTORS * bins, sector-major */
    double inner, bin_width;
    float *x, *y;         /* mean position of a cell's pixels, from the geometry's centre */
    float *xx, *xy, *yy;  /* mean of its squares and products: mean squared radii about any centre follow exactly */
    float *pixels;        /* number of unmasked pixels */
    float share[SECTORS]; /* unmasked pixels of a sector, against the fullest */
    cell_tile *tile;
    cell_run *run;
    int tiles, runs, tile_room, run_room;
    int64_t total_pixels;
    size_t frame_pixels;
} ring_cells;

/* Cells for radii inner .. inner + bins * bin_width about the geometry's centre, ellipse applied. VITRO_DATA if no pixel is left. */
vitro_status ring_cells_new(const vitro_geometry *geometry, int width, int height, double inner, double bin_width, int bins,
                            ring_cells **cells);
void ring_cells_free(ring_cells *cells);

#endif
