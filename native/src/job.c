/* Jobs: one method run over all frames (new, feed, finish, free).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 1 << 15 };

static const int64_t MAX_FRAMES = (int64_t)1 << 40;

static size_t type_bytes(int type) { return type == VITRO_U8 ? 1 : type == VITRO_U16 ? 2 : type == VITRO_F32 ? 4 : 0; }

vitro_status vitro_size_check(int width, int height) {
    if (width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE) return VITRO_OK;
    return vitro_fail(VITRO_ARGUMENT, "pattern of %d x %d px: each side must be 1 to %d", width, height, MAX_SIDE);
}

vitro_status vitro_job_init(vitro_job *job, const vitro_method *method, const vitro_frames *frames, int64_t outputs) {
    size_t bytes = type_bytes(frames->type);
    if (!bytes) return vitro_fail(VITRO_ARGUMENT, "frames of type %d: 8-bit, 16-bit unsigned or 32-bit float are taken", frames->type);
    if (vitro_size_check(frames->width, frames->height) != VITRO_OK) return VITRO_ARGUMENT;
    if (frames->frames < 1 || frames->frames > MAX_FRAMES)
        return vitro_fail(VITRO_ARGUMENT, "a dataset of %lld patterns", (long long)frames->frames);
    if (!vitro_isa_name((vitro_isa)frames->isa))
        return vitro_fail(VITRO_ARGUMENT, "instruction set %d is not on this processor", frames->isa);
    job->method = method;
    job->feed_each = NULL;
    job->frames = *frames;
    job->frame_bytes = bytes * (size_t)frames->width * (size_t)frames->height;
    job->outputs = outputs;
    job->fed = 0;
    job->taken = vitro_calloc((size_t)((frames->frames + VITRO_GROUP - 1) / VITRO_GROUP), 1);
    if (!job->taken) return VITRO_MEMORY;
    if (!pthread_mutex_init(&job->lock, NULL)) return VITRO_OK;
    free(job->taken);
    return vitro_fail(VITRO_MEMORY, "no lock for a job");
}

vitro_status vitro_job_expect(const vitro_job *job, const vitro_method *method, const char *what) {
    if (!job || job->method != method) return vitro_fail(VITRO_STATE, "not a job of the kind '%s'", what);
    if (job->fed != job->frames.frames)
        return vitro_fail(VITRO_STATE, "%lld of %lld patterns were fed", (long long)job->fed, (long long)job->frames.frames);
    return VITRO_OK;
}

/* Notes that the groups of frames first .. first + n - 1 are being fed; a second time is an error of the caller's. */
static vitro_status take(vitro_job *job, int64_t first, int64_t n) {
    int64_t begin = first / VITRO_GROUP, end = (first + n - 1) / VITRO_GROUP, group = begin;
    pthread_mutex_lock(&job->lock);
    while (group <= end && !job->taken[group]) group++;
    if (group > end) memset(job->taken + begin, 1, (size_t)(end - begin + 1));
    pthread_mutex_unlock(&job->lock);
    if (group > end) return VITRO_OK;
    return vitro_fail(VITRO_STATE, "pattern %lld was fed before", (long long)(group * VITRO_GROUP));
}

static vitro_status begin(vitro_job *job, int64_t first, int64_t n) {
    int64_t total = job->frames.frames;
    if (n < 1 || first < 0 || first > total || n > total - first)
        return vitro_fail(VITRO_ARGUMENT, "patterns %lld + %lld of %lld", (long long)first, (long long)n, (long long)total);
    if (first % VITRO_GROUP || (n % VITRO_GROUP && first + n != total))
        return vitro_fail(VITRO_ARGUMENT, "patterns %lld + %lld do not begin and end at multiples of %d", (long long)first,
                          (long long)n, VITRO_GROUP);
    return take(job, first, n);
}

static vitro_status end(vitro_job *job, vitro_status status, int64_t n) {
    if (status != VITRO_OK) return status;
    pthread_mutex_lock(&job->lock);
    job->fed += n;
    pthread_mutex_unlock(&job->lock);
    return VITRO_OK;
}

vitro_status vitro_job_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    vitro_status status = begin(job, first, n);
    return status == VITRO_OK ? end(job, job->method->feed(job, frames, first, n), n) : status;
}

vitro_status vitro_job_feed_each(vitro_job *job, const void *const *frames, int64_t first, int64_t n) {
    if (!job->feed_each) return vitro_fail(VITRO_STATE, "this job takes patterns that lie one after another only");
    vitro_status status = begin(job, first, n);
    return status == VITRO_OK ? end(job, job->feed_each(job, frames, first, n), n) : status;
}

vitro_status vitro_feed_by_each(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    const void *each[VITRO_GROUP];
    vitro_status status = VITRO_OK;
    for (int64_t i = 0; i < n && status == VITRO_OK; i += VITRO_GROUP) {
        int64_t count = n - i < VITRO_GROUP ? n - i : VITRO_GROUP;
        for (int64_t k = 0; k < count; k++) each[k] = (const char *)frames + job->frame_bytes * (size_t)(i + k);
        status = job->feed_each(job, each, first + i, count);
    }
    return status;
}

int64_t vitro_job_frame_bytes(const vitro_job *job) { return (int64_t)job->frame_bytes; }

int64_t vitro_job_outputs(const vitro_job *job) { return job->outputs; }

vitro_status vitro_job_finish(vitro_job *job, float *out, int64_t capacity) {
    vitro_status status = vitro_job_expect(job, job->method, "");
    if (status != VITRO_OK) return status;
    if (capacity < job->outputs)
        return vitro_fail(VITRO_ARGUMENT, "room for %lld numbers, %lld are written", (long long)capacity, (long long)job->outputs);
    return job->method->finish(job, out);
}

void vitro_job_free(vitro_job *job) {
    if (!job) return;
    job->method->release(job);
    pthread_mutex_destroy(&job->lock);
    free(job->taken);
    free(job);
}
