/* The reference job and what it shares with the map's: cell sums of a group of patterns.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ring_model.h"

double ring_bin_width(double ring_min, double ring_max) { return fmax(1, (ring_max - ring_min) / 64); }

vitro_status ring_geometry_check(const vitro_geometry *g, int width, int height) {
    if (!(g->center_x >= 0 && g->center_x < width && g->center_y >= 0 && g->center_y < height))
        return vitro_fail(VITRO_ARGUMENT, "centre (%.1f, %.1f) is outside the pattern of %d x %d px", g->center_x, g->center_y, width, height);
    if (!(g->ring_min >= 0 && g->ring_max - g->ring_min >= 4))
        return vitro_fail(VITRO_ARGUMENT, "ring range %.1f to %.1f px: it must be at least 4 px wide", g->ring_min, g->ring_max);
    double corner = hypot(fmax(g->center_x, width - g->center_x), fmax(g->center_y, height - g->center_y));
    if (!(g->ring_max <= corner))
        return vitro_fail(VITRO_ARGUMENT, "ring range %.1f to %.1f px ends outside the detector (%.1f px from the centre)", g->ring_min,
                          g->ring_max, corner);
    double determinant = g->ellipse_xx * g->ellipse_yy - g->ellipse_xy * g->ellipse_xy;
    if (!(g->ellipse_xx > 0 && fabs(determinant - 1) < 1e-3))
        return vitro_fail(VITRO_ARGUMENT, "ellipse %g, %g, %g: a positive matrix of determinant 1 is needed", g->ellipse_xx, g->ellipse_xy,
                          g->ellipse_yy);
    return VITRO_OK;
}

void ring_group_sums(const vitro_kernels *kernels, const vitro_job *job, const ring_cells *cells, const void *frames, int n,
                     float *sums, float *saturated) {
    const void *frame[LANES];
    for (int l = 0; l < LANES; l++) frame[l] = (const char *)frames + job->frame_bytes * (size_t)(l < n ? l : 0);
    kernels->cell_sums(job->frames.type, frame, cells, sums, saturated);
}

void ring_group_status(const ring_cells *cells, const float *saturated, int n, int status[LANES]) {
    for (int l = 0; l < LANES; l++)
        status[l] = l >= n ? VITRO_PATTERN_EMPTY
                    : saturated[l] > RING_SATURATED_SHARE * (float)cells->total_pixels ? VITRO_PATTERN_SATURATED : VITRO_PATTERN_GOOD;
}

static vitro_status reference_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    reference_job *r = (reference_job *)job;
    const vitro_kernels *kernels = vitro_kernels_for((vitro_isa)job->frames.isa);
    for (int64_t f = 0; f < n; f += LANES) {
        int64_t group = (first + f) / LANES;
        int lanes = n - f < LANES ? (int)(n - f) : LANES;
        ring_group_sums(kernels, job, r->cells, (const char *)frames + job->frame_bytes * (size_t)f, lanes,
                        r->sums + (size_t)group * (size_t)r->cells->cells * LANES, r->saturated + group * LANES);
    }
    return VITRO_OK;
}

static vitro_status reference_finish(vitro_job *job, float *out) {
    (void)job;
    (void)out;
    return VITRO_OK;
}

static void reference_release(vitro_job *job) {
    reference_job *r = (reference_job *)job;
    ring_cells_free(r->cells);
    free(r->mask);
    free(r->sums);
    free(r->saturated);
}

const vitro_method reference_method = {reference_feed, reference_finish, reference_release};

/* From inside the ring to 2.6 times its radius or the detector's edge: what the smooth curve is drawn through. */
static vitro_status wide_cells(reference_job *r) {
    const vitro_geometry *g = &r->geometry;
    int width = r->job.frames.width, height = r->job.frames.height;
    double edge = fmax(fmin(g->center_x, width - 1 - g->center_x), fmin(g->center_y, height - 1 - g->center_y));
    double step = ring_bin_width(g->ring_min, g->ring_max);
    double outer = fmax(g->ring_max + 4, fmin(1.3 * (g->ring_min + g->ring_max), 1.2 * edge));
    double inner = fmax(g->ring_min - 4 - floor(0.1 * g->ring_min), 1);
    int before = (int)ceil((g->ring_min - inner) / step);
    inner = fmax(0, g->ring_min - before * step);
    return ring_cells_new(g, width, height, inner, step, (int)ceil((outer - inner) / step), &r->cells);
}

static vitro_status copy_mask(reference_job *r) {
    if (!r->geometry.mask) return VITRO_OK;
    size_t pixels = (size_t)r->job.frames.width * (size_t)r->job.frames.height;
    if (!(r->mask = vitro_alloc(pixels, 1))) return VITRO_MEMORY;
    memcpy(r->mask, r->geometry.mask, pixels);
    r->geometry.mask = r->mask;
    return VITRO_OK;
}

vitro_status vitro_reference_new(const vitro_frames *frames, const vitro_geometry *geometry, vitro_job **job) {
    vitro_status status = ring_geometry_check(geometry, frames->width, frames->height);
    if (status != VITRO_OK) return status;
    reference_job *r = vitro_calloc(1, sizeof *r);
    if (!r) return VITRO_MEMORY;
    status = vitro_job_init(&r->job, &reference_method, frames, 0);
    if (status != VITRO_OK) {
        free(r);
        return status;
    }
    r->geometry = *geometry;
    status = copy_mask(r);
    if (status == VITRO_OK) status = wide_cells(r);
    if (status == VITRO_OK) {
        size_t groups = (size_t)((frames->frames + LANES - 1) / LANES);
        r->sums = vitro_alloc(groups, sizeof(float) * (size_t)r->cells->cells * LANES);
        r->saturated = vitro_alloc(groups, sizeof(float) * LANES);
        if (!r->sums || !r->saturated) status = VITRO_MEMORY;
    }
    if (status != VITRO_OK) {
        vitro_job_free(&r->job);
        return status;
    }
    *job = &r->job;
    return VITRO_OK;
}
