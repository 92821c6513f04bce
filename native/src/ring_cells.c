/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring_cells.h"

#include <math.h>
#include <stdlib.h>

static const double PI = 3.14159265358979323846;

void ring_cells_free(ring_cells *c) {
    if (!c) return;
    free(c->x);
    free(c->y);
    free(c->xx);
    free(c->xy);
    free(c->yy);
    free(c->pixels);
    free(c->tile);
    free(c->run);
    free(c);
}

/* The cell of a pixel, -1 outside the annulus. */
static int cell_of(const ring_cells *c, const vitro_geometry *g, int x, int y) {
    double dx = x - g->center_x, dy = y - g->center_y;
    double u = g->ellipse_xx * dx + g->ellipse_xy * dy, v = g->ellipse_xy * dx + g->ellipse_yy * dy;
    double bin = floor((hypot(u, v) - c->inner) / c->bin_width);
    if (!(bin >= 0 && bin < c->bins)) return -1;
    int sector = (int)floor((atan2(v, u) / (2 * PI) + 1) * SECTORS) % SECTORS;
    return sector * c->bins + (int)bin;
}

static void add_pixel(ring_cells *c, const vitro_geometry *g, int cell, int x, int y) {
    double dx = x - g->center_x, dy = y - g->center_y, n = ++c->pixels[cell];
    c->x[cell] += (float)((dx - c->x[cell]) / n);
    c->y[cell] += (float)((dy - c->y[cell]) / n);
    c->xx[cell] += (float)((dx * dx - c->xx[cell]) / n);
    c->xy[cell] += (float)((dx * dy - c->xy[cell]) / n);
    c->yy[cell] += (float)((dy * dy - c->yy[cell]) / n);
    c->total_pixels++;
}

/* Room for one more element, doubled when it is full. */
static int has_room(void **array, int used, int *room, size_t size) {
    if (used < *room) return 1;
    void *larger = realloc(*array, size * 2 * (size_t)*room);
    if (!larger) return 0;
    *array = larger;
    *room *= 2;
    return 1;
}

/* Walks one row: a new run where the cell changes, a new tile after a gap or TILE pixels. */
static vitro_status add_row(ring_cells *c, const vitro_geometry *g, int width, int y) {
    int previous = -1;
    cell_tile *tile = NULL;
    for (int x = 0; x < width; x++) {
        int offset = y * width + x;
        int cell = g->mask && g->mask[offset] ? -1 : cell_of(c, g, x, y);
        if (cell >= 0) {
            add_pixel(c, g, cell, x, y);
            if (!has_room((void **)&c->tile, c->tiles + 1, &c->tile_room, sizeof *c->tile) ||
                !has_room((void **)&c->run, c->runs + 1, &c->run_room, sizeof *c->run))
                return vitro_fail(VITRO_MEMORY, "no native memory for %d runs of pixels", c->runs);
            if (tile) tile = &c->tile[c->tiles - 1];
            if (!tile || offset - tile->offset >= TILE) {
                tile = &c->tile[c->tiles++];
                *tile = (cell_tile){offset, 0, c->runs, 0};
                previous = -1;
            }
            if (cell != previous) {
                c->run[c->runs++] = (cell_run){offset - tile->offset, 0, cell};
                tile->runs++;
            }
            c->run[c->runs - 1].length++;
            tile->length = offset - tile->offset + 1;
        }
        previous = cell;
    }
    return VITRO_OK;
}

static void shares(ring_cells *c) {
    double most = 0, n[SECTORS] = {0};
    for (int s = 0; s < SECTORS; s++) {
        for (int i = s * c->bins; i < (s + 1) * c->bins; i++) n[s] += c->pixels[i];
        if (n[s] > most) most = n[s];
    }
    for (int s = 0; s < SECTORS; s++) c->share[s] = (float)(n[s] / most);
}

static float *floats(int n) { return vitro_calloc((size_t)n, sizeof(float)); }

vitro_status ring_cells_new(const vitro_geometry *g, int width, int height, double inner, double bin_width, int bins,
                            ring_cells **out) {
    ring_cells *c = vitro_calloc(1, sizeof *c);
    if (!c) return VITRO_MEMORY;
    c->bins = bins;
    c->cells = SECTORS * bins;
    c->inner = inner;
    c->bin_width = bin_width;
    c->frame_pixels = (size_t)width * (size_t)height;
    c->x = floats(c->cells);
    c->y = floats(c->cells);
    c->xx = floats(c->cells);
    c->xy = floats(c->cells);
    c->yy = floats(c->cells);
    c->pixels = floats(c->cells);
    c->tile_room = c->run_room = 1024;
    c->tile = vitro_alloc((size_t)c->tile_room, sizeof *c->tile);
    c->run = vitro_alloc((size_t)c->run_room, sizeof *c->run);
    vitro_status status = c->x && c->y && c->xx && c->xy && c->yy && c->pixels && c->tile && c->run ? VITRO_OK : VITRO_MEMORY;
    for (int y = 0; y < height && status == VITRO_OK; y++) status = add_row(c, g, width, y);
    if (status == VITRO_OK && c->total_pixels == 0)
        status = vitro_fail(VITRO_DATA, "no unmasked pixel with a radius of %.1f to %.1f px about (%.1f, %.1f)", inner,
                            inner + bins * bin_width, g->center_x, g->center_y);
    if (status != VITRO_OK) {
        ring_cells_free(c);
        return status;
    }
    shares(c);
    *out = c;
    return VITRO_OK;
}
