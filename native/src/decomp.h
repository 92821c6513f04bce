/* What the decompositions share: the cube in tiles, the state of a run, its results.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_DECOMP_H
#define VITRO_DECOMP_H

#include "error.h"
#include "kernels.h"

enum { BLOCK = DECOMP_TILE, DECOMP_ITEM = 4 /* tiles that one piece of work takes */, DECOMP_MOST = 64 /* components */ };

typedef struct {
    /* Called from several threads at once with different items. */
    vitro_status (*work)(vitro_decomp *d, int64_t item);
    /* Between the rounds, alone: *items = pieces of work of the next round, 0 = done. */
    vitro_status (*next)(vitro_decomp *d, int64_t *items);
    void (*release)(vitro_decomp *d);
} decomp_method;

/* The first member of each method's own struct. */
struct vitro_decomp {
    const decomp_method *method;
    const decomp_kernels *kernels;
    int64_t positions, tiles, items; /* items of the present round */
    int depth, components, done;
    float *data;           /* [tile][depth][BLOCK]; 0 where a position is left out */
    uint8_t *state;        /* of each position: DECOMP_MISSING, DECOMP_TAKEN, DECOMP_LEFT_OUT */
    float *lowest, *highest; /* of each position's values */
    int64_t taken;
    float *weights;        /* [tile][components][BLOCK] */
    float *square, *left;  /* [tile][BLOCK]: sums of squares of a profile, and of what the fit leaves */
    double *tile_mean;     /* [tile][depth] sums over the tile's positions */
    double *basis;         /* [components][depth] */
    double *mean;          /* [depth] of the positions taken */
    double *spectrum;      /* [depth], PCA only */
    double shift, scale;   /* data = scale (value + shift) */
    double progress, error;
    int64_t iterations;
};

enum { DECOMP_MISSING, DECOMP_TAKEN, DECOMP_LEFT_OUT };

vitro_status decomp_init(vitro_decomp *d, const decomp_method *method, int64_t positions, int depth, int components, int isa);

/* Counts the positions after everything is loaded: VITRO_STATE if some are missing, VITRO_DATA if fewer than two are left. */
vitro_status decomp_loaded(vitro_decomp *d);

/* Smallest and largest value of the positions taken. */
void decomp_range(const vitro_decomp *d, double *low, double *high);

static inline int64_t decomp_items(const vitro_decomp *d) { return (d->tiles + DECOMP_ITEM - 1) / DECOMP_ITEM; }
static inline float *decomp_tile(const vitro_decomp *d, int64_t tile) { return d->data + (size_t)tile * (size_t)d->depth * BLOCK; }
static inline float *decomp_weights(const vitro_decomp *d, int64_t tile) { return d->weights + (size_t)tile * (size_t)d->components * BLOCK; }
static inline int64_t decomp_end(const vitro_decomp *d, int64_t item) {
    int64_t end = (item + 1) * DECOMP_ITEM;
    return end < d->tiles ? end : d->tiles;
}

/* Shifts and scales a tile, and takes its sums: square and tile_mean. */
void decomp_prepare(vitro_decomp *d, int64_t tile);

/* mean from tile_mean; returns the total of square. */
double decomp_mean(vitro_decomp *d);

#endif
