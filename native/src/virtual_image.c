/* Virtual images: the sum of every pattern over a detector.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "kernels.h"
#include "virtual_detector.h"

typedef struct {
    struct vitro_job job;
    const virtual_kernels *kernels;
    virtual_detector detector;
    pixel_run *run; /* of all patterns, if they have no centres of their own */
    int64_t runs;
    double *center; /* x, y of each pattern, or NULL */
    float *sum;
} image_job;

static float sum_of(const image_job *v, const void *frame, const pixel_run *run, int64_t runs) {
    return (float)v->kernels->sum(v->job.frames.type, frame, v->job.frames.width, run, runs);
}

static vitro_status feed_following(image_job *v, const void *const *frames, int64_t first, int64_t n) {
    interval *room = vitro_alloc(detector_room(&v->detector), sizeof *room);
    pixel_run *run = vitro_alloc((size_t)v->detector.capacity, sizeof *run);
    vitro_status status = room && run ? VITRO_OK : VITRO_MEMORY;
    for (int64_t i = 0; i < n && status == VITRO_OK; i++) {
        const double *center = v->center + 2 * (first + i);
        int64_t runs = detector_runs(&v->detector, center[0], center[1], room, run);
        v->sum[first + i] = sum_of(v, frames[i], run, runs);
    }
    free(room);
    free(run);
    return status;
}

static vitro_status image_feed_each(vitro_job *job, const void *const *frames, int64_t first, int64_t n) {
    image_job *v = (image_job *)job;
    if (v->center) return feed_following(v, frames, first, n);
    for (int64_t i = 0; i < n; i++) v->sum[first + i] = sum_of(v, frames[i], v->run, v->runs);
    return VITRO_OK;
}

static vitro_status image_finish(vitro_job *job, float *out) {
    memcpy(out, ((image_job *)job)->sum, sizeof *out * (size_t)job->frames.frames);
    return VITRO_OK;
}

static void image_release(vitro_job *job) {
    image_job *v = (image_job *)job;
    detector_free(&v->detector);
    free(v->run);
    free(v->center);
    free(v->sum);
}

static const vitro_method image_method = {vitro_feed_by_each, image_finish, image_release};

static vitro_status set_centers(image_job *v, const double *centers) {
    int64_t n = v->job.frames.frames, found = 0;
    v->center = vitro_alloc((size_t)n, 2 * sizeof *centers);
    if (!v->center) return VITRO_MEMORY;
    memcpy(v->center, centers, 2 * sizeof *centers * (size_t)n);
    for (int64_t i = 0; i < n; i++) found += isfinite(centers[2 * i]) && isfinite(centers[2 * i + 1]);
    return found ? VITRO_OK : vitro_fail(VITRO_DATA, "none of the %lld patterns has a centre", (long long)n);
}

vitro_status vitro_virtual_image_new(const vitro_frames *frames, const vitro_detector *detector, const double *centers, vitro_job **job) {
    image_job *v = vitro_calloc(1, sizeof *v);
    if (!v) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&v->job, &image_method, frames, frames->frames);
    if (status != VITRO_OK) {
        free(v);
        return status;
    }
    v->job.feed_each = image_feed_each;
    v->kernels = vitro_kernels_for((vitro_isa)frames->isa)->virtual_detector;
    status = detector_init(&v->detector, detector, frames->width, frames->height);
    if (status == VITRO_OK) status = detector_own_runs(&v->detector, &v->run, &v->runs);
    if (status == VITRO_OK && centers) status = set_centers(v, centers);
    if (status == VITRO_OK) {
        v->sum = vitro_alloc((size_t)frames->frames, sizeof *v->sum);
        if (!v->sum) status = VITRO_MEMORY;
    }
    if (status == VITRO_OK) *job = &v->job;
    else vitro_job_free(&v->job);
    return status;
}
