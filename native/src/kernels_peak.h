/* A Gaussian peak on a line, fitted to LANES curves at once; compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_PEAK_H
#define VITRO_KERNELS_PEAK_H

#include "vitromap.h"

enum { PEAK_LANES = VITRO_GROUP };

/* Height, position and standard deviation in the window's coordinate t, -1 to 1; the line is LEVEL + TILT t. */
enum { PEAK_HEIGHT, PEAK_POSITION, PEAK_WIDTH, PEAK_LEVEL, PEAK_TILT, PEAK_PARAMETERS, PEAK_PAIRS = PEAK_PARAMETERS * (PEAK_PARAMETERS + 1) / 2, PEAK_BEND = 5 };

/* The part of LANES curves that a fit looks at. */
typedef struct {
    int count;
    const float *t;      /* [count] */
    const float *weight; /* [count], inverse standard deviation */
    float *value;        /* [count][LANES], times its weight */
} peak_window;

typedef float peak_theta[PEAK_PARAMETERS][PEAK_LANES];

typedef struct {
    float normal[PEAK_PAIRS][PEAK_LANES]; /* sum w^2 d_j d_k of the derivatives d, lower triangle, row by row */
    float gradient[PEAK_PARAMETERS][PEAK_LANES];
    float chi2[PEAK_LANES];
} peak_sums;

typedef struct peak_kernels {
    void (*sums)(const peak_window *window, peak_theta theta, peak_sums *out);
    /* out[k] = sum of weight * misfit * e u^k, u = (t - position) / width, e = exp(-u^2 / 2): what second derivatives are made of. misfit[count] is
     * the same for all lanes. */
    void (*bend)(const peak_window *window, peak_theta theta, const float *misfit, float out[PEAK_BEND][PEAK_LANES]);
    /* residual[count][LANES], and gain = sum over j of row[j] times the weighted derivative j. */
    void (*gain)(const peak_window *window, peak_theta theta, peak_theta row, float *residual, float *gain);
    /* out = sum over z and z' of g[z] covariance[|z - z'|] g[z']. */
    void (*variance)(const float *covariance, int count, const float *g, float out[PEAK_LANES]);
} peak_kernels;

extern const peak_kernels peak_kernels_baseline, peak_kernels_avx2, peak_kernels_avx512;

#endif
