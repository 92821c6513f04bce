/* Fisher scoring of LANES patterns at once on their cell sums, and the error bars.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_RING_FIT_H
#define VITRO_RING_FIT_H

#include "kernels.h"

/* What turns the fit's numbers into those a user sees, and where it starts. */
typedef struct {
    double center[2];   /* the geometry's */
    double start[2];    /* centre from which the fit starts, against the geometry's */
    double contrast;    /* ring height over background of the reference */
    double width;       /* full width at half maximum of the reference's ring, px */
    double reach;       /* how far the centre may go, px */
    double correlation; /* variance of neighbouring sectors' sum over that of independent ones, >= 1 */
} ring_fit_setting;

typedef struct {
    float theta[PARAMETERS][LANES];
    float level[LANES];
    double total[LANES]; /* sum over the fitted cells */
    float last[PARAMETERS][LANES]; /* the last step */
    float length[LANES];           /* its square, in standard deviations squared */
    float damping[LANES];          /* what steps are multiplied by */
    int status[LANES];             /* vitro_pattern_status */
    ring_moments moments;
    float width[LANES]; /* of the ring against the reference's */
} ring_fit;

/* Fits the patterns whose status is GOOD on entry; the others are left. The width is left to ring_fit_width. */
void ring_fit_run(const vitro_kernels *kernels, const ring_curves *curves, const ring_fit_setting *setting, const float *sums,
                  ring_fit *fit);

/* One scoring step for the ring's width where the other parameters are fitted. */
void ring_fit_width(const vitro_kernels *kernels, const ring_curves *curves, const float *sums, ring_fit *fit);

/* The fields of vitromap.h of one lane. */
void ring_fit_fields(const ring_curves *curves, const ring_fit_setting *setting, const ring_fit *fit, int lane,
                     float field[VITRO_RING_FIELDS]);

#endif
