/* The learned reference of the ring profile, and the job that gathers its patterns.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_RING_MODEL_H
#define VITRO_RING_MODEL_H

#include "job.h"
#include "ring_curve.h"
#include "ring_fit.h"

struct vitro_ring_model {
    vitro_geometry geometry; /* ellipse refined; mask is a copy of our own */
    int width, height;
    double q0;
    double start, step; /* radii of the table of s */
    int count;
    float *structure; /* s, its largest value near the ring = 1 */
    smooth_curve smooth;
    ring_fit_setting setting;
    ring_cells *cells; /* ring_min .. ring_max */
    ring_curves curves;
    ring_bin *bin;
};

/* Curves for a set of cells, pointing into the model's table; bin[cells->bins] is the caller's. */
vitro_status ring_model_curves(const vitro_ring_model *model, const ring_cells *cells, ring_bin *bin, ring_curves *curves);

/* r^2 = round[0] xx + round[1] xy + round[2] yy for the geometry's ellipse. */
void ring_round_form(const vitro_geometry *geometry, float round[3]);

/* Bin width of the cells: a pixel, or more for large rings (the ring's shape is resolved all the same). */
double ring_bin_width(double ring_min, double ring_max);

/* Checks that a geometry can be worked with on a detector. */
vitro_status ring_geometry_check(const vitro_geometry *geometry, int width, int height);

/* The reference job: cell sums of every pattern. */
typedef struct {
    struct vitro_job job;
    vitro_geometry geometry;
    uint8_t *mask;
    ring_cells *cells; /* wide: from inside the ring to the detector's edge */
    float *sums;       /* [group][cell][LANES] */
    float *saturated;  /* [group][LANES] */
} reference_job;

extern const vitro_method reference_method;

/* Curves, ellipse, mean centre and correlation of a model whose geometry and table are set up. */
vitro_status ring_model_learn(vitro_ring_model *model, const reference_job *job);

/* A pattern with more than this part of the ring's pixels at the type's maximum cannot be trusted. */
#define RING_SATURATED_SHARE 1e-3f

/* Cell sums of frames first .. first + n - 1 of a job's type, at most LANES. */
void ring_group_sums(const vitro_kernels *kernels, const vitro_job *job, const ring_cells *cells, const void *frames, int n,
                     float *sums, float *saturated);

/* Which patterns of a group can be fitted: status GOOD, else why not. */
void ring_group_status(const ring_cells *cells, const float *saturated, int n, int status[LANES]);

#endif
