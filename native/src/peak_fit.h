/* What the peak methods share: PEAK_LANES curves in a window, and the Gaussian's fit to them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_PEAK_FIT_H
#define VITRO_PEAK_FIT_H

#include "error.h"
#include "kernels.h"

/* Room for one thread; the window's coordinate t goes from -1 to 1, values are scaled lane by lane to about 1. */
typedef struct {
    const vitro_peak_options *options;
    const peak_kernels *kernels;
    int count, fitted; /* points, parameters */
    float *t, *weight, *value, *residual, *gain;
    float *covariance; /* [count], for who needs it */
    float *misfit;     /* [count]: what the model lacks of all curves, weighted, for a height of 1; 0 until it is known */
    peak_window window;
    double (*line)[2]; /* [count]: level and tilt of the line through the range's ends = sum of line times the unweighted values */
    double *basis;     /* [PEAK_PARAMETERS][count], for who needs it */
} peak_room;

/* PEAK_LANES curves; what is not GOOD has no numbers. */
typedef struct {
    int lanes;
    int status[PEAK_LANES]; /* vitro_peak_status */
    double scale[PEAK_LANES];
    peak_theta theta;
    int top[PEAK_LANES];        /* point of the largest value above the line */
    double ends[PEAK_LANES][2]; /* level and tilt of the line through the ends; 0 without a baseline */
    double factor[PEAK_LANES][PEAK_PARAMETERS][PEAK_PARAMETERS]; /* L of the second derivatives' matrix L L^T, half the sum of squares' */
    float row[PEAK_PARAMETERS][PEAK_LANES]; /* of its inverse: the position's */
} peak_group;

vitro_status peak_room_new(const vitro_peak_options *options, int depth, peak_room *room);
void peak_room_free(peak_room *room);

/* Takes up to PEAK_LANES curves of a block; those with a number missing or without a maximum inside the range get their status. */
void peak_load(peak_room *room, const float *block, int64_t n, int64_t first, peak_group *group);

/* The value of a point above the line through the ends, without its weight. */
static inline double peak_value(const peak_room *room, const peak_group *g, int lane, int z) {
    return room->value[(size_t)z * PEAK_LANES + lane] / room->weight[z] - g->ends[lane][0] - g->ends[lane][1] * room->t[z];
}

/* Least squares of the Gaussian; fills theta, factor and row. */
void peak_fit(peak_room *room, peak_group *group);

/* B, [room->fitted][count], for a lane that is GOOD: by a small change y of the values the residual changes by y - B B^T y. */
void peak_response(const peak_room *room, const peak_group *group, int lane, double *basis);

#endif
