/* Patterns about centres of their own: copies with margins, so that tables of pixels counted from a centre serve every pattern.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_FRAME_CENTER_H
#define VITRO_FRAME_CENTER_H

#include "error.h"
#include "kernels_radial.h"

/* Sub-pixel positions of a centre along x and along y. */
enum { CENTER_CELLS = 8 };

/* A centre: its pixel, which sub-pixel position beyond it, and its exact distance from the pixel. */
typedef struct {
    int32_t x, y, cell; /* cell -1 = none */
    float fx, fy;
} center_place;

typedef struct {
    vitro_frames frames;
    const radial_kernels *kernels;
    center_place *place; /* of each frame, or one */
    int own;             /* each frame has one of its own */
    double fixed[2];     /* the fixed centre's fraction */
    int margin_x, margin_y, width, height; /* of a copy */
    int left, right, top, bottom; /* pixels that any pattern may have, from its centre's pixel */
    float *valid; /* such a copy: 1 = counts */
} centered_frames;

/* centers = frames x (x, y), NULL = the geometry's centre for all. VITRO_DATA if no centre lies on the detector, or no unmasked pixel
 * has a radius of ring_min to ring_max about the geometry's centre. Free it after a failure too. */
vitro_status centered_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, centered_frames *c);
void centered_free(centered_frames *c);

static inline const center_place *centered_place(const centered_frames *c, int64_t frame) { return &c->place[c->own ? frame : 0]; }

/* How far the centres of a cell lie beyond their pixel. */
static inline double centered_fraction_x(const centered_frames *c, int cell) { return c->own ? (double)(cell % CENTER_CELLS) / CENTER_CELLS : c->fixed[0]; }
static inline double centered_fraction_y(const centered_frames *c, int cell) { return c->own ? (double)(cell / CENTER_CELLS) / CENTER_CELLS : c->fixed[1]; }

/* Index of the centre's pixel in a copy. */
static inline size_t centered_pixel(const centered_frames *c, const center_place *o) {
    return (size_t)(o->y + c->margin_y) * (size_t)c->width + (size_t)(o->x + c->margin_x);
}

/* order[2 i + 1] = the frames 0 .. n - 1 after first, those with centres in the same cell of the same pixel one after the other; order[2 i] tells them apart. */
void centered_order(const centered_frames *c, int64_t first, int64_t n, int64_t *order);

/* Copies the pixels of a pattern that lie up to `reach` from a centre's pixel along x and y; returns how many of those that count are no finite
 * numbers. */
int centered_load(const centered_frames *c, const void *pattern, const center_place *o, int reach, float *copy);

/* Sets the pixels of a copy to NaN that are no finite numbers in its pattern. */
void centered_take_out(const centered_frames *c, const float *pattern, float *copy);

#endif
