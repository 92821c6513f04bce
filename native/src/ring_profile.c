/* The estimator 'ring profile': every pattern reduced to cell sums and fitted against the model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "ring_model.h"

typedef struct {
    struct vitro_job job;
    const vitro_ring_model *model;
    const vitro_kernels *kernels;
    float *field; /* [frame][VITRO_RING_FIELDS] */
} profile_job;

static vitro_status profile_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    profile_job *p = (profile_job *)job;
    const vitro_ring_model *m = p->model;
    float *sums = vitro_alloc((size_t)m->cells->cells * LANES, sizeof *sums), saturated[LANES];
    ring_fit *fit = vitro_calloc(1, sizeof *fit);
    vitro_status status = sums && fit ? VITRO_OK : VITRO_MEMORY;
    for (int64_t f = 0; f < n && status == VITRO_OK; f += LANES) {
        int lanes = n - f < LANES ? (int)(n - f) : LANES;
        ring_group_sums(p->kernels, job, m->cells, (const char *)frames + job->frame_bytes * (size_t)f, lanes, sums, saturated);
        ring_group_status(m->cells, saturated, lanes, fit->status);
        ring_fit_run(p->kernels, &m->curves, &m->setting, sums, fit);
        ring_fit_width(p->kernels, &m->curves, sums, fit);
        for (int l = 0; l < lanes; l++)
            ring_fit_fields(&m->curves, &m->setting, fit, l, p->field + (size_t)(first + f + l) * VITRO_RING_FIELDS);
    }
    free(sums);
    free(fit);
    return status;
}

static vitro_status profile_finish(vitro_job *job, float *out) {
    const profile_job *p = (const profile_job *)job;
    for (int64_t i = 0; i < job->outputs; i++) out[i] = p->field[i];
    return VITRO_OK;
}

static void profile_release(vitro_job *job) { free(((profile_job *)job)->field); }

static const vitro_method profile_method = {profile_feed, profile_finish, profile_release};

vitro_status vitro_ring_profile_new(const vitro_ring_model *model, const vitro_frames *frames, vitro_job **job) {
    if (frames->width != model->width || frames->height != model->height)
        return vitro_fail(VITRO_ARGUMENT, "patterns of %d x %d px, but the reference has %d x %d", frames->width, frames->height, model->width,
                          model->height);
    profile_job *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&p->job, &profile_method, frames, 0);
    if (status != VITRO_OK) {
        free(p);
        return status;
    }
    p->job.outputs = frames->frames * VITRO_RING_FIELDS;
    p->model = model;
    p->kernels = vitro_kernels_for((vitro_isa)frames->isa);
    p->field = vitro_alloc((size_t)frames->frames, sizeof(float) * VITRO_RING_FIELDS);
    if (!p->field) {
        vitro_job_free(&p->job);
        return VITRO_MEMORY;
    }
    *job = &p->job;
    return VITRO_OK;
}
