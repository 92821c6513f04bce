/* Centre of mass of every pattern, and its shift as a vector map.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "kernels.h"
#include "scan_frame.h"
#include "virtual_detector.h"

/* ---- the job ------------------------------------------------------------------------ */

typedef struct {
    struct vitro_job job;
    const virtual_kernels *kernels;
    pixel_run *run;
    int64_t runs;
    float *center; /* x of all patterns, then y */
} mass_job;

static vitro_status mass_feed_each(vitro_job *job, const void *const *frames, int64_t first, int64_t n) {
    const mass_job *m = (const mass_job *)job;
    const vitro_frames *f = &job->frames;
    double *columns = vitro_alloc((size_t)f->width, sizeof *columns), sum[3];
    if (!columns) return VITRO_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        m->kernels->moments(f->type, frames[i], f->width, m->run, m->runs, columns, sum);
        int weighs = sum[0] > 0;
        m->center[first + i] = weighs ? (float)(sum[1] / sum[0]) : NAN;
        m->center[f->frames + first + i] = weighs ? (float)(sum[2] / sum[0]) : NAN;
    }
    free(columns);
    return VITRO_OK;
}

static vitro_status mass_finish(vitro_job *job, float *out) {
    memcpy(out, ((mass_job *)job)->center, 2 * sizeof *out * (size_t)job->frames.frames);
    return VITRO_OK;
}

static void mass_release(vitro_job *job) {
    free(((mass_job *)job)->run);
    free(((mass_job *)job)->center);
}

static const vitro_method mass_method = {vitro_feed_by_each, mass_finish, mass_release};

vitro_status vitro_center_of_mass_new(const vitro_frames *frames, const vitro_detector *detector, vitro_job **job) {
    virtual_detector of;
    mass_job *m = vitro_calloc(1, sizeof *m);
    if (!m) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&m->job, &mass_method, frames, 2 * frames->frames);
    if (status != VITRO_OK) {
        free(m);
        return status;
    }
    m->job.feed_each = mass_feed_each;
    m->kernels = vitro_kernels_for((vitro_isa)frames->isa)->virtual_detector;
    status = detector_init(&of, detector, frames->width, frames->height);
    if (status == VITRO_OK) status = detector_own_runs(&of, &m->run, &m->runs);
    detector_free(&of);
    if (status == VITRO_OK) {
        m->center = vitro_alloc((size_t)frames->frames, 2 * sizeof *m->center);
        if (!m->center) status = VITRO_MEMORY;
    }
    if (status == VITRO_OK) *job = &m->job;
    else vitro_job_free(&m->job);
    return status;
}

/* ---- from centres to a vector map ------------------------------------------------------ */

/* value = at + x (X - middle_x) + y (Y - middle_y), by least squares; the positions' middle makes the constant the mean. */
typedef struct {
    double at, x, y, middle_x, middle_y;
} plane;

static int in_reference(const vitro_shift_options *o, const float *center, int64_t i) {
    return (!o->reference || o->reference[i]) && isfinite(center[i]);
}

static vitro_status mean_of(const vitro_shift_options *o, const float *center, plane *p) {
    double sum = 0, of_x = 0, of_y = 0;
    int64_t n = 0, positions = (int64_t)o->scan_x * o->scan_y;
    for (int64_t i = 0; i < positions; i++) {
        if (!in_reference(o, center, i)) continue;
        sum += center[i];
        of_x += (double)(i % o->scan_x);
        of_y += (double)(i / o->scan_x);
        n++;
    }
    if (!n) return vitro_fail(VITRO_DATA, "no pattern of the reference has a centre of mass");
    *p = (plane){sum / (double)n, 0, 0, of_x / (double)n, of_y / (double)n};
    return VITRO_OK;
}

/* A scan, or a reference, of one row or column has no slope across it. */
static vitro_status slope_of(const vitro_shift_options *o, const float *center, plane *p) {
    double xx = 0, xy = 0, yy = 0, x_sum = 0, y_sum = 0;
    int64_t positions = (int64_t)o->scan_x * o->scan_y;
    for (int64_t i = 0; i < positions; i++) {
        if (!in_reference(o, center, i)) continue;
        double x = (double)(i % o->scan_x) - p->middle_x, y = (double)(i / o->scan_x) - p->middle_y, v = center[i] - p->at;
        xx += x * x;
        xy += x * y;
        yy += y * y;
        x_sum += x * v;
        y_sum += y * v;
    }
    double det = xx * yy - xy * xy;
    if (xx == 0 || yy == 0) {
        p->x = xx > 0 ? x_sum / xx : 0;
        p->y = yy > 0 ? y_sum / yy : 0;
        return VITRO_OK;
    }
    if (det < 1e-9 * xx * yy) return vitro_fail(VITRO_DATA, "the positions of the reference lie on a slanted line: they hold no plane");
    p->x = (x_sum * yy - y_sum * xy) / det;
    p->y = (y_sum * xx - x_sum * xy) / det;
    return VITRO_OK;
}

static double at(const plane *p, int64_t i, int32_t scan_x) {
    return p->at + p->x * ((double)(i % scan_x) - p->middle_x) + p->y * ((double)(i / scan_x) - p->middle_y);
}

/* Where x and y would be without a shift. */
static vitro_status find_zero(const vitro_shift_options *o, const float *centers, plane zero[2]) {
    if (o->scan_x < 1 || o->scan_y < 1 || !isfinite(o->rotation_deg))
        return vitro_fail(VITRO_ARGUMENT, "scan of %d x %d positions, rotation %g deg", o->scan_x, o->scan_y, o->rotation_deg);
    vitro_status status = VITRO_OK;
    for (int k = 0; k < 2 && status == VITRO_OK; k++) {
        const float *center = centers + k * (int64_t)o->scan_x * o->scan_y;
        status = mean_of(o, center, &zero[k]);
        if (status == VITRO_OK && o->plane) status = slope_of(o, center, &zero[k]);
    }
    return status;
}

vitro_status vitro_shift_zero(const vitro_shift_options *o, const float *centers, float *zero) {
    plane of[2];
    vitro_status status = find_zero(o, centers, of);
    if (status != VITRO_OK) return status;
    int64_t n = (int64_t)o->scan_x * o->scan_y;
    for (int64_t i = 0; i < 2 * n; i++) zero[i] = (float)at(&of[i / n], i % n, o->scan_x);
    return VITRO_OK;
}

vitro_status vitro_shift_maps(const vitro_shift_options *o, const float *centers, float *maps) {
    plane zero[2];
    vitro_status status = find_zero(o, centers, zero);
    if (status != VITRO_OK) return status;
    scan_frame frame = scan_frame_of(o->flip, o->rotation_deg);
    int64_t n = (int64_t)o->scan_x * o->scan_y;
    for (int64_t i = 0; i < n; i++) {
        const double d[2] = {centers[i] - at(&zero[0], i, o->scan_x), centers[n + i] - at(&zero[1], i, o->scan_x)};
        double v[2];
        scan_frame_turn(&frame, d, v);
        maps[VITRO_SHIFT_X * n + i] = (float)v[0];
        maps[VITRO_SHIFT_Y * n + i] = (float)v[1];
        maps[VITRO_SHIFT_MAGNITUDE * n + i] = (float)hypot(v[0], v[1]);
        maps[VITRO_SHIFT_ANGLE * n + i] = scan_frame_angle(v[0], v[1]);
        maps[VITRO_SHIFT_CENTER_X * n + i] = centers[i];
        maps[VITRO_SHIFT_CENTER_Y * n + i] = centers[n + i];
    }
    return VITRO_OK;
}
